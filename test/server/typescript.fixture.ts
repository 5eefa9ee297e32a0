import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");

/** What the project's compiler says of a program in a folder that has the project's `node_modules`, and of what it imports, a line each. */
export function complaints(folder: string, program: string): readonly string[] {
  const config = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: { preserveSymlinks: false },
    files: [program],
    include: [],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8", cwd: folder });
  return stdout.split("\n").filter((line) => /error/.test(line));
}
