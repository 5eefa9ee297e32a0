// Kandinsky 2.2 from its two folders, without Python: caption to picture as diffusers' KandinskyV22PriorPipeline and KandinskyV22Pipeline go,
// on the same noise. Taught: each step from diffusers' x_t. Free: each step from the one before.
import assert from "node:assert/strict";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { ImageEmbeddingValue, ImageValue, LatentValue, TextEmbeddingValue } from "@clipwork/nodes";
import {
  assertClose,
  assertStates,
  clamped,
  type GoldenArray,
  type GoldenRun,
  numbers,
  readGolden,
  rowOf,
} from "./golden.ts";
import { fixtures, importPack, scratch } from "./imported-pack.ts";
import { samplesOf } from "./node-run.ts";
import { teach } from "./teach.ts";

const taught = 1e-4;
const free = 1e-3;

type Golden = {
  readonly size: readonly [width: number, height: number];
  readonly prior: GoldenRun & {
    readonly caption: string;
    readonly negativeCaption: string;
    readonly image: GoldenArray;
    readonly negative: GoldenArray;
    readonly zero: GoldenArray;
  };
  readonly blend: {
    readonly weights: readonly number[];
    readonly picture: GoldenArray;
    readonly embedding: GoldenArray;
  };
} & { readonly [run in "decoder" | "negativeImage" | "ddim"]: GoldenRun & { readonly picture: GoldenArray } };

const golden = readGolden<Golden>("kandinsky");
const [width, height] = golden.size;
const folder = (part: string) => join(fixtures, "checkpoints", `small-kandinsky-2-2-${part}`);
const prior = await importPack("kandinsky-prior", folder("prior"));
const like = prior.pack;
const decoder = await importPack("kandinsky-decoder", folder("decoder"), { like });
/** The decoder with the scheduler of Kandinsky 2.1. */
const byDdim = await (async () => {
  const from = join(scratch("kandinsky"), "published");
  cpSync(folder("decoder"), from, { recursive: true });
  const betas = { beta_start: 0.00085, beta_end: 0.012, beta_schedule: "linear" };
  const ends = { clip_sample: false, set_alpha_to_one: false, steps_offset: 1 };
  const config = { _class_name: "DDIMScheduler", ...betas, ...ends };
  writeFileSync(join(from, "scheduler", "scheduler_config.json"), JSON.stringify(config));
  return importPack("kandinsky-ddim", from, { like });
})();

const guided = (run: GoldenRun, negative = "") => ({ scale: run.guidanceScale!, negative });
const embeddingOf = (array: GoldenArray) => ({ embedding: rowOf(array, 0) });

test("the embedding that stands for no image is that of a picture of zeros", (t) => {
  for (const { pack } of [decoder, byDdim]) {
    const stage = pack.manifest.stages.decoder as { readonly nullImageEmbedding?: readonly number[] };
    const made = Float32Array.from(stage.nullImageEmbedding!);
    t.diagnostic(assertClose(made, numbers(golden.prior.zero), taught, "zero embedding").toExponential(1));
  }
});

for (const [row, caption, name] of [
  [0, golden.prior.caption, "image"],
  [1, golden.prior.negativeCaption, "negative"],
] as const)
  test(`the prior makes the ${name} embedding of a caption against the negative one`, async (t) => {
    const { prior: run } = golden;
    const text = (await prior.runNode("clip.encode-text", { text: caption })).outputs.embedding as TextEmbeddingValue;
    const inputs = { text, guidance: guided(run, run.negativeCaption) };
    const params = { seed: run.seeds[row], steps: run.timesteps.length };
    const { outputs, calls } = await prior.runNode("prior.diffusion", inputs, params);
    const { embedding } = outputs.embedding as ImageEmbeddingValue;
    const errors = [
      assertStates(samplesOf(calls, "prior"), { states: run.states, row, tolerance: free }, "prior"),
      assertClose(embedding, numbers(run[name]), free, "embedding"),
      await teach(prior.runNode, "prior.diffusion", { inputs, params, run, row, tolerance: taught }),
    ];
    t.diagnostic(
      `free ${errors[0]!.toExponential(1)}, ${errors[1]!.toExponential(1)}, taught ${errors[2]!.toExponential(1)}`,
    );
  });

for (const [name, { runNode }, more] of [
  ["decoder", decoder, {}],
  ["negativeImage", decoder, { negativeImage: embeddingOf(golden.prior.negative) }],
  ["ddim", byDdim, {}],
] as const)
  test(`the decoder paints the latent and the picture of diffusers: ${name}`, async (t) => {
    const run = golden[name];
    const inputs = { image: embeddingOf(golden.prior.image), guidance: guided(run), ...more };
    const params = { seed: run.seeds[0], steps: run.timesteps.length, width, height };
    const { outputs, calls } = await runNode("decoder.sample", inputs, params);
    const timesteps = calls.filter(({ stage }) => stage === "decoder").map(({ feeds }) => feeds.timestep!.data[0]);
    assert.deepEqual([...new Set(timesteps)], run.timesteps);
    const picture = outputs.image as ImageValue;
    assert.deepEqual([picture.width, picture.height], [width, height]);
    const errors = [
      assertStates(samplesOf(calls, "decoder"), { states: run.states, row: 0, tolerance: free }, name),
      assertClose((outputs.latent as LatentValue).data, numbers(run.final), free, "latent"),
      assertClose(picture.data, clamped(numbers(run.picture)), free, "picture"),
      await teach(runNode, "decoder.sample", { inputs, params, run, row: 0, tolerance: taught }),
    ].map((error) => error.toExponential(1));
    t.diagnostic(`free: x_t ${errors[0]}, latent ${errors[1]}, picture ${errors[2]}; taught ${errors[3]}`);
  });

test("a caption and a picture blend by weights as the pipeline's interpolate does it", async (t) => {
  const { weights, picture, embedding } = golden.blend;
  const text = (await prior.runNode("clip.encode-text", { text: golden.prior.caption })).outputs.embedding;
  const params = { seed: golden.prior.seeds[0], steps: golden.prior.timesteps.length };
  const drawn = await prior.runNode("prior.diffusion", { text, guidance: guided(golden.prior) }, params);
  const [height, width] = picture.shape.slice(2) as [number, number];
  const image: ImageValue = { width, height, data: numbers(picture) };
  const seen = await prior.runNode("clip.encode-image", { image });
  const embeddings = [drawn.outputs.embedding, seen.outputs.embedding];
  const mixed = await prior.runNode("latent.mix", { embeddings }, { weights: weights.join(", "), norm: "sum" });
  const made = (mixed.outputs.embedding as ImageEmbeddingValue).embedding;
  t.diagnostic(assertClose(made, numbers(embedding), taught, "blend").toExponential(1));
});

test("from caption to picture, each stage fed by the one before", async (t) => {
  const { caption, negativeCaption } = golden.prior;
  const encoded = await prior.runNode("clip.encode-text", { text: caption });
  const text = encoded.outputs.embedding as TextEmbeddingValue;
  const params = (run: GoldenRun) => ({ seed: run.seeds[0], steps: run.timesteps.length });
  const drawn = await prior.runNode(
    "prior.diffusion",
    { text, guidance: guided(golden.prior, negativeCaption) },
    params(golden.prior),
  );
  const painted = await decoder.runNode(
    "decoder.sample",
    { image: drawn.outputs.embedding, guidance: guided(golden.decoder) },
    { ...params(golden.decoder), width, height },
  );
  const expected = clamped(numbers(golden.decoder.picture));
  const error = assertClose((painted.outputs.image as ImageValue).data, expected, free, "picture");
  t.diagnostic(error.toExponential(1));
});

test("a latent that was painted is decoded to the same picture, and a picture is encoded as MoVQ does it", async () => {
  const inputs = { image: embeddingOf(golden.prior.image), guidance: guided(golden.decoder) };
  const { outputs } = await decoder.runNode("decoder.sample", inputs, { steps: 2, width, height });
  const decoded = await decoder.runNode("latent.decode", { latent: outputs.latent });
  assert.deepEqual(decoded.outputs.image, outputs.image);
  const { latent } = (await decoder.runNode("latent.encode", { image: outputs.image })).outputs;
  const { channels, width: across, height: down } = latent as LatentValue;
  assert.deepEqual([channels, across, down], [4, width / 2, height / 2]);
});
