import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { readSettings } from "./settings.ts";

test("a setting is split at its first equals sign, and the last of one name counts", async () => {
  const { settings, problems } = await readSettings(["prompt=a = b", "seed=1", "seed=2", "empty="]);
  assert.deepEqual(settings, { prompt: "a = b", seed: "2", empty: "" });
  assert.deepEqual(problems, []);
});

test("text without name and value is a problem of its own", async () => {
  const { settings, problems } = await readSettings(["seed", "=3", "prompt=x"]);
  assert.deepEqual(settings, { prompt: "x" });
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["usage", "usage"],
  );
});

test("a setting cannot reach an object's prototype", async () => {
  const { settings } = await readSettings(["__proto__=x"]);
  assert.deepEqual(Object.keys(settings), ["__proto__"]);
  assert.equal(Object.getPrototypeOf(settings), Object.prototype);
});

test("a setting may stand in a file: text without its line end, JSON as it is, or an object of all of them", async (context) => {
  const folder = temporaryFolder(context);
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const all = file("all.json", '{ "seed": 7, "prompt": "from all" }');
  const { settings, problems } = await readSettings([
    `@${all}`,
    `prompt=@${file("caption.txt", "\uFEFFa red cube\non sand\r\n")}`,
    `scale=@${file("scale.json", "2.5")}`,
    "name=@@home",
    "at=@",
  ]);
  assert.deepEqual(problems, []);
  assert.deepEqual(settings, { seed: 7, prompt: "a red cube\non sand", scale: 2.5, name: "@home", at: "@" });
  const wrong = await readSettings([
    `seed=@${join(folder, "none.txt")}`,
    `seed=@${folder}`,
    `seed=@${file("bad.json", "{ seed: 7 }")}`,
    `@${file("list.json", "[7]")}`,
    `prompt=@${join(import.meta.dirname, "..", "..", "..", "packs", "toybox", "samples", "templates", "text-to-image.webp")}`,
  ]);
  assert.deepEqual([wrong.settings, wrong.problems.length], [{}, 5]);
  assert.match(wrong.problems[4]!.message, /text-to-image\.webp is no text\./);
  assert.match(wrong.problems[0]!.message, /There is no file .*none\.txt\./);
  assert.match(wrong.problems[2]!.message, /bad\.json is not JSON/);
  assert.ok(wrong.problems.every(({ remedy }) => remedy !== ""));
});
