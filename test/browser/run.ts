// `npm run test:browser`: the editor in headless Chromium, with the real server, worker and model. Arguments are files to run
// instead of all. Chromium is CLIPWORK_CHROMIUM, else one that the system has, else it is installed where apt-get can.
import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

function find(): string | undefined {
  return [process.env.CLIPWORK_CHROMIUM, ...usual].find((path) => path && existsSync(path));
}

function install(): void {
  process.stderr.write("no Chromium was found: installing it with apt-get\n");
  for (const args of [
    ["update", "-q"],
    ["install", "-q", "-y", "--no-install-recommends", "chromium"],
  ])
    spawnSync("apt-get", args, { stdio: ["ignore", 2, 2], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
}

if (!find()) install();
const chromium = find();
if (!chromium) {
  process.stderr.write("There is no Chromium. Install it, or name one in CLIPWORK_CHROMIUM.\n");
  process.exit(1);
}
const asked = process.argv.slice(2);
const files = globSync(asked.length > 0 ? asked : ["test/browser/*.test.ts"], { cwd: root }).sort();
if (files.length === 0) {
  process.stderr.write(`No file is named ${asked.join(" or ")}.\n`);
  process.exit(2);
}
// One file at a time: each has a server with a model, and pictures are waited for.
const { status } = spawnSync(process.execPath, ["--test", "--test-concurrency=1", ...files], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, CLIPWORK_CHROMIUM: chromium },
});
process.exit(status ?? 1);
