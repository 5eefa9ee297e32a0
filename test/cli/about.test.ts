import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clipwork, folderFor } from "./clipwork.fixture.ts";

test("new lists the templates, copies one with the files beside it, and replaces nothing", async (context) => {
  const cwd = folderFor(context);
  const list = await clipwork(["new"], { cwd });
  assert.match(list.stdout, /^text-to-image +Text to image/m);
  const made = await clipwork(["new", "text-to-image", "mine.json"], { cwd });
  assert.equal(made.code, 0, made.stderr);
  const template = join(import.meta.dirname, "..", "..", "workflows", "text-to-image.json");
  assert.deepEqual(readFileSync(join(cwd, "mine.json")), readFileSync(template));
  writeFileSync(join(cwd, "mine.json"), "{}");
  const again = await clipwork(["new", "text-to-image", "mine.json"], { cwd });
  assert.deepEqual([again.code, readFileSync(join(cwd, "mine.json"), "utf8")], [2, "{}"]);
  assert.match(again.stderr, /mine\.json is there already\.\n {2}→ Name another file/);
  const within = await clipwork(["new", "text-to-image", join("mine.json", "x.json")], { cwd });
  assert.equal(within.code, 2);
  assert.match(within.stderr, /The folder .*mine\.json is a file\.\n {2}→ Name a folder/);
  assert.equal((await clipwork(["new", "reference-set"], { cwd })).code, 0);
  assert.ok(existsSync(join(cwd, "reference", "held-out.npy")));
  const unknown = await clipwork(["new", "text-to-imag"], { cwd });
  assert.deepEqual([unknown.code, /Did you mean "text-to-image"/.test(unknown.stderr)], [2, true]);
});
