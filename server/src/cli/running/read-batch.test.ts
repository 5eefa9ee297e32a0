import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../temporary-folder.fixture.ts";
import { readBatch } from "./read-batch.ts";

async function rowsOf(path: string) {
  const read = await readBatch(path);
  return "rows" in read ? read.rows : read.problem.message;
}

test("a CSV sets what its header names, row by row; an empty field sets nothing", async (context) => {
  const file = join(temporaryFolder(context), "captions.csv");
  writeFileSync(file, 'prompt,seed\n"a red cube, on sand",7\na blue ball,\n');
  assert.deepEqual(await rowsOf(file), [
    { name: "1", settings: { prompt: "a red cube, on sand", seed: "7" } },
    { name: "2", settings: { prompt: "a blue ball" } },
  ]);
  writeFileSync(file, Buffer.from("\uFEFFprompt\r\na café\r\n   \r\n", "utf16le"));
  assert.deepEqual(await rowsOf(file), [{ name: "1", settings: { prompt: "a café" } }]);
});

test("a text has a caption a line, a folder one in each .txt, called by its file", async (context) => {
  const folder = temporaryFolder(context);
  const lines = join(folder, "captions.text");
  writeFileSync(lines, Array.from({ length: 10 }, (_, i) => `  caption ${i}\r\n`).join("\n"));
  const rows = await rowsOf(lines);
  assert.deepEqual([rows.length, rows[0]], [10, { name: "01", settings: { prompt: "caption 0" } }]);
  const captions = join(folder, "captions");
  mkdirSync(join(captions, "inner.txt"), { recursive: true });
  for (const [name, text] of [
    ["b: cube.txt", "a cube\n"],
    ["a.TXT", "a ball"],
    ["picture.png", ""],
    [".hidden.txt", "x"],
  ] as const)
    writeFileSync(join(captions, name), text);
  assert.deepEqual(await rowsOf(captions), [
    { name: "a", settings: { prompt: "a ball" } },
    { name: "b_ cube", settings: { prompt: "a cube" } },
  ]);
});

test("what is no batch is refused with a reason", async (context) => {
  const folder = temporaryFolder(context);
  const csv = (text: string) => {
    writeFileSync(join(folder, "wrong.csv"), text);
    return rowsOf(join(folder, "wrong.csv"));
  };
  assert.match(String(await csv('prompt\n"open')), /is no CSV/);
  assert.match(String(await csv("prompt,prompt\na,b")), /a name twice/);
  assert.match(String(await csv("prompt,\na,b")), /or none/);
  assert.match(String(await csv("prompt,seed\na, on sand,7")), /Row 1 of .* has 3 fields, and its header 2\./);
  assert.match(String(await csv("prompt\n")), /has no captions/);
  assert.match(String(await csv("prompt,seed\na red cube\n")), /Row 1 of .* has 1 field, and/);
  writeFileSync(join(folder, "latin.csv"), Buffer.from("prompt\na café\n", "latin1"));
  writeFileSync(join(folder, "latin.txt"), Buffer.from("a café\n", "latin1"));
  for (const name of ["latin.csv", "latin.txt"])
    assert.match(String(await rowsOf(join(folder, name))), new RegExp(`${name} is no text`));
  assert.match(String(await rowsOf(join(folder, "none.csv"))), /cannot be read: ENOENT/);
});
