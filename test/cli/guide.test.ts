// docs/guide.md is a session at the command line: its files are written, its commands are called, and what they print is compared.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folderFor } from "./clipwork.fixture.ts";

const root = join(import.meta.dirname, "..", "..");
const main = join(root, "server", "src", "cli", "start.mjs");

type Step = { readonly file: string; readonly text: string } | { readonly args: string[]; readonly prints: string };

/** The blocks of the page in their order: "```json FILE" is a file, "```console" has commands, each with what it prints. */
function stepsOf(page: string): Step[] {
  return [...page.matchAll(/^```(json (\S+)|console)\n([\s\S]*?)^```$/gm)].flatMap(([, , file, text = ""]): Step[] => {
    if (file !== undefined) return [{ file, text }];
    return text.split(/^\$ npm start -- /m).flatMap((part) => {
      const [command = "", ...lines] = part.split("\n");
      return command === "" ? [] : [{ args: command.split(" "), prints: lines.join("\n") }];
    });
  });
}

/** Without what differs from run to run: times, and which of several kept values was read first. */
function timeless(text: string): string {
  return text
    .replace(/\b\d+(\.\d+)? s\b/g, "… s")
    .replace(/(^\w+: cached\n){2,}/gm, (lines) => `${lines.trimEnd().split("\n").sort().join("\n")}\n`);
}

test("the guide's examples print what it shows", (context) => {
  const cwd = folderFor(context);
  mkdirSync(join(cwd, "out"));
  const env = { ...process.env, CLIPWORK_PACKS: "", CLIPWORK_NODES: "", CLIPWORK_DATA: join(cwd, "data") };
  const steps = stepsOf(readFileSync(join(root, "docs", "guide.md"), "utf8"));
  assert.ok(steps.filter((step) => "args" in step).length >= 8, "the page has its examples");
  const log = join(cwd, "log");
  for (const step of steps) {
    if ("file" in step) {
      writeFileSync(join(cwd, step.file), step.text);
      continue;
    }
    // Both streams in one file, as a terminal shows them.
    const both = openSync(log, "w");
    spawnSync(process.execPath, [main, ...step.args], { cwd, env, stdio: ["ignore", both, both] });
    closeSync(both);
    assert.equal(timeless(readFileSync(log, "utf8")), timeless(step.prints), step.args.join(" "));
  }
});
