import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PackError } from "../fields/pack-error.ts";
import { stageDigests } from "../pack/stage-digests.ts";
import { changed, example, exampleManifest } from "../stages/example.fixture.ts";
import { roleNames } from "../stages/roles.ts";
import { readManifest } from "./read-manifest.ts";

test("reads all that the format knows, and fills in what may be left out", () => {
  const { stages, ...rest } = exampleManifest;
  const { stages: given, ...others } = example;
  assert.deepEqual(rest, others);
  assert.deepEqual(stages.words, given.words);
  assert.deepEqual(stages.polish, given.polish);
  assert.deepEqual(stages.guess, { ...given.guess, scheduler: { ...given.guess.scheduler, offset: 0 } });
  assert.deepEqual((stages.enlarge as typeof given.enlarge).sample, { channels: 3, multiple: 1, size: 256 });
  assert.deepEqual(readManifest(changed("comment", "a field at the top is the writer's own")), exampleManifest);
  assert.deepEqual(readManifest(changed("latents", { ...example.latents })), exampleManifest);
  assert.deepEqual(readManifest(changed("arrays", undefined)), { ...exampleManifest, arrays: {} });
});

test("the example has a stage of every role", () => {
  const roles = new Set(Object.values(exampleManifest.stages).map(({ role }) => role));
  assert.deepEqual([...roles].sort(), [...roleNames].sort());
});

const refusals: readonly [path: string, value: unknown, message: RegExp][] = [
  ["spaces", undefined, /spaces is missing, but must be an object/],
  ["spaces/clip/id", "x", /spaces.clip.id is "x", but must be 64 lower-case/],
  ["spaces/clip/dimension", 0, /spaces.clip.dimension is 0/],
  ["spaces/clip/image/fit", "stretch", /image.fit is "stretch", but must be "crop" or "squash"/],
  ["spaces/clip/size", 3, /spaces.clip has the field "size", .* its fields are id, dimension, image/],
  ["texts/captions/tokenizer/pad", "", /texts.captions.tokenizer.pad is ""/],
  ["latents/movq/channels", 0.5, /latents.movq.channels is 0.5/],
  ["arrays", [], /arrays is \[\], but must be an object/],
  ["arrays/Bad Name", example.arrays.basis, /the name of arrays is "Bad Name"/],
  [
    "arrays/basis/file",
    "../basis.safetensors",
    /arrays.basis.file is "..\/basis.safetensors", but must be the plain name/,
  ],
  ["arrays/basis/file", "basis.npy", /arrays.basis.file is "basis.npy", but must be .* ends in ".safetensors"/],
  ["arrays/basis/sha256", undefined, /arrays.basis.sha256 is missing/],
  ["arrays/basis/dtype", "F32", /arrays.basis has the field "dtype"/],
  ["stages/Bad Name", {}, /a stage's name is "Bad Name"/],
  [
    "stages/paint/role",
    "decoder",
    /stages.paint.role is "decoder", but must be "autoregressive-prior" or "condition" or "denoiser"/,
  ],
  ["stages/paint/role", undefined, /stages.paint.role is missing/],
  ["stages/paint/channels", 4, /stages.paint has the field "channels", which means nothing there; its fields are role/],
  ["stages/words/file", "../x.onnx", /stages.words.file is/],
  ["stages/words/text", "latin", /stages.words.text is "latin", but must be a name in texts: captions, tags/],
  ["stages/words/space", "vision", /stages.words.space is "vision", but must be a name in spaces: clip/],
  ["stages/guess/inputs/mask", "masks", /stages.guess.inputs.mask is "masks", but must be "ids" or "image"/],
  ["stages/guess/externalData", [{ file: "x" }], /externalData\[0\].sha256 is missing/],
  ["stages/guess/scheduler", "twice", /stages.guess.scheduler is "twice", but must be an object/],
  ["stages/guess/scheduler/betaSchedule", "linear", /stages.guess.scheduler has the field "betaSchedule"/],
  ["stages/guess/scheduler/betas/kind", "sigmoid", /betas.kind is "sigmoid", but must be "cosine" or "linear"/],
  ["stages/guess/scheduler/betas/start", 0.1, /betas has the field "start".*; its fields are kind/],
  ["stages/guess/scheduler/betas", { kind: "linear", start: 0.1 }, /betas.end is missing/],
  ["stages/guess/scheduler/betas", { kind: "table", values: [0.1] }, /betas.values is "a list of 1", .* of 1000/],
  ["stages/guess/scheduler/prediction", "flow", /prediction is "flow", .* "sample" or "epsilon" or "v"/],
  ["stages/guess/scheduler/variance", "fixed_small", /variance is "fixed_small", but must be "fixed-small"/],
  ["stages/guess/scheduler/clip", "none", /clip is "none", but must be a number from 1e-6 to 1e6, "l2norm" or null/],
  ["stages/guess/scheduler/spacing", "linspace", /spacing is "linspace"/],
  ["stages/guess/scheduler/offset", 1, /offset is 1, but must be 0 if the spacing is not leading/],
  ["stages/guess/scheduler/timesteps", [3, 7], /timesteps is \[3,7\], but must be timesteps in descending order/],
  ["stages/guess/scheduler/timesteps", [1000], /timesteps\[0\] is 1000/],
  ["stages/guess/defaults/steps", 1001, /stages.guess.defaults.steps is 1001/],
  ["stages/guess/normalisation/mean", [1], /normalisation.mean is "a list of 1", but must be a list of 2 numbers/],
  ["stages/spell/codes", 0, /stages.spell.codes is 0, but must be a whole number from 1/],
  ["stages/spell/buckets", 1, /stages.spell.buckets is 1/],
  ["stages/spell/text", undefined, /stages.spell.text is missing/],
  ["stages/spell/defaults/topFraction", 0, /defaults.topFraction is 0, but must be a number from 0.01 to 1/],
  ["stages/spell/defaults/steps", 3, /stages.spell.defaults has the field "steps"/],
  ["stages/tell/nullImageEmbedding", [1, 2, 3], /nullImageEmbedding is "a list of 3"/],
  ["stages/paint/condition", "words", /condition is "words", but must be another stage whose role is "condition"/],
  ["stages/paint/nullImageEmbedding", [1, 2], /stages.paint.space is missing/],
  ["stages/paint/sample/channels", 4, /sample.channels is 4, but must be 3: a denoiser with any other number names/],
  ["stages/paint/sample/size", 60, /sample.size is 60, but must be a multiple of 8/],
  ["stages/dream/sample/size", [64, 32], /sample.size\[1\] is 32/],
  ["stages/dream/sample/channels", 3, /sample.channels is 3, but must be 4, as its latent space has/],
  ["stages/enlarge/enlarges/place", 3, /enlarges.place is 3, but must be a whole number from 1 to 2/],
  ["stages/polish/finishes", "polish", /finishes is "polish", but must be another stage whose role is "denoiser"/],
  ["stages/polish/scheduler", {}, /stages.polish has the field "scheduler"/],
  ["stages/pixels/space", undefined, /stages.pixels.space is missing/],
  ["stages/rate/space", undefined, /stages.rate is .* must be a stage with "space", .*, or with "image"/],
  ["stages/read/space", "clip", /stages.read is .* must be a stage with "space", .*, or with "image"/],
  ["stages/read/text", "captions", /stages.read.text is "captions", but must be left out without "space"/],
  ["stages/read/heads", undefined, /stages.read.features is 4, but must be left out without "heads"/],
  ["stages/read/heads/relation", ["none"], /heads.relation is \["none"\], but must be two labels or more/],
  ["stages/read/heads/relation", ["on", "on"], /heads.relation is .*, but must be labels of which no two are the same/],
  ["stages/read/heads/relation", ["on", 2], /heads.relation\[1\] is 2/],
  ["stages/read/wording/words/colour/red", "red", /wording.words.colour.red is "red", but must be a list/],
  ["stages/read/wording/says", undefined, /wording.says is missing/],
  ["stages/unfold/latent", "vae", /stages.unfold.latent is "vae", but must be a name in latents: movq/],
];

for (const [path, value, message] of refusals) {
  test(`refuses ${path} = ${JSON.stringify(value)?.slice(0, 40)}`, () => {
    assert.throws(
      () => readManifest(changed(path, value)),
      (error) => {
        assert.ok(error instanceof PackError && error.remedy.length > 0, String(error));
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test("a space without an image encoder's input has no image encoder", () => {
  const blind = changed("spaces/clip", { id: "a".repeat(64), dimension: 2 });
  assert.throws(() => readManifest(blind), /stages.pixels.space is "clip", but must be a space with "image"/);
});

test("a prior that works in one call has neither defaults nor guidance", () => {
  const once = { ...example.stages.guess, scheduler: "once" };
  assert.throws(() => readManifest(changed("stages/guess", once)), /stages.guess has the field "defaults"/);
  const { defaults: _, normalisation: __, ...eclipse } = once;
  assert.deepEqual(readManifest(changed("stages/guess", eclipse)).stages.guess, eclipse);
});

const fixtures = join(import.meta.dirname, "../../../test/fixtures");
const read = (path: string) => JSON.parse(readFileSync(join(fixtures, path), "utf8"));

test("format 1 is read as the format 2 that says the same, digests included", () => {
  const migrated = readManifest(read("format-1/random-pack.json"));
  const written = readManifest(read("random-pack/manifest.json"));
  const { "random-clip": space } = written.spaces;
  // Format 1 states no weights, so the text encoder's graph stands for both encoders.
  const id = written.stages["clip-text"]!.sha256;
  assert.deepEqual(migrated, { ...written, spaces: { "random-clip": { ...space, id } } });
  assert.deepEqual(stageDigests({ manifest: migrated }), stageDigests({ manifest: written }));
});

test("a pack of format 1 has one space with and without its image encoder", () => {
  const old = read("format-1/random-pack.json");
  const whole = readManifest(old).spaces;
  delete old.stages["clip-image"];
  assert.deepEqual(readManifest(old).spaces, whole);
});

test("of format 1, a network that nodes of a node pack run is kept, and one that two upsamplers share serves both", () => {
  const old = read("format-1/random-pack.json");
  const { file, sha256 } = old.stages["upsampler-256-last"];
  old.stages.mine = { file, sha256 };
  old.stages["upsampler-1024"].last = "upsampler-256-last";
  const { stages } = readManifest(old);
  assert.deepEqual(stages.mine, { role: "other", file, sha256 });
  assert.deepEqual(stages["upsampler-256-last"], { role: "denoiser", file, sha256, finishes: "upsampler-256" });
  assert.deepEqual(stages["upsampler-1024-last"], { role: "denoiser", file, sha256, finishes: "upsampler-1024" });
});

test("where the weights were downloaded from may be said, in three texts and no more", () => {
  const origin = { from: "https://hub.example/o/n", revision: "a".repeat(40), accepted: "2026-11-26T12:00:00.000Z" };
  assert.deepEqual(readManifest(changed("origin", origin)).origin, origin);
  assert.equal(exampleManifest.origin, undefined);
  assert.throws(() => readManifest(changed("origin", { ...origin, revision: 7 })), /origin\.revision is 7/);
  assert.throws(() => readManifest(changed("origin", { ...origin, by: "me" })), /origin has the field "by"/);
});
