import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rgb8 } from "./pixels.ts";
import { makeSheet, readSheet, thumbnailSide } from "./sheet.ts";

const grey = (width: number, height: number, level: number): Rgb8 => ({
  width,
  height,
  data: new Uint8Array(3 * width * height).fill(level),
});

test("many pictures are smaller, so that a sheet has at most 10 million pixels and fits into a WebP", () => {
  for (const count of [1, 48, 1000, 2048, 2049, 4096, 4097, 10_000]) {
    const side = thumbnailSide(count);
    const columns = Math.ceil(Math.sqrt(count));
    const pixels = columns * Math.ceil(count / columns) * side ** 2;
    assert.ok(pixels <= 10.5e6, `${count}: ${pixels}`);
    assert.ok(columns * side <= 16_383);
    assert.ok(side >= 32);
  }
});

test("each picture stands in the middle of its square, row by row, and the rest of the last row is black", async () => {
  const pictures = [grey(16, 16, 200), grey(16, 8, 120), grey(8, 16, 60), grey(16, 16, 250), grey(4, 4, 255)];
  const sheet = await makeSheet(pictures, 16);
  assert.deepEqual([sheet.side, sheet.columns], [16, 3]);
  const rgb = await readSheet(sheet, pictures.length);
  assert.equal(rgb.length, 3 * 48 * 32);
  const level = (x: number, y: number) => rgb[3 * (y * 48 + x)]!;
  const close = (found: number, wanted: number) => assert.ok(Math.abs(found - wanted) < 12, `${found}, not ${wanted}`);
  close(level(8, 8), 200);
  close(level(24, 8), 120);
  close(level(24, 1), 0);
  close(level(40, 8), 60);
  close(level(33, 8), 0);
  close(level(8, 24), 250);
  close(level(40, 24), 0);
});

test("the same pictures make the same file, and one of another size than the sheet says is refused", async () => {
  const make = () => makeSheet([grey(16, 16, 9), grey(16, 16, 99)], 16);
  assert.deepEqual(await make(), await make());
  await assert.rejects(readSheet(await make(), 5), /has 32 × 16 pixels, not 32 × 48/);
  await assert.rejects(readSheet({ side: 16, columns: 2, webp: new Uint8Array([1, 2, 3]) }, 2));
});
