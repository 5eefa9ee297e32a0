import assert from "node:assert/strict";
import { test } from "node:test";
import type { Manifest } from "../manifest/manifest.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import { example } from "../stages/example.fixture.ts";
import { stageDigests } from "./stage-digests.ts";

type Example = typeof example;

const before = stageDigests({ manifest: readManifest(example) });

/** The stages whose digests a change of the example moves. */
function movedBy(change: (manifest: Example) => void): string[] {
  const copy = structuredClone(example);
  change(copy);
  const after = stageDigests({ manifest: readManifest(copy) });
  return Object.keys(before).filter((stage) => before[stage] !== after[stage]);
}

test("each stage has a digest of its own", () => {
  assert.deepEqual(Object.keys(before), Object.keys(example.stages));
  assert.equal(new Set(Object.values(before)).size, Object.keys(before).length);
});

const other = "9".repeat(64);

test("titles, the vocabulary, file names, ids of spaces and the order of fields move no digest", () => {
  assert.deepEqual(
    movedBy((copy) => Object.assign(copy, { title: "x", version: "9", vocabulary: {} })),
    [],
  );
  assert.deepEqual(
    movedBy((copy) => {
      copy.stages.paint.file = "renamed.onnx";
      copy.stages.polish.file = "renamed-too.onnx";
      copy.texts.captions.tokenizer.file = "words.json";
      copy.spaces.clip.id = other;
    }),
    [],
  );
  const flipped = { ...example, stages: { ...example.stages, guess: flip(example.stages.guess) } };
  assert.deepEqual(stageDigests({ manifest: readManifest(flipped) }), before);
});

const flip = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).reverse()) as T;

test("what a space, a text or a stage is called moves no digest", () => {
  const text = JSON.stringify(example)
    .replaceAll('"clip"', '"other"')
    .replaceAll('"clip":', '"other":')
    .replaceAll('"other":1,', '"clip":1,')
    .replaceAll('"captions"', '"plain"')
    .replaceAll('"tell"', '"inform"')
    .replaceAll('"enlarge"', '"grow"');
  const renamed = stageDigests({ manifest: readManifest(JSON.parse(text)) as Manifest });
  assert.deepEqual(Object.values(renamed), Object.values(before));
});

test("what a preset is called, and where it stands, moves no digest, but its sampler and steps do", () => {
  const withPresets = (presets: object) => {
    const copy = structuredClone(example);
    Object.assign(copy.stages.paint, { presets });
    return stageDigests({ manifest: readManifest(copy) }).paint;
  };
  const [ddim, heun] = [
    { sampler: "ddim", steps: 5 },
    { sampler: "heun", steps: 6 },
  ];
  const digest = withPresets({ quick: ddim, fine: heun });
  assert.equal(withPresets({ fine: ddim, quick: heun }), digest);
  assert.equal(withPresets({ b: heun, a: ddim }), digest);
  assert.notEqual(withPresets({ quick: { sampler: "ddim", steps: 6 }, fine: heun }), digest);
  assert.notEqual(withPresets({ quick: ddim }), digest);
  assert.notEqual(before.paint, digest);
});

test("weights, external data and settings move the stage's own digest", () => {
  assert.deepEqual(
    movedBy((copy) => (copy.stages.rate.sha256 = other)),
    ["rate"],
  );
  assert.deepEqual(
    movedBy((copy) => (copy.stages.guess.externalData[0]!.sha256 = other)),
    ["guess"],
  );
  assert.deepEqual(
    movedBy((copy) => (copy.stages.guess.normalisation.mean[1] = 99)),
    ["guess"],
  );
  assert.deepEqual(
    movedBy((copy) => (copy.stages.guess.inputs.mask = "context_mask")),
    ["guess"],
  );
  assert.deepEqual(
    movedBy((copy) => Object.assign(copy.stages.paint.scheduler, { spacing: "trailing" })).includes("paint"),
    true,
  );
});

test("what a role says counts beside: the tokenizer, the pixels, the network of the last step, the latents' scale", () => {
  assert.deepEqual(
    movedBy((copy) => (copy.texts.captions.tokenizer.sha256 = other)),
    ["words"],
  );
  assert.deepEqual(
    movedBy((copy) => (copy.spaces.clip.image.mean[0] = 0.4)),
    ["pixels"],
  );
  assert.deepEqual(
    movedBy((copy) => (copy.stages.polish.sha256 = other)),
    ["enlarge", "polish"],
  );
  assert.deepEqual(
    movedBy((copy) => (copy.latents.movq.scale = 0.5)),
    ["dream", "squeeze", "unfold"],
  );
});

test("an encoder of captions and a condition count for a stage that takes others than the pack's first", () => {
  assert.deepEqual(
    movedBy((copy) => (copy.stages.words.sha256 = other)),
    ["words"],
  );
  assert.deepEqual(
    movedBy((copy) => (copy.stages.tags.sha256 = other)),
    ["tags", "dream"],
  );
});
