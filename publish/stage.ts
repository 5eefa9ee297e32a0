// Lays out the folder of which one tarball is made.
import { cpSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { namingJavaScript } from "./compile.ts";
import { compiledPath, type Manifest, publishedManifest } from "./manifest.ts";
import { editorLicences, ownNotice } from "./notices.ts";
import type { Published } from "./packages.ts";

/** Writes the package into `folder`: its compiled sources out of `compiled`, its files out of the project at `root`. */
export function stage(root: string, compiled: string, one: Published, folder: string): void {
  const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  const manifest = JSON.parse(read(one.folder, "package.json")) as Manifest;
  const own = join(folder, one.within);
  cpSync(join(compiled, one.folder, "src"), join(own, "dist"), { recursive: true });
  for (const asset of one.assets) {
    const target = join(own, compiledPath(asset));
    mkdirSync(dirname(target), { recursive: true });
    if (asset.endsWith(".mjs")) writeFileSync(target, namingJavaScript(read(one.folder, asset)));
    else cpSync(join(root, one.folder, asset), target);
  }
  for (const file of one.beside.flatMap((glob) => filesOf(root, glob))) cpSync(join(root, file), join(folder, file));
  // What looks for the version of the program finds it where it is in the project.
  if (one.within !== "") writeJson(join(own, "package.json"), { version: manifest.version, type: "module" });
  for (const [name, files] of Object.entries(one.bundled ?? {})) {
    const from = join(root, one.folder, "node_modules", name);
    const to = join(folder, "node_modules", name);
    for (const file of files) cpSync(join(from, file), join(to, file));
    const { version, license } = JSON.parse(readFileSync(join(from, "package.json"), "utf8")) as Manifest;
    const comment = `Some files of ${name} ${version}, unchanged but for this one.`;
    writeJson(join(to, "package.json"), { name, version, license, description: comment });
  }
  const made = publishedManifest(one, manifest);
  const files = [...made.files, ...(one.within === "" ? [] : [`${one.within}/package.json`]), "NOTICE"];
  if (one.editor) {
    write("THIRD-PARTY-LICENSES.txt", editorLicences(root));
    files.push("THIRD-PARTY-LICENSES.txt");
  }
  writeJson(join(folder, "package.json"), { ...made, files });
  write("LICENSE", read("LICENSE"));
  write("NOTICE", one.editor ? read("NOTICE") : ownNotice(read("NOTICE")));
  write("README.md", read("publish", "readme", `${one.folder}.md`));
}

/** The files that the glob matches, without those that only serve the build. */
function filesOf(root: string, glob: string): string[] {
  const files = globSync(glob, { cwd: root }).filter(
    (file) => !file.endsWith(".built") && statSync(join(root, file)).isFile(),
  );
  if (files.length === 0)
    throw new Error(`${glob}: there is no such file. Build what makes it, or mend publish/packages.ts.`);
  return files;
}

function writeJson(file: string, value: object): void {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
}
