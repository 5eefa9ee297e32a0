import assert from "node:assert/strict";
import { test } from "node:test";
import { readManifest } from "../manifest/read-manifest.ts";
import { stageDigests } from "../pack/stage-digests.ts";
import { denoiser } from "./denoiser.ts";
import { changed, example, exampleManifest } from "./example.fixture.ts";
import { partsOf } from "./parts.ts";

const read = (path: string, value: unknown) => readManifest(changed(`stages/${path}`, value));

for (const [path, value, message] of [
  ["polish/finishes", "guess", /stages.polish.finishes is "guess", but must be another stage whose role is "denoiser"/],
  ["polish/finishes", "nothing", /stages.polish.finishes is "nothing", but must be a name in stages: words, tags/],
  ["polish/finishes", null, /stages.polish.finishes is null/],
  ["polish/sample", { channels: 3, size: 256 }, /stages.polish has the field "sample"/],
  ["paint/condition", "nothing", /stages.paint.condition is "nothing", but must be a name in stages/],
  ["paint/sample", undefined, /stages.paint.sample is missing/],
  ["paint/scheduler", "once", /stages.paint.scheduler is "once", but must be an object/],
  ["paint/defaults", undefined, /stages.paint.defaults is missing/],
  ["paint/latent", "movq", /stages.paint.sample.channels is 3, but must be 4, as its latent space has/],
  ["dream/latent", undefined, /stages.dream.sample.channels is 4, but must be 3: a denoiser with any other number/],
  ["dream/latent", "vae", /stages.dream.latent is "vae", but must be a name in latents: movq/],
  ["dream/nullImageEmbedding", [0], /stages.dream.nullImageEmbedding is "a list of 1"/],
  ["enlarge/enlarges", 64, /stages.enlarge.enlarges is 64, but must be an object/],
  ["enlarge/enlarges/size", 0, /stages.enlarge.enlarges.size is 0, but must be a whole number from 1 to 8192/],
  ["enlarge/enlarges/place", 0, /stages.enlarge.enlarges.place is 0/],
  ["enlarge/enlarges/factor", 4, /stages.enlarge.enlarges has the field "factor"/],
] as const) {
  test(`a denoiser is refused with ${path} as ${JSON.stringify(value)}`, () => {
    assert.throws(() => read(path, value), message);
  });
}

test("a denoiser that names no conditioning says none to types", () => {
  const { condition: _, ...bare } = example.stages.paint;
  assert.deepEqual(partsOf(read("paint", bare)).get("decoder")!.facts, { size: 64 });
});

test("what a denoiser says of its conditioning goes before what its condition says", () => {
  const facts = partsOf(read("paint/text", "tags")).get("decoder")!.facts;
  assert.deepEqual(facts.text, { id: "d".repeat(64), name: "tags" });
  assert.deepEqual(facts.space, { id: "a".repeat(64), name: "clip" });
});

test("the second that enlarges is the upsampler to 1024", () => {
  const parts = partsOf(read("enlarge", { ...example.stages.enlarge, enlarges: { size: 256, place: 2 } }));
  assert.equal(parts.get("upsampler-1024")?.stage, "enlarge");
  assert.equal(parts.has("upsampler-256"), false);
});

test("a side that is free is no fact, nor is that of a latent, whose numbers are no pixels", () => {
  const { dream, squeeze, unfold } = example.stages;
  const partsWith = (sample: object) =>
    partsOf(
      readManifest({ ...example, stages: { tags: example.stages.tags, squeeze, unfold, dream: { ...dream, sample } } }),
    );
  for (const size of [64, [64, 128]]) {
    const { stage, facts } = partsWith({ channels: 4, size }).get("decoder")!;
    assert.equal(stage, "dream");
    assert.deepEqual(Object.keys(facts), ["space", "text", "textSpace", "latent", "factor"]);
  }
});

test("nodes do not see the network of a last step, nor does anything beside it count", () => {
  const polish = exampleManifest.stages.polish as Parameters<typeof denoiser.facts>[0];
  assert.equal(denoiser.facts(polish, exampleManifest, "polish"), undefined);
  assert.equal(denoiser.countsBeside!(polish, exampleManifest, "polish"), null);
});

test("a condition that is not the pack's first counts in the digest of the denoiser that takes it", () => {
  const paintWith = (condition: string, sha256: string) => {
    const second = { ...example.stages.tell, file: "second.onnx", sha256 };
    const stages = { ...example.stages, second, paint: { ...example.stages.paint, condition } };
    return stageDigests({ manifest: readManifest({ ...example, stages }) }).paint;
  };
  assert.notEqual(paintWith("second", "8".repeat(64)), paintWith("second", "9".repeat(64)));
  assert.equal(paintWith("tell", "8".repeat(64)), paintWith("tell", "9".repeat(64)));
});
