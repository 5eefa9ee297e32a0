// From the TypeScript that the project runs as it stands to the JavaScript that is published: Node strips no types below node_modules.
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Compiles all packages into the folder, each under its own path: JavaScript and declarations. Throws with the compiler's words if it
 * refuses.
 */
export function compile(root: string, folder: string): void {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const args = [tsc, "-p", join(root, "publish"), "--outDir", folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`The sources could not be compiled.\n${stdout}${stderr}`);
  for (const file of globSync("**/*.{js,d.ts}", { cwd: folder })) {
    const path = join(folder, file);
    writeFileSync(path, namingJavaScript(readFileSync(path, "utf8")));
  }
}

/**
 * A module's text that names compiled modules where it named sources. The compiler does so in imports; a process or thread is started
 * from a path, which it leaves, and so does it with what declarations import. Any literal that is no more than a relative path of a
 * source counts; declarations keep their name.
 */
export function namingJavaScript(text: string): string {
  return text.replace(/"((?:\.{1,2}\/)*[\w./-]+)(?<!\.d)\.ts"/g, '"$1.js"');
}
