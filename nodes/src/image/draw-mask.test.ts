import assert from "node:assert/strict";
import { test } from "node:test";
import type { MaskValue } from "../kinds/mask.ts";
import { runNode } from "../testing/index.ts";
import { drawMask } from "./draw-mask.ts";

/** The mask in rows of # and dots. */
async function draw(params: object): Promise<string[]> {
  const image = { width: 8, height: 8, data: new Float32Array(192) };
  const { width, height, data } = (await runNode(drawMask, { image }, params)).outputs.mask as MaskValue;
  assert.deepEqual([width, height], [8, 8]);
  const line = (row: number) => [...data.subarray(8 * row, 8 * row + 8)].map((share) => (share === 1 ? "#" : "."));
  return Array.from({ length: 8 }, (_, row) => line(row).join(""));
}

test("a rectangle repaints the pixels whose centres lie in it", async () => {
  assert.deepEqual(await draw({ left: 0.5, top: 0, right: 1, bottom: 0.25 }), [
    ...Array(2).fill("....####"),
    ...Array(6).fill("........"),
  ]);
});

test("an ellipse touches the same edges and leaves out the corners", async () => {
  assert.deepEqual(await draw({ shape: "ellipse", left: 0, top: 0, right: 1, bottom: 0.5 }), [
    ".######.",
    "########",
    "########",
    ".######.",
    ...Array(4).fill("........"),
  ]);
});

test("edges that do not go from left to right and from top to bottom are refused", async () => {
  for (const params of [{ left: 0.8 }, { top: 0.9 }, { left: 0.75 }])
    await assert.rejects(draw(params), { name: "NodeError", message: /nothing lies in it/, remedy: /"left" below/ });
});

test("the mask is as large as the picture, whose sides may differ", async () => {
  const image = { width: 4, height: 2, data: new Float32Array(24) };
  const half = { left: 0.5, top: 0, right: 1, bottom: 1 };
  const { mask } = (await runNode(drawMask, { image }, half)).outputs as { mask: MaskValue };
  assert.deepEqual([mask.width, mask.height, [...mask.data]], [4, 2, [0, 0, 1, 1, 0, 0, 1, 1]]);
});
