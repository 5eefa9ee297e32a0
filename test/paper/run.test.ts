import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

const run = (...args: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, "run.ts"), ...args], { encoding: "utf8" });

test("a claim that there is not is refused with those that there are", () => {
  const { status, stdout, stderr } = run("--samples", "8", "bindings");
  assert.deepEqual([status, stdout], [2, ""]);
  assert.match(stderr, /no claim "bindings": use .*binding/);
});

test("samples that are no number are refused", () => {
  for (const samples of ["many", "0", "1.5"]) {
    const { status, stderr } = run("--samples", samples);
    assert.equal(status, 2);
    assert.match(stderr, new RegExp(`--samples is "${samples}"`));
  }
});
