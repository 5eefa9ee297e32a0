import assert from "node:assert/strict";
import { test } from "node:test";
import { readManifest } from "../manifest/read-manifest.ts";
import { stageDigests } from "../pack/stage-digests.ts";
import type { AutoregressivePrior } from "./autoregressive-prior.ts";
import { changed, exampleManifest } from "./example.fixture.ts";

const spell = (path: string, value: unknown) => readManifest(changed(`stages/spell/${path}`, value));

for (const [path, value, message] of [
  ["codes", 0, /stages.spell.codes is 0/],
  ["codes", 1.5, /stages.spell.codes is 1.5/],
  ["buckets", 1, /stages.spell.buckets is 1/],
  ["layers", undefined, /stages.spell.layers is missing/],
  ["width", 100_000, /stages.spell.width is 100000/],
  ["text", undefined, /stages.spell.text is missing/],
  ["space", "other", /stages.spell.space is "other"/],
  ["defaults/temperature", -1, /stages.spell.defaults.temperature is -1/],
  ["defaults/topFraction", 0, /stages.spell.defaults.topFraction is 0/],
  ["defaults/topFraction", 1.1, /stages.spell.defaults.topFraction is 1.1/],
  ["defaults/steps", 25, /stages.spell.defaults has the field "steps"/],
] as const) {
  test(`an autoregressive prior is refused with ${path} as ${value ?? "nothing"}`, () => {
    assert.throws(() => spell(path, value), message);
  });
}

test("the defaults may leave the guidance scale out, as of a prior that is not guided", () => {
  const { defaults } = spell("defaults/guidanceScale", undefined).stages.spell as AutoregressivePrior;
  assert.deepEqual(defaults, { temperature: 1, topFraction: 0.5 });
});

test("how many codes there are, and of how many buckets, is part of the stage's digest", () => {
  const digests = [exampleManifest, spell("codes", 1), spell("buckets", 32)].map(
    (manifest) => stageDigests({ manifest }).spell,
  );
  assert.equal(new Set(digests).size, 3);
});
