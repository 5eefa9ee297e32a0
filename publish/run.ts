// `npm run pack`: makes the tarballs of all packages in out/packages. With `--try` they are then installed in empty folders and used there.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { compile } from "./compile.ts";
import { published } from "./packages.ts";
import { stage } from "./stage.ts";
import { tryTarballs } from "./try.ts";

const root = join(import.meta.dirname, "..");
const tarballs = join(root, "out", "packages");

/** Makes the tarballs and returns their paths. */
async function pack(work: string): Promise<string[]> {
  rmSync(tarballs, { recursive: true, force: true });
  mkdirSync(tarballs, { recursive: true });
  const compiled = join(work, "compiled");
  compile(root, compiled);
  const made: string[] = [];
  for (const one of published) {
    const folder = join(work, one.folder);
    mkdirSync(folder);
    stage(root, compiled, one, folder);
    await refuseMistakes(folder);
    made.push(tarballOf(folder));
  }
  return made;
}

/** Throws if an entry of the package leads nowhere, or to something else than it says. */
async function refuseMistakes(folder: string): Promise<void> {
  const { messages, pkg } = await publint({ pkgDir: folder, pack: false });
  const mistakes = messages.filter(({ type }) => type !== "suggestion").map((each) => formatMessage(each, pkg));
  if (mistakes.length > 0) throw new Error(`${pkg.name} would be published with mistakes:\n${mistakes.join("\n")}`);
}

/** Has npm make the tarball, and returns its path. */
function tarballOf(folder: string): string {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", tarballs];
  const { status, stdout, stderr } = spawnSync("npm", args, {
    ...{ cwd: folder, encoding: "utf8", shell: process.platform === "win32" },
  });
  if (status !== 0) throw new Error(`npm could not pack ${folder}.\n${stderr}`);
  // npm 10 answers with a list, npm 11 with an object; there is one entry in either.
  const said = JSON.parse(stdout) as { readonly [key: string]: { readonly filename: string; readonly size: number } };
  const { filename, size } = Object.values(said)[0]!;
  process.stdout.write(`${join("out", "packages", filename)}  ${(size / 1e6).toFixed(2)} MB\n`);
  return join(tarballs, filename);
}

const work = mkdtempSync(join(tmpdir(), "clipwork-pack-"));
try {
  const made = await pack(work);
  if (process.argv.includes("--try")) await tryTarballs(root, made, work);
} finally {
  rmSync(work, { recursive: true, force: true });
}
