import assert from "node:assert/strict";
import { lstatSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { safeFileName } from "./file-name.ts";
import { placeFiles } from "./place-files.ts";

const never = async () => false;
const bytes = (text: string) => Buffer.from(text);
const file = (ending: string, text: string, mayReplace: (path: string) => Promise<boolean> = never) => ({
  ending,
  bytes: bytes(text),
  mayReplace,
});
const textAt = (path: string) => readFileSync(path, "utf8");

test("a file takes its name, or the next number where others stand", async (context) => {
  const folder = temporaryFolder(context);
  const base = join(folder, "picture");
  for (const text of ["one", "two", "three"]) await placeFiles(base, [file(".png", text)]);
  assert.deepEqual(readdirSync(folder).sort(), ["picture.2.png", "picture.3.png", "picture.png"]);
  assert.equal(readFileSync(`${base}.png`, "utf8"), "one");
});

test("a file is replaced only where it is said so", async (context) => {
  const base = join(temporaryFolder(context), "picture");
  writeFileSync(`${base}.png`, "foreign");
  writeFileSync(`${base}.2.png`, "same");
  const [path] = await placeFiles(base, [file(".png", "new", async (path) => textAt(path) === "same")]);
  assert.equal(path, `${base}.2.png`);
  assert.deepEqual([`${base}.png`, path!].map(textAt), ["foreign", "new"]);
});

test("a link in the output folder is never written through: another name is taken, or the link is replaced (case 13)", async (context) => {
  const folder = temporaryFolder(context);
  const elsewhere = join(folder, "elsewhere");
  writeFileSync(elsewhere, "precious");
  const base = join(folder, "picture");
  for (const target of [elsewhere, join(folder, "nothing")]) {
    rmSync(`${base}.png`, { force: true });
    symlinkSync(target, `${base}.png`);
    const [other] = await placeFiles(base, [file(".png", "new")]);
    assert.equal(other, `${base}.2.png`);
    rmSync(other!);
    const [same] = await placeFiles(base, [file(".png", "new", async () => true)]);
    assert.deepEqual([same, lstatSync(same!).isFile()], [`${base}.png`, true]);
  }
  assert.deepEqual([textAt(elsewhere), readdirSync(folder).sort()], ["precious", ["elsewhere", "picture.png"]]);
});

test("writers at once never replace one another, and leave no drafts", async (context) => {
  const folder = temporaryFolder(context);
  const texts = Array.from({ length: 10 }, (_, i) => `text ${i}`);
  const paths = await Promise.all(texts.map((text) => placeFiles(join(folder, "picture"), [file(".png", text)])));
  assert.equal(new Set(paths.flat()).size, texts.length);
  assert.deepEqual(
    readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), "utf8"))
      .sort(),
    texts,
  );
});

test("files that belong together have one number, whichever of their names is taken, and no other file is touched", async (context) => {
  const folder = temporaryFolder(context);
  const base = join(folder, "plot");
  writeFileSync(`${base}.csv`, "foreign");
  writeFileSync(`${base}.2.svg`, "foreign too");
  const both = [file(".svg", "drawn"), file(".csv", "numbers")];
  assert.deepEqual(await placeFiles(base, both), [`${base}.3.svg`, `${base}.3.csv`]);
  assert.deepEqual(
    readdirSync(folder)
      .sort()
      .map((name) => `${name}: ${textAt(join(folder, name))}`),
    ["plot.2.svg: foreign too", "plot.3.csv: numbers", "plot.3.svg: drawn", "plot.csv: foreign"],
  );
});

test("of files that belong together those that are there and the same are replaced, and the others added", async (context) => {
  const base = join(temporaryFolder(context), "plot");
  writeFileSync(`${base}.svg`, "drawn");
  const same = async (path: string) => textAt(path) === "drawn";
  const paths = await placeFiles(base, [file(".csv", "numbers"), file(".svg", "drawn anew", same)]);
  assert.deepEqual(paths.map(textAt), ["numbers", "drawn anew"]);
});

test("writers of several files at once never mix them", async (context) => {
  const folder = temporaryFolder(context);
  const texts = Array.from({ length: 8 }, (_, i) => `text ${i}`);
  const write = (text: string) => placeFiles(join(folder, "plot"), [file(".svg", text), file(".csv", text)]);
  for (const [i, paths] of (await Promise.all(texts.map(write))).entries())
    assert.deepEqual(paths.map(textAt), [texts[i], texts[i]]);
  assert.equal(readdirSync(folder).length, 2 * texts.length);
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
