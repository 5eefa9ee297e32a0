import assert from "node:assert/strict";
import { test } from "node:test";
import { testEnvironment, validateJson } from "@clipwork/engine/testing";
import type { Manifest } from "@clipwork/models";
import { catalogue, type NodeServices, packFacts } from "../index.ts";
import { tinyManifest } from "../testing/index.ts";

const [one, other] = ["1".repeat(64), "2".repeat(64)];

/** The tiny pack with other weights: of its image encoder, its text encoder, or both. */
function packOf({ space = one, text = one, name = "clip" } = {}) {
  const { "tiny-clip": clip } = tinyManifest.spaces;
  const { "tiny-clip": words } = tinyManifest.texts;
  const renamed = JSON.parse(JSON.stringify(tinyManifest.stages).replaceAll('"tiny-clip"', `"${name}"`));
  const stages = renamed as Manifest["stages"];
  const spaces = { [name]: { ...clip, id: space } };
  return packFacts({ manifest: { ...tinyManifest, spaces, texts: { [name]: { ...words, id: text } }, stages } });
}

/** What is wrong with a caption's way through the packs of encoder, prior and decoder. */
function problemsOf(encoder: string, prior: string, decoder: string): readonly string[] {
  const packs = {
    base: packOf(),
    renamed: packOf({ name: "same-weights" }),
    eyes: packOf({ space: other, name: "other-eyes" }),
    words: packOf({ text: other, name: "other-words" }),
  };
  const node = (type: string, pack: string, inputs: object) => ({ type, version: 1, params: { pack }, inputs });
  const nodes = {
    caption: { type: "text.prompt", version: 1, params: { text: "cube" } },
    encode: node("clip.encode-text", encoder, { text: "caption.text" }),
    prior: node("prior.diffusion", prior, { text: "encode.embedding" }),
    decode: node("decoder.sample", decoder, { image: "prior.embedding", text: "encode.embedding" }),
  };
  const environment = testEnvironment<NodeServices>([...catalogue.values()], { packs });
  return validateJson({ format: "clipwork/1", nodes }, environment, { targets: ["decode"] }).problems.map(
    ({ node, port }) => `${node}.${port}`,
  );
}

test("packs of the same weights go together, whatever the space is called there", () => {
  assert.deepEqual(problemsOf("base", "base", "base"), []);
  assert.deepEqual(problemsOf("base", "renamed", "base"), []);
});

test("a stage that reads another text encoder's captions refuses them, though both lie in one space", () => {
  assert.deepEqual(problemsOf("base", "words", "base"), ["prior.text"]);
  assert.deepEqual(problemsOf("words", "base", "words"), ["prior.text"]);
});

test("an image embedding of another space is refused by the decoder", () => {
  assert.deepEqual(problemsOf("eyes", "eyes", "base"), ["decode.image", "decode.text"]);
});
