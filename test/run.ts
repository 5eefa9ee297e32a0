// `npm test`: the checks, then every *.test.ts of the project. Arguments are files or globs to run instead of all.
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const asked = process.argv.slice(2);

function run(args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

if (asked.length === 0) run([join(root, "test", "check.ts")]);
const files = globSync(
  asked.length > 0
    ? asked
    : [
        "{client,engine,models,nodes,server,ui}/src/**/*.test.ts",
        "test/!(browser)/**/*.test.ts",
        "test/*.test.ts",
        "publish/*.test.ts",
      ],
  { cwd: root },
);
if (files.length === 0) {
  process.stderr.write(`no test file matches ${asked.join(" ")}\n`);
  process.exit(2);
}
run(["--test", "--test-concurrency=2", ...files.sort()]);
