import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeText } from "../clip/encode-text.ts";
import { gaussian } from "../diffusion/philox.ts";
import { cosineSchedule } from "../diffusion/schedule.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import type { MaskValue } from "../kinds/mask.ts";
import { runNode } from "../testing/index.ts";
import { inpaint } from "./inpaint.ts";

const text = (await runNode(encodeText, { text: "cube" })).outputs.embedding;
const image = { embedding: new Float32Array(8).fill(0.5) };
const picture: ImageValue = { width: 8, height: 8, data: Float32Array.from({ length: 192 }, (_, i) => Math.sin(i)) };
const maskOf = (share: (i: number) => number): MaskValue => ({
  width: 8,
  height: 8,
  data: Float32Array.from({ length: 64 }, (_, i) => share(i)),
});
const half = maskOf((i) => (i % 8 < 4 ? 1 : 0));
const inputs = { picture, mask: half, image, text, guidance: { scale: 1, negative: "" } };
const pixelsOf = (outputs: Record<string, unknown>) => (outputs.image as ImageValue).data;

test("outside the mask the picture keeps its bits, inside it is another", async () => {
  const { outputs } = await runNode(inpaint, inputs, { steps: 6 });
  for (const [i, value] of pixelsOf(outputs).entries()) {
    if (half.data[i % 64] === 0) assert.equal(value, picture.data[i]);
    else assert.notEqual(value, picture.data[i]);
  }
});

test("every preview holds the picture outside the mask", async () => {
  const { previews } = await runNode(inpaint, inputs, { steps: 6 });
  for (const { value } of previews)
    for (const [i, number] of (value as ImageValue).data.entries())
      if (half.data[i % 64] === 0) assert.equal(number, picture.data[i]);
});

test("steps are taken again as often as resample says; progress counts them all", async () => {
  const run = async (params: object) => {
    const { calls, progress } = await runNode(inpaint, inputs, { steps: 6, ...params });
    return [calls.filter(({ stage }) => stage === "decoder").length, progress.at(-1)];
  };
  assert.deepEqual(await run({ resample: 1 }), [6, [6, 6]]);
  assert.deepEqual(await run({ resample: 3, jump: 2 }), [14, [14, 14]]);
});

test("in each step the network sees the kept part as noisy as its timestep, by a draw of noise of its own", async () => {
  const { calls } = await runNode(inpaint, inputs, { steps: 3, seed: 4, resample: 1 });
  const second = calls.filter(({ stage }) => stage === "decoder")[1]!;
  const alphaBar = cosineSchedule(1000).alphaBar[second.feeds.timestep!.data[0]!]!;
  const noise = gaussian(4, "decoder", 1, 192, 1);
  for (const [i, value] of second.feeds.sample!.data.entries()) {
    if (half.data[i % 64] !== 0) continue;
    const expected = Math.sqrt(alphaBar) * picture.data[i]! + Math.sqrt(1 - alphaBar) * noise[i]!;
    assert.ok(Math.abs(value - expected) < 1e-6);
  }
});

test("a share between 0 and 1 mixes what is painted with the picture", async () => {
  const params = { steps: 4, seed: 2 };
  const whole = pixelsOf((await runNode(inpaint, inputs, params)).outputs);
  const soft = maskOf((i) => half.data[i]! / 4);
  const mixed = pixelsOf((await runNode(inpaint, { ...inputs, mask: soft }, params)).outputs);
  for (const [i, value] of mixed.entries()) {
    const expected = half.data[i % 64] === 0 ? picture.data[i]! : 0.25 * whole[i]! + 0.75 * picture.data[i]!;
    assert.ok(Math.abs(value - expected) < 1e-6);
  }
});

test("a mask of nothing returns the picture, and one of everything heeds none of it", async () => {
  const run = async (mask: MaskValue, more: object = {}) =>
    pixelsOf((await runNode(inpaint, { ...inputs, mask, ...more }, { steps: 4 })).outputs);
  const nothing = await runNode(inpaint, { ...inputs, mask: maskOf(() => 0) }, { steps: 4 });
  assert.deepEqual(pixelsOf(nothing.outputs), picture.data);
  assert.ok(!nothing.calls.some(({ stage }) => stage === "decoder"), "nothing is painted in vain");
  assert.match(nothing.notices.join(), /mask is 0 everywhere/);
  const other = { ...picture, data: picture.data.map((value) => -value) };
  assert.deepEqual(
    await run(maskOf(() => 1)),
    await run(
      maskOf(() => 1),
      { picture: other },
    ),
  );
});

test("the seed decides what is painted", async () => {
  const run = async (seed: number) => pixelsOf((await runNode(inpaint, inputs, { steps: 4, seed })).outputs);
  assert.deepEqual(await run(1), await run(1));
  assert.notDeepEqual(await run(1), await run(2));
});

test("a picture or a mask of another size is refused by name", async () => {
  const mask = { width: 4, height: 4, data: new Float32Array(16) };
  await assert.rejects(runNode(inpaint, { ...inputs, mask }), {
    name: "NodeError",
    message: /The mask is 4 × 4, but this decoder paints 8 × 8/,
    remedy: /from the picture/,
  });
  const small = { width: 4, height: 4, data: new Float32Array(48) };
  await assert.rejects(runNode(inpaint, { ...inputs, picture: small }), /The picture is 4 × 4/);
});

test("stops at the next step when cancelled", async () => {
  const controller = new AbortController();
  controller.abort(new Error("cancelled by the test"));
  await assert.rejects(runNode(inpaint, inputs, {}, { signal: controller.signal }), /cancelled by the test/);
});
