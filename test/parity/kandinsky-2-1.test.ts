// Kandinsky 2.1 from its two folders, without Python: caption to picture as diffusers' KandinskyPriorPipeline and KandinskyPipeline go, on
// the same noise. Taught: each step from diffusers' x_t. Free: each step from the one before.
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
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
  readonly prior: GoldenRun & { readonly caption: string; readonly image: GoldenArray; readonly zero: GoldenArray };
  readonly decoder: GoldenRun & {
    readonly picture: GoldenArray;
    readonly captions: readonly {
      readonly text: string;
      readonly embedding: GoldenArray;
      readonly states: GoldenArray;
      readonly mask: GoldenArray;
    }[];
  };
  readonly tokens: readonly { readonly text: string; readonly ids: readonly number[] }[];
};

const golden = readGolden<Golden>("kandinsky-2-1");
const [width, height] = golden.size;
const checkpoint = (name: string) => join(fixtures, "checkpoints", name);

/** The prior's folder is that of 2.2 in all but the name of the pipeline. */
const priorFolder = (() => {
  const folder = join(scratch("kandinsky-2-1"), "prior");
  cpSync(checkpoint("small-kandinsky-2-2-prior"), folder, { recursive: true });
  const index = join(folder, "model_index.json");
  writeFileSync(index, readFileSync(index, "utf8").replace("KandinskyV22PriorPipeline", "KandinskyPriorPipeline"));
  return folder;
})();
const prior = await importPack("kandinsky-2-1-prior", priorFolder);
const decoder = await importPack("kandinsky-2-1", checkpoint("small-kandinsky-2-1"), { like: prior.pack });
const [caption, negative] = golden.decoder.captions;

const captionOf = async (text: string) =>
  (await decoder.runNode("decoder.encode-caption", { text })).outputs.embedding as TextEmbeddingValue;

test("captions of any language are cut as the tokenizer of transformers cuts them", () => {
  const tokenizer = decoder.pack.tokenizers["decoder-text"]!;
  for (const { text, ids } of golden.tokens) {
    const { ids: made, mask } = tokenizer.encode(text);
    assert.deepEqual(
      [...made.slice(0, mask.indexOf(0) < 0 ? mask.length : mask.indexOf(0))],
      ids,
      JSON.stringify(text),
    );
    assert.ok(made.slice(ids.length).every((id) => id === 1));
  }
});

test("the decoder's captions are what its own text encoder makes of them", async (t) => {
  for (const wanted of golden.decoder.captions) {
    const made = await captionOf(wanted.text);
    assert.deepEqual([...made.mask], [...numbers(wanted.mask)]);
    const errors = [
      assertClose(made.embedding, numbers(wanted.embedding), taught, "embedding"),
      assertClose(made.states, numbers(wanted.states), taught, "states"),
    ];
    t.diagnostic(errors.map((error) => error.toExponential(1)).join(", "));
  }
});

test("the prior makes the embedding of a caption, and a picture of zeros stands for none", async (t) => {
  const { prior: run } = golden;
  const text = (await prior.runNode("clip.encode-text", { text: run.caption })).outputs.embedding;
  const inputs = { text, guidance: { scale: run.guidanceScale!, negative: "" } };
  const params = { seed: run.seeds[0], steps: run.timesteps.length };
  const { outputs, calls } = await prior.runNode("prior.diffusion", inputs, params);
  const stage = decoder.pack.manifest.stages.decoder as { readonly nullImageEmbedding?: readonly number[] };
  const errors = [
    assertStates(samplesOf(calls, "prior"), { states: run.states, row: 0, tolerance: free }, "prior"),
    assertClose((outputs.embedding as ImageEmbeddingValue).embedding, numbers(run.image), free, "embedding"),
    assertClose(Float32Array.from(stage.nullImageEmbedding!), numbers(run.zero), taught, "zero embedding"),
    await teach(prior.runNode, "prior.diffusion", { inputs, params, run, row: 0, tolerance: taught }),
  ];
  t.diagnostic(errors.map((error) => error.toExponential(1)).join(", "));
});

test("the decoder paints the latent and the picture of diffusers, against a negative caption", async (t) => {
  const { decoder: run } = golden;
  const inputs = {
    image: { embedding: rowOf(golden.prior.image, 0) },
    text: await captionOf(caption!.text),
    guidance: { scale: run.guidanceScale!, negative: negative!.text },
  };
  const params = { seed: run.seeds[0], steps: run.timesteps.length, width, height };
  const { outputs, calls } = await decoder.runNode("decoder.sample", inputs, params);
  const picture = outputs.image as ImageValue;
  assert.deepEqual([picture.width, picture.height], [width, height]);
  const errors = [
    assertStates(samplesOf(calls, "decoder"), { states: run.states, row: 0, tolerance: free }, "decoder"),
    assertClose((outputs.latent as LatentValue).data, numbers(run.final), free, "latent"),
    assertClose(picture.data, clamped(numbers(run.picture)), free, "picture"),
    await teach(decoder.runNode, "decoder.sample", { inputs, params, run, row: 0, tolerance: taught }),
  ].map((error) => error.toExponential(1));
  t.diagnostic(`free: x_t ${errors[0]}, latent ${errors[1]}, picture ${errors[2]}; taught ${errors[3]}`);
});
