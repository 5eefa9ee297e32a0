import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import { insertText, isPng, readText } from "./png.ts";

const picture = await sharp({ create: { width: 4, height: 3, channels: 3, background: "teal" } })
  .png()
  .toBuffer();

for (const [title, text] of [
  ["plain text", "hello"],
  ["nothing", ""],
  ["emoji, Hebrew and Chinese", "🦊 שלום 猫"],
  ["a long text", "猫".repeat(50_000)],
] as const) {
  test(`${title} comes back, and the picture is unchanged`, async () => {
    const file = insertText(picture, "clipwork", text);
    assert.equal(readText(file, "clipwork"), text);
    assert.deepEqual(await sharp(file).raw().toBuffer(), await sharp(picture).raw().toBuffer());
  });
}

test("another program reads the text, since it stands before the pixels", async () => {
  const { comments } = await sharp(insertText(picture, "clipwork", "grüße")).metadata();
  assert.deepEqual(comments, [{ keyword: "clipwork", text: "grüße" }]);
});

test("two texts live beside each other", () => {
  const file = insertText(insertText(picture, "one", "1"), "two", "2");
  assert.deepEqual([readText(file, "one"), readText(file, "two"), readText(file, "three")], ["1", "2", undefined]);
});

test("a file without the text has none", () => {
  assert.equal(readText(picture, "clipwork"), undefined);
});

test("a file that is cut off before its end says so, wherever the cut is", () => {
  const file = insertText(picture, "clipwork", "hello");
  const textEnds = file.length - picture.length + 33;
  for (let length = 8; length < textEnds; length++)
    assert.throws(() => readText(file.subarray(0, length), "clipwork"), /cut off/, `${length} bytes`);
  assert.equal(readText(file.subarray(0, textEnds), "clipwork"), "hello");
  assert.throws(() => readText(picture.subarray(0, -12), "clipwork"), /cut off/);
});

test("a damaged text is reported, not served", () => {
  const file = insertText(picture, "clipwork", "hello");
  file[file.indexOf("clipwork") + 16]! ^= 1;
  assert.throws(() => readText(file, "clipwork"), /checksum/);
});

test("a text that inflates beyond the limit is refused", () => {
  const file = insertText(picture, "clipwork", " ".repeat(17 * 1024 * 1024));
  assert.throws(() => readText(file, "clipwork"), /longer than 16 MB/);
});

test("only a PNG file and a printable keyword are taken", () => {
  assert.equal(isPng(picture), true);
  assert.equal(isPng(Buffer.from("{}")), false);
  assert.throws(() => insertText(Buffer.from("GIF89a"), "clipwork", ""), /not a PNG/);
  for (const bad of ["", " a", "a ", "a\0b", "ä", "x".repeat(80)]) {
    assert.throws(() => insertText(picture, bad, ""), /not a PNG keyword/, JSON.stringify(bad));
  }
});
