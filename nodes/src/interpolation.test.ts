import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeJson } from "@clipwork/engine";
import type { ImageValue } from "./kinds/image-value.ts";
import { runWorkflow } from "./testing/index.ts";

const node = (type: string, inputs: object, params: object = {}) => ({ type, version: 1, inputs, params }) as NodeJson;
const paint = (image: string, noise: string) =>
  node("decoder.sample", { image, noise, guidance: "unguided.guidance" }, { sampler: "ddim", steps: 4, seed: 1 });

/** A picture, its embedding and the noise that it is painted from, and the picture that these two make. */
function picture(name: string, seed: number) {
  return {
    [`${name}-text`]: node("text.prompt", {}, { text: "cube" }),
    [`${name}-encode`]: node("clip.encode-text", { text: `${name}-text.text` }),
    [`${name}-prior`]: node("prior.diffusion", { text: `${name}-encode.embedding` }, { seed }),
    [name]: node("decoder.sample", { image: `${name}-prior.embedding` }, { seed }),
    [`${name}-look`]: node("clip.encode-image", { image: `${name}.image` }),
    [`${name}-invert`]: node(
      "decoder.invert",
      { picture: `${name}.image`, image: `${name}-look.embedding` },
      { steps: 4 },
    ),
    [`${name}-rebuilt`]: paint(`${name}-look.embedding`, `${name}-invert.noise`),
  };
}

test("the ends of an interpolation are the reconstructions of the two pictures, bit for bit", async () => {
  const nodes = {
    ...picture("one", 1),
    ...picture("other", 2),
    unguided: node("guidance.cfg", {}, { scale: 1 }),
    positions: node("list.range", {}, { from: 0, to: 1, count: 3 }),
    embedding: node("latent.slerp", {
      from: "one-look.embedding",
      to: "other-look.embedding",
      position: "positions.numbers",
    }),
    noise: node("latent.slerp-noise", {
      from: "one-invert.noise",
      to: "other-invert.noise",
      position: "positions.numbers",
    }),
    between: paint("embedding.embedding", "noise.noise"),
  };
  const { failures, values } = await runWorkflow(nodes, ["between", "one-rebuilt", "other-rebuilt"]);
  assert.deepEqual(failures, []);
  const [first, middle, last] = values["between.image"] as readonly ImageValue[];
  assert.deepEqual(first, values["one-rebuilt.image"]![0]);
  assert.deepEqual(last, values["other-rebuilt.image"]![0]);
  assert.notDeepEqual(middle, first);
  assert.notDeepEqual(middle, last);
});
