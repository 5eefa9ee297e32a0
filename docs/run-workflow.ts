import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

export type Output = {
  readonly node: string;
  readonly kind: string;
  readonly file: string;
  readonly files: readonly string[];
};

/** Runs a shipped workflow as the command line does, writes into `folder`, and returns its outputs. */
export function runWorkflow(name: string, folder: string, settings: readonly string[] = []): readonly Output[] {
  const run = ["run", join(root, "workflows", `${name}.json`), "--out", folder, "--json"];
  const set = settings.flatMap((setting) => ["--set", setting]);
  const main = join(root, "server", "src", "cli", "start.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...run, ...set], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`${name}: exit code ${status}\n${stdout.slice(-2000)}${stderr}`);
  return (JSON.parse(stdout.trim().split("\n").at(-1)!) as { outputs: Output[] }).outputs;
}
