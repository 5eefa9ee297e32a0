import assert from "node:assert/strict";
import { test } from "node:test";
import { finisherOf } from "./denoiser.ts";
import { exampleManifest } from "./example.fixture.ts";
import { partsOf } from "./parts.ts";
import { textEncoderOf } from "./text-encoder.ts";

const space = { id: "a".repeat(64), name: "clip" };
const captions = { id: "b".repeat(64), name: "captions" };
const tags = { id: "d".repeat(64), name: "tags" };
const movq = { id: "f".repeat(64), name: "movq" };

test("each role says what its stage is to nodes, and the facts that types are refined by", () => {
  assert.deepEqual(Object.fromEntries(partsOf(exampleManifest)), {
    "clip-text": { stage: "words", facts: { text: captions, textSpace: space, space } },
    "clip-image": { stage: "pixels", facts: { space } },
    prior: { stage: "guess", facts: { space, text: captions, textSpace: space } },
    "autoregressive-prior": { stage: "spell", facts: { space, text: captions, textSpace: space, codes: 2 } },
    "decoder-condition": { stage: "tell", facts: { space, text: captions, textSpace: space } },
    decoder: { stage: "paint", facts: { size: 64, space, text: captions, textSpace: space } },
    "upsampler-256": { stage: "enlarge", facts: { size: 256, conditionSize: 64 } },
    "latent-encoder": { stage: "squeeze", facts: { latent: movq, factor: 8 } },
    "latent-decoder": { stage: "unfold", facts: { latent: movq, factor: 8 } },
    score: { stage: "rate", facts: { space } },
    classifier: { stage: "read", facts: {} },
    extra: { stage: "extra", facts: {} },
  });
});

test("a denoiser of latents is a decoder, refined by its autoencoder", () => {
  const { paint: _, ...stages } = exampleManifest.stages;
  assert.deepEqual(partsOf({ ...exampleManifest, stages }).get("decoder"), {
    stage: "dream",
    facts: { space, text: tags, textSpace: tags, latent: movq, factor: 8 },
  });
});

test("of two stages for one part nodes get the one that the manifest names first", () => {
  const { words, tags: second, ...others } = exampleManifest.stages;
  const stages = { tags: second!, words: words!, ...others };
  assert.equal(partsOf({ ...exampleManifest, stages }).get("clip-text")!.stage, "tags");
});

test("the encoder of a text and the network of a last step are found by what they say", () => {
  assert.equal(textEncoderOf(exampleManifest, "tags")?.[0], "tags");
  assert.equal(textEncoderOf(exampleManifest, "captions")?.[0], "words");
  assert.equal(textEncoderOf(exampleManifest, undefined), undefined);
  assert.equal(finisherOf(exampleManifest, "enlarge")?.[0], "polish");
  assert.equal(finisherOf(exampleManifest, "paint"), undefined);
});
