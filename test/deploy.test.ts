// The files in deploy/ call what exists. No image is built here.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, "deploy", file), "utf8");
const unit = read("clipwork.service");
const dockerfile = read("Dockerfile");

/** The words of the command that a file starts. */
function commandIn(file: "clipwork.service" | "Dockerfile"): readonly string[] {
  if (file === "clipwork.service") return /^ExecStart=(.+)$/m.exec(unit)![1]!.split(" ");
  const list = (name: string): string[] => JSON.parse(new RegExp(`^${name} (\\[.+\\])$`, "m").exec(dockerfile)![1]!);
  return [...list("ENTRYPOINT"), ...list("CMD")];
}

for (const file of ["clipwork.service", "Dockerfile"] as const)
  test(`${file} starts the project's Node with a command and options that exist`, () => {
    const [node, main, command, ...options] = commandIn(file);
    for (const path of [node, main]) assert.ok(existsSync(path!.replace("/opt/clipwork", root)), path);
    const here = [main!.replace("/opt/clipwork", root), command!, "--help"];
    const help = spawnSync(node!.replace("/opt/clipwork", root), here, { encoding: "utf8" }).stdout;
    const named = options.filter((option) => option.startsWith("--"));
    assert.ok(named.length > 1);
    for (const option of named) assert.ok(help.includes(`${option} `), option);
  });

test("a server is given longer to end than its run", () => {
  const seconds = (text: string, pattern: RegExp) => Number(pattern.exec(text)![1]);
  const drain = (file: Parameters<typeof commandIn>[0]) =>
    Number(commandIn(file)[commandIn(file).indexOf("--drain") + 1]);
  assert.ok(seconds(unit, /TimeoutStopSec=(\d+)/) > drain("clipwork.service"));
  assert.ok(seconds(read("compose.yaml"), /stop_grace_period: (\d+)s/) > drain("Dockerfile"));
});

test("the port of the image is published as it is, on this machine alone", () => {
  const [, port] = /^EXPOSE (\d+)$/m.exec(dockerfile)!;
  assert.match(read("compose.yaml"), new RegExp(`"127\\.0\\.0\\.1:${port}:${port}"`));
});

const analyze = spawnSync("systemd-analyze", ["--version"]).status === 0;
const skip = analyze ? false : "systemd-analyze is not here (Debian: apt-get install systemd)";

test("systemd takes the unit without a complaint", { skip }, (context) => {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-unit-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const verify = (text: string) => {
    const file = join(folder, "clipwork.service");
    writeFileSync(file, text.replaceAll("/opt/clipwork", root));
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file], { encoding: "utf8" });
    return `${status} ${stderr}`;
  };
  assert.equal(verify(unit), "0 ");
  assert.notEqual(verify(unit.replace("ProtectHome=", "ProtectHouse=")), "0 ", "a mistake is found");
});
