import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
/** What is copied, so that all of it finds the copies of the others; the other folders are only linked to. */
const copied: readonly string[] = ["engine", "models", "nodes", "server", "ui", "test"];
/** What no test reads. */
const omitted: readonly string[] = [".git", ".bootstrap", "node_modules"];

/** A copy of the project in a folder of its own, in which sources may be changed. Libraries are not copied, but linked to. */
export function copyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-faults-"));
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const { name } = entry;
    if (omitted.includes(name)) continue;
    if (entry.isDirectory() && !copied.includes(name)) link(join(root, name), join(folder, name));
    else
      cpSync(join(root, name), join(folder, name), {
        recursive: true,
        filter: (path) => !path.endsWith("node_modules"),
      });
  }
  for (const part of ["", ...copied]) if (existsSync(join(root, part, "node_modules"))) linkLibraries(folder, part);
  return folder;
}

/** Makes the copy's `node_modules` in its root or in a package: the project's packages there are those of the copy. */
function linkLibraries(folder: string, part: string): void {
  const from = join(root, part, "node_modules");
  const to = join(folder, part, "node_modules");
  const names = readdirSync(from).filter((name) => !name.startsWith("."));
  for (const name of names.flatMap((name) => (name.startsWith("@") ? scoped(from, name) : name))) {
    mkdirSync(join(to, name, ".."), { recursive: true });
    const [scope, own] = name.split("/");
    link(scope === "@clipwork" ? join(folder, own!) : realpathSync(join(from, name)), join(to, name));
  }
}

const scoped = (folder: string, scope: string) => readdirSync(join(folder, scope)).map((name) => `${scope}/${name}`);

const link = (target: string, path: string) => symlinkSync(target, path, "junction");
