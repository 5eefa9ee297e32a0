import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { ImageValue } from "../kinds/image-value.ts";
import { runNode } from "../testing/index.ts";
import { pasteLabel } from "./paste-label.ts";

const blank = (width: number, height = width): ImageValue => ({
  width,
  height,
  data: new Float32Array(3 * width * height).fill(-0.25),
});
const paste = async (image: ImageValue, params: object) =>
  (await runNode(pasteLabel, { image }, params)).outputs.image as ImageValue;

/** Columns and rows from the first to the last pixel that differs from the blank picture. */
function boardOf({ width, height, data }: ImageValue) {
  const changed = [...data.keys()].filter((i) => i < width * height && data[i] !== -0.25);
  const [columns, rows] = [changed.map((i) => i % width), changed.map((i) => Math.floor(i / width))];
  return { left: Math.min(...columns), right: Math.max(...columns), top: Math.min(...rows), bottom: Math.max(...rows) };
}

test("a white board with dark letters is as wide as asked for and in the middle; all else stays as it was", async () => {
  const image = blank(64);
  const { width, height, data } = await paste(image, { text: "cube", width: 0.5 });
  assert.deepEqual([width, height], [64, 64]);
  const { left, right, top, bottom } = boardOf({ width, height, data });
  assert.deepEqual([left, right], [16, 47]);
  assert.ok(Math.abs(top + bottom - 63) <= 1 && bottom > top);
  assert.equal(data[top * 64 + left], 1, "white at the corner");
  assert.ok(Math.min(...data) < -0.8, "dark letters");
  const plane = 64 * 64;
  for (let i = 0; i < plane; i++) assert.ok(data[i] === data[plane + i] && data[i] === data[2 * plane + i], "grey");
  assert.ok(
    image.data.every((value) => value === -0.25),
    "the input is not changed",
  );
});

test("the board's middle is where x and y say; what would stand outside is cut off", async () => {
  const params = { text: "cube", width: 0.5 };
  const middle = boardOf(await paste(blank(64), params));
  const moved = boardOf(await paste(blank(64), { ...params, x: 0.25, y: 0.75 }));
  assert.deepEqual([moved.left, moved.top], [middle.left - 16, middle.top + 16]);
  assert.deepEqual([boardOf(await paste(blank(64), { ...params, x: 1, y: 1 })).right], [63]);
});

test("a short word's board is never higher than half the picture; any size of picture takes one", async () => {
  const { top, bottom } = boardOf(await paste(blank(64), { text: "i", width: 1 }));
  assert.ok(bottom - top + 1 <= 32, `${top} to ${bottom}`);
  for (const [width, height] of [
    [1, 1],
    [300, 20],
    [20, 300],
  ] as const)
    assert.equal((await paste(blank(width, height), { text: "cube" })).data.length, 3 * width * height);
});

test("no word leaves the picture as it is; what looks like markup is text", async () => {
  const image = blank(16);
  assert.equal(await paste(image, { text: "  " }), image);
  assert.notDeepEqual(await paste(blank(64), { text: "<i>cube</i>" }), await paste(blank(64), { text: "cube" }));
  assert.notDeepEqual(await paste(blank(64), { text: "a&amp;b" }), await paste(blank(64), { text: "a&b" }));
});

test("letters that the bundled font lacks are refused with what to do", async () => {
  for (const text of ["立方体", "two\nlines", "🙂"])
    await assert.rejects(paste(blank(16), { text }), {
      message: /has not all letters/,
      remedy: /Latin, Greek or Cyrillic/,
    });
});

test("the board is the same on a machine with other fonts and on one with none", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-label-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const root = join(import.meta.dirname, "../..");
  const script = `
    import { hash } from "node:crypto";
    import { pasteLabel } from "./src/image/paste-label.ts";
    const image = { width: 64, height: 64, data: new Float32Array(3 * 64 * 64) };
    const { image: { data } } = await pasteLabel.run({ image }, { text: "cube Ωé", x: 0.5, y: 0.5, width: 0.8 });
    console.log(hash("sha256", new Uint8Array(data.buffer)));`;
  const drawWith = (config: string) =>
    execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: root,
      env: { ...process.env, FONTCONFIG_FILE: config, XDG_CACHE_HOME: folder },
      encoding: "utf8",
    });
  const bare = join(folder, "bare.conf");
  writeFileSync(bare, '<?xml version="1.0"?><fontconfig></fontconfig>');
  assert.equal(drawWith(bare), drawWith(join(root, "fonts.conf")));
});
