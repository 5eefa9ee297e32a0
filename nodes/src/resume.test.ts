import assert from "node:assert/strict";
import { test } from "node:test";
import { type Checkpoint, decodeValue, encodeValue, type NodeDefinition, type Value } from "@clipwork/engine";
import { encodeText } from "./clip/encode-text.ts";
import { inpaint } from "./decoder/inpaint.ts";
import { invert } from "./decoder/invert.ts";
import { decoder } from "./decoder/sample.ts";
import { vary } from "./decoder/vary.ts";
import { diffusionPrior } from "./prior/diffusion.ts";
import type { NodeServices } from "./stage/services.ts";
import { runNode } from "./testing/index.ts";
import { upsamplerX256 } from "./upsampler/x256.ts";
import { upsamplerX1024 } from "./upsampler/x1024.ts";

const steps = 5;
const text = (await runNode(encodeText, { text: "cube" })).outputs.embedding;
const picture = (side: number) => ({ width: side, height: side, data: new Float32Array(3 * side * side).fill(0.3) });
const conditioning = { text, image: { embedding: new Float32Array(8).fill(0.5) } };
const mask = { width: 8, height: 8, data: Float32Array.from({ length: 64 }, (_, i) => i % 2) };
const noise = { channels: 3, height: 8, width: 8, data: new Float32Array(192).fill(0.7) };
const samplers: readonly (readonly [NodeDefinition<NodeServices>, object, object?])[] = [
  [diffusionPrior, { text }],
  [diffusionPrior, { text }, { sampler: "dpm++2m-sde" }],
  [decoder, conditioning],
  ...(["euler", "heun", "dpm++2m", "dpm++2m-sde"] as const).map(
    (sampler) => [decoder, conditioning, { sampler }] as const,
  ),
  [decoder, conditioning, { sampler: "pndm", spacing: "leading" }],
  [decoder, conditioning, { sampler: "ddim", eta: 0.5 }],
  [decoder, { ...conditioning, noise }, { sampler: "ddim" }],
  [invert, { ...conditioning, picture: picture(8) }, { corrections: 2 }],
  [vary, { ...conditioning, picture: picture(8) }, { strength: 1 }],
  [inpaint, { ...conditioning, picture: picture(8), mask }, { resample: 1 }],
  [upsamplerX256, { image: picture(8) }],
  [upsamplerX1024, { image: picture(16) }],
];

/** A checkpoint that begins with a value, and what was saved in it. */
function checkpointOf(value?: Value): Checkpoint & { readonly saved: Uint8Array[] } {
  const saved: Uint8Array[] = [];
  return { saved, load: async () => value, save: (value) => saved.push(encodeValue(value)) };
}

for (const [node, inputs, more] of samplers) {
  const name = [node.type, ...Object.values(more ?? {})].join(" ");
  const run = (checkpoint: Checkpoint) => runNode(node, inputs, { steps, seed: 3, ...more }, { checkpoint });

  test(`${name}: resumed after any step it gives the same bits, and progress from there`, async () => {
    const first = checkpointOf();
    const whole = await run(first);
    assert.equal(first.saved.length, steps - 1);
    for (const [i, bytes] of first.saved.entries()) {
      const resumed = await run(checkpointOf(decodeValue(bytes)));
      assert.deepEqual(encodeValue(resumed.outputs as Value), encodeValue(whole.outputs as Value));
      assert.deepEqual(resumed.progress, whole.progress.slice(i));
      assert.equal(resumed.previews.length, steps - 1 - i);
    }
  });
}

test("what is no point of this sampling is not resumed from", async () => {
  const run = (value?: Value) =>
    runNode(diffusionPrior, { text }, { steps, seed: 3 }, { checkpoint: checkpointOf(value) });
  const whole = await run();
  const x = new Float32Array(8);
  const strangers: Value[] = [
    null,
    7,
    "x",
    [],
    {},
    { x },
    { step: 2 },
    { step: 0, x },
    { step: steps, x },
    { step: 1.5, x },
    { step: "2", x },
    { step: 2, x: new Float32Array(9) },
    { step: 2, x: new Int32Array(8) },
  ];
  for (const value of strangers) {
    const { outputs, progress } = await run(value);
    assert.deepEqual(outputs, whole.outputs);
    assert.equal(progress.length, steps);
  }
  assert.equal((await run({ step: 2, x })).progress[0]![0], 2);
});
