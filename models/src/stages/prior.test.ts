import assert from "node:assert/strict";
import { test } from "node:test";
import { readManifest } from "../manifest/read-manifest.ts";
import { changed, example, exampleManifest } from "./example.fixture.ts";
import { type Prior, prior } from "./prior.ts";

const guess = (path: string, value: unknown) => readManifest(changed(`stages/guess/${path}`, value)).stages.guess;

for (const [path, value, message] of [
  ["space", undefined, /stages.guess.space is missing/],
  ["space", "vision", /stages.guess.space is "vision", but must be a name in spaces: clip/],
  ["text", "latin", /stages.guess.text is "latin"/],
  ["scheduler", undefined, /stages.guess.scheduler is missing, but must be an object/],
  ["defaults", undefined, /stages.guess.defaults is missing/],
  ["normalisation/std", undefined, /stages.guess.normalisation.std is missing, but must be a list of 2 numbers/],
  ["normalisation/std", [1, 0], /stages.guess.normalisation.std\[1\] is 0, but must be a number from 1e-9/],
  ["normalisation/scale", 2, /stages.guess.normalisation has the field "scale"/],
  ["nullImageEmbedding", [0, 0], /stages.guess has the field "nullImageEmbedding"/],
] as const) {
  test(`a prior is refused with ${path} as ${JSON.stringify(value)}`, () => {
    assert.throws(() => guess(path, value), message);
  });
}

test("a prior may work on raw embeddings, and a prior of one call on standardised ones", () => {
  assert.equal("normalisation" in guess("normalisation", undefined)!, false);
  const { defaults: _, ...once } = { ...example.stages.guess, scheduler: "once" };
  const read = readManifest(changed("stages/guess", once)).stages.guess as Prior;
  assert.deepEqual(read.normalisation, { mean: [0, 1], std: [1, 2] });
});

test("a prior without captions is of its space alone, and no text encoder counts beside it", () => {
  const stage = guess("text", undefined) as Prior;
  assert.deepEqual(Object.keys(prior.facts(stage, exampleManifest, "guess")!.facts), ["space"]);
  assert.equal(prior.countsBeside!(stage, exampleManifest, "guess"), null);
});
