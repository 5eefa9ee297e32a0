// What is published, apart from making it: `npm run pack -- --try` does that.
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { namingJavaScript } from "./compile.ts";
import { type Manifest, publishedManifest } from "./manifest.ts";
import { editorLicences, ownNotice, packagesInEditor } from "./notices.ts";
import { published } from "./packages.ts";

const root = join(import.meta.dirname, "..");
const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest & { readonly name: string };

test("a compiled module names compiled modules: in imports, and where a process or thread starts", () => {
  assert.equal(
    namingJavaScript('fork(join(import.meta.dirname, "trial-main.ts")); new URL("./main.ts", import.meta.url);'),
    'fork(join(import.meta.dirname, "trial-main.js")); new URL("./main.js", import.meta.url);',
  );
  assert.equal(namingJavaScript('export { a } from "../a/b.ts";'), 'export { a } from "../a/b.js";');
  const other = 'say("Name a file such as a.ts or b.ts."); pattern(/\\.ts"/); "a.tsx"; "packs"; "b.d.ts"; ".d.ts"';
  assert.equal(namingJavaScript(other), other);
});

test("every literal of a source that ends with .ts is the path of a source beside it", () => {
  const sources = globSync("{engine,models,nodes,server}/src/**/*.ts", { cwd: root }).filter(
    (file) => !/\.(test|fixture|contract)\.ts$|testing/.test(file),
  );
  const wrong = sources.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/"((?:\.{1,2}\/)*[\w./-]+(?<!\.d)\.ts)"/g)]
      .map(([, path]) => path!)
      // A path that is joined from parts is named by its last one.
      .filter(
        (path) =>
          !existsSync(join(root, file, "..", path)) &&
          globSync(`${file.split("/")[0]}/src/**/${path}`, { cwd: root }).length === 0,
      )
      .map((path) => `${file}: ${path}`),
  );
  assert.ok(sources.length > 500, `only ${sources.length} sources were seen`);
  assert.deepEqual(wrong, []);
});

test("a published package.json has compiled doors with types, exact versions of our packages and no door for tests", () => {
  for (const one of published) {
    const own = manifestOf(one.folder);
    const made = publishedManifest(one, own);
    assert.equal(made.version, own.version);
    assert.equal(made.license, "Apache-2.0");
    assert.doesNotMatch(JSON.stringify(made), /workspace:|\.ts"(?<!\.d\.ts")|testing/, one.name);
    for (const name of Object.keys(made.dependencies).filter((each) => each.startsWith("@clipwork/")))
      assert.ok(
        published.some((each) => each.name === name),
        `${one.name} needs ${name}, which is not published`,
      );
  }
  const [engine, , , , program] = published.map((one) => publishedManifest(one, manifestOf(one.folder)));
  assert.deepEqual(engine!.exports["."], { types: "./dist/index.d.ts", default: "./dist/index.js" });
  assert.deepEqual(engine!.files, ["dist"]);
  assert.deepEqual(program!.bin, { clipwork: "server/dist/cli/start.mjs" });
  assert.equal(program!.dependencies["@clipwork/engine"], program!.version);
});

test("all packages have one version", () => {
  const versions = new Set(["", ...published.map(({ folder }) => folder)].map((folder) => manifestOf(folder).version));
  assert.equal(versions.size, 1, [...versions].join(", "));
});

test("licences: each package has its notice, and the editor's has the text of every licence of what is in it", () => {
  const notice = readFileSync(join(root, "NOTICE"), "utf8");
  assert.match(ownNotice(notice), /^Clipwork\nCopyright .*\n\nThis product is licensed under the Apache License/);
  assert.doesNotMatch(ownNotice(notice), /editor/);
  const inEditor = packagesInEditor(notice).map(({ name }) => name);
  for (const name of ["react", "rete", "@dagrejs/graphlib", "@fontsource-variable/inter", "lucide-react"])
    assert.ok(inEditor.includes(name), `${name} is not among ${inEditor.join(", ")}`);
  const text = editorLicences(root);
  for (const part of ["Meta Platforms", "SIL OPEN FONT LICENSE", "Lucide", "Vitaliy Stoliarov", "Apache License"])
    assert.ok(text.includes(part), part);
  assert.throws(() => ownNotice("Clipwork"), /is gone/);
});
