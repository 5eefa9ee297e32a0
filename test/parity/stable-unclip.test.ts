// Stable unCLIP's folder, imported, follows diffusers' pipelines on the same noise: from a picture, and from a caption through a prior.
import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { ImageEmbeddingValue, ImageValue, LatentValue } from "@clipwork/nodes";
import { readTensors, writeTensors } from "../../models/src/checkpoint/checkpoint.fixture.ts";
import { assertClose, type GoldenArray, numbers, readGolden } from "./golden.ts";
import { fixtures, importPack, scratch } from "./imported-pack.ts";
import { type NodeRun, type SamplePoint, samplesOf } from "./node-run.ts";

const bounds = { taught: 1e-4, free: 1e-3, half: 2e-2 };
const samplers = { pndm: "PNDMScheduler", ddim: "DDIMScheduler" };

type Call = { readonly timestep: number; readonly x: GoldenArray; readonly output: GoldenArray };
type Run = {
  readonly seed: number;
  readonly level: number;
  readonly calls: readonly Call[];
  readonly labels: GoldenArray;
  readonly final: GoldenArray;
  readonly image: GoldenArray;
};
type Variation = Run & { readonly scheduler: keyof typeof samplers };

const golden = readGolden<{
  readonly caption: string;
  readonly negative: string;
  readonly guidanceScale: number;
  readonly priorGuidanceScale: number;
  readonly steps: number;
  readonly priorSteps: number;
  readonly picture: GoldenArray;
  readonly variations: readonly Variation[];
  readonly fromText: Run & { readonly embedding: GoldenArray };
}>("stable-unclip");

const root = scratch("stable-unclip");
const checkpoints = join(fixtures, "checkpoints");

const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));

/** The published folder in a place of its own, with another scheduler of the same schedule. */
function folderWith(scheduler: keyof typeof samplers): string {
  const folder = join(root, scheduler);
  cpSync(join(checkpoints, "small-stable-unclip"), folder, { recursive: true });
  const path = join(folder, "scheduler", "scheduler_config.json");
  const config = { ...json(path), _class_name: samplers[scheduler], clip_sample: false };
  writeFileSync(path, JSON.stringify(config));
  return folder;
}

/** The same as Stable unCLIP from text: Karlo's prior and the text encoder that it reads in place of the image encoder. */
function folderFromText(): string {
  const folder = join(root, "text");
  cpSync(join(checkpoints, "small-stable-unclip"), folder, { recursive: true });
  const parts = { prior: "prior", prior_scheduler: "prior_scheduler" };
  const texts = { prior_text_encoder: "text_encoder", prior_tokenizer: "tokenizer" };
  for (const [name, part] of Object.entries({ ...parts, ...texts }))
    cpSync(join(checkpoints, "small-karlo", part), join(folder, name), { recursive: true });
  const scheduler = join(folder, "prior_scheduler", "scheduler_config.json");
  writeFileSync(scheduler, JSON.stringify({ ...json(scheduler), _class_name: "DDPMScheduler" }));
  const index = join(folder, "model_index.json");
  const { image_encoder: _, feature_extractor: __, ...rest } = json(index);
  const classes = { prior: ["diffusers", "PriorTransformer"], prior_scheduler: ["diffusers", "DDPMScheduler"] };
  const more = { prior_text_encoder: ["transformers", ""], prior_tokenizer: ["transformers", "CLIPTokenizer"] };
  writeFileSync(index, JSON.stringify({ ...rest, ...classes, ...more, _class_name: "StableUnCLIPPipeline" }));
  return folder;
}

/** Rounds all weights of a folder to float16, in place. */
function halveWeights(folder: string): void {
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".safetensors")) continue;
    const path = join(folder, file);
    const halved = [...readTensors(readFileSync(path))].map(([name, { shape, bytes }]) => {
      const numbers = new Float32Array(Uint8Array.from(bytes).buffer);
      return [name, { dtype: "F16", shape, bytes: new Uint8Array(Float16Array.from(numbers).buffer) }] as const;
    });
    writeFileSync(path, writeTensors(new Map(halved)));
  }
}

const side = golden.picture.shape[1]!;
const picture: ImageValue = {
  ...{ width: side, height: side },
  data: numbers(golden.picture).map((byte) => byte / 127.5 - 1),
};
const [, latentHeight, latentWidth] = golden.variations[0]!.final.shape as [number, number, number];
const size = { width: 2 * latentWidth, height: 2 * latentHeight };

/** How far the numbers of both kinds of an embedding are from the pipeline's class labels: its own, and the sinusoids of its level. */
function checkLabels(run: NodeRun, labels: GoldenArray, tolerance: number): number {
  const told = numbers(labels);
  const { feeds } = run.calls.find(({ stage, feeds }) => stage === "decoder" && feeds.keep_image!.data[0] === 1)!;
  const embedding = feeds.image_embedding!.data as Float32Array;
  const level = feeds.noise_level!.data[0]!;
  const half = embedding.length / 2;
  const angle = (i: number) => level * Math.exp((-Math.log(10_000) * (i % half)) / half);
  const sinusoids = embedding.map((_, i) => (i < half ? Math.cos(angle(i)) : Math.sin(angle(i))));
  assertClose(sinusoids, told.slice(embedding.length), 1e-4, "sinusoids of the level");
  return assertClose(embedding, told.slice(0, embedding.length), tolerance, "noised embedding");
}

/** The samples that the network was asked about, one a call. */
function checkCalls(run: NodeRun, { calls }: Run, tolerance: number): number {
  const seen = samplesOf(run.calls, "decoder");
  assert.equal(seen.length, calls.length);
  return Math.max(...seen.map((x, i) => assertClose(x, numbers(calls[i]!.x), tolerance, `x of call ${i + 1}`)));
}

/** Where the pipeline was before each step but the first: x, and what PNDM remembers, which does not keep its second call. */
function pointsOf({ calls }: Run, remembers: boolean): SamplePoint[] {
  const steps = remembers ? calls.filter((_, i) => i !== 1) : calls;
  return steps.slice(1).map(({ x }, i) => {
    const past = steps.slice(Math.max(0, i - 2), i + 1).toReversed();
    const remembered = past.map(({ timestep, output }) => ({ timestep, values: numbers(output) }));
    return { step: i + 1, x: numbers(x), ...(remembers ? { past: remembered } : {}) };
  });
}

for (const { scheduler, ...run } of golden.variations) {
  const name = `${scheduler}, noise level ${run.level}`;
  const pack = importPack(`su-${scheduler}-${run.level}`, folderWith(scheduler));
  const guidance = { scale: golden.guidanceScale, negative: golden.negative };
  const params = { seed: run.seed, steps: golden.steps, ...size };
  const conditions = async () => {
    const { runNode } = await pack;
    const text = (await runNode("clip.encode-text", { text: golden.caption })).outputs.embedding;
    const { embedding } = (await runNode("clip.encode-image", { image: picture })).outputs;
    const noised = await runNode("embedding.noise", { image: embedding }, { seed: run.seed, level: run.level });
    return { image: noised.outputs.image, text, guidance };
  };

  test(`${name}: from a picture to its variation, as StableUnCLIPImg2ImgPipeline does it within ${bounds.free}`, async (t) => {
    const { runNode } = await pack;
    const painted = await runNode("decoder.sample", await conditions(), params);
    const { image, latent } = painted.outputs as { image: ImageValue; latent: LatentValue };
    const errors = [
      checkLabels(painted, run.labels, bounds.taught),
      checkCalls(painted, run, bounds.free),
      assertClose(
        latent.data.map((value) => value * 0.18215),
        numbers(run.final),
        bounds.free,
        "latent",
      ),
      assertClose(image.data, numbers(run.image), bounds.free, "picture"),
    ];
    assert.deepEqual([image.width, image.height], [size.width, size.height]);
    t.diagnostic(errors.map((error) => error.toExponential(1)).join(", "));
  });

  test(`${name}: each step from where the pipeline was leads where it leads within ${bounds.taught}`, async (t) => {
    const { runNode } = await pack;
    const given = await conditions();
    const points = pointsOf(run, scheduler === "pndm");
    const errors = [];
    for (const [i, from] of points.slice(0, -1).entries()) {
      const { points: reached } = await runNode("decoder.sample", given, params, { from, oneStep: true });
      errors.push(assertClose(reached[0]!.x, points[i + 1]!.x, bounds.taught, `x after step ${from.step + 1}`));
    }
    t.diagnostic(Math.max(...errors).toExponential(1));
  });
}

test(`weights of 16 bits lead to the same picture within ${bounds.half}`, async (t) => {
  const { scheduler, ...run } = golden.variations[1]!;
  const folder = folderWith(scheduler);
  halveWeights(folder);
  const { runNode } = await importPack("su-half", folder);
  const text = (await runNode("clip.encode-text", { text: golden.caption })).outputs.embedding;
  const { embedding } = (await runNode("clip.encode-image", { image: picture })).outputs;
  const { image } = (await runNode("embedding.noise", { image: embedding }, { seed: run.seed, level: run.level }))
    .outputs;
  const guidance = { scale: golden.guidanceScale, negative: golden.negative };
  const given = { image, text, guidance };
  const painted = await runNode("decoder.sample", given, { seed: run.seed, steps: golden.steps, ...size });
  const error = assertClose((painted.outputs.image as ImageValue).data, numbers(run.image), bounds.half, "picture");
  assert.ok(error > bounds.taught, "the weights are rounded");
  t.diagnostic(error.toExponential(1));
});

test(`from a caption through the prior to a picture, as StableUnCLIPPipeline does it within ${bounds.free}`, async (t) => {
  const run = golden.fromText;
  const { runNode } = await importPack("su-text", folderFromText());
  const guidance = (scale: number) => ({ scale, negative: "" });
  const { embedding: asked } = (await runNode("clip.encode-text", { text: golden.caption })).outputs;
  const { embedding: text } = (await runNode("decoder.encode-caption", { text: golden.caption })).outputs;
  const drawn = await runNode(
    "prior.diffusion",
    { text: asked, guidance: guidance(golden.priorGuidanceScale) },
    { seed: run.seed, steps: golden.priorSteps },
  );
  const made = drawn.outputs.embedding as ImageEmbeddingValue;
  const { image } = (await runNode("embedding.noise", { image: made }, { seed: run.seed, level: run.level })).outputs;
  const painted = await runNode(
    "decoder.sample",
    { image, text, guidance: guidance(golden.guidanceScale) },
    { seed: run.seed, steps: golden.steps, ...size },
  );
  const errors = [
    assertClose(made.embedding, numbers(run.embedding), bounds.taught, "the prior's embedding"),
    checkLabels(painted, run.labels, bounds.taught),
    checkCalls(painted, run, bounds.free),
    assertClose((painted.outputs.image as ImageValue).data, numbers(run.image), bounds.free, "picture"),
  ];
  t.diagnostic(errors.map((error) => error.toExponential(1)).join(", "));
});
