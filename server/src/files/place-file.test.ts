import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { safeFileName } from "./file-name.ts";
import { placeFile } from "./place-file.ts";

const never = async () => false;
const bytes = (text: string) => Buffer.from(text);

test("a file takes its name, or the next number where others stand", async (context) => {
  const folder = temporaryFolder(context);
  const base = join(folder, "picture");
  for (const text of ["one", "two", "three"]) await placeFile(base, ".png", bytes(text), never);
  assert.deepEqual(readdirSync(folder).sort(), ["picture.2.png", "picture.3.png", "picture.png"]);
  assert.equal(readFileSync(`${base}.png`, "utf8"), "one");
});

test("a file is replaced only where it is said so", async (context) => {
  const base = join(temporaryFolder(context), "picture");
  writeFileSync(`${base}.png`, "foreign");
  writeFileSync(`${base}.2.png`, "same");
  const path = await placeFile(base, ".png", bytes("new"), async (path) => readFileSync(path, "utf8") === "same");
  assert.equal(path, `${base}.2.png`);
  assert.deepEqual(
    [`${base}.png`, path].map((file) => readFileSync(file, "utf8")),
    ["foreign", "new"],
  );
});

test("writers at once never replace one another, and leave no drafts", async (context) => {
  const folder = temporaryFolder(context);
  const texts = Array.from({ length: 10 }, (_, i) => `text ${i}`);
  const paths = await Promise.all(texts.map((text) => placeFile(join(folder, "picture"), ".png", bytes(text), never)));
  assert.equal(new Set(paths).size, texts.length);
  assert.deepEqual(
    readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), "utf8"))
      .sort(),
    texts,
  );
});

test("free text becomes a name that stays in its folder on every system", () => {
  for (const [text, name] of [
    ["picture", "picture"],
    ["", "save"],
    ["...", "save"],
    ["../../etc/passwd", "_.._etc_passwd"],
    ["C:\\x", "C_x"],
    ["a\u0000b\nc", "a_b_c"],
    ["CON", "_CON"],
    ["nul.png", "_nul.png"],
    ["ends. ", "ends"],
    ["кот 猫", "кот 猫"],
    ["x".repeat(64), "x".repeat(60)],
  ]) {
    assert.equal(safeFileName(text!, "save"), name);
  }
});
