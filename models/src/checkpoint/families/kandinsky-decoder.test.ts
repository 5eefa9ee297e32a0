import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { named } from "../../fields/named.ts";
import { PackError } from "../../fields/pack-error.ts";
import { loadPack } from "../../pack/load-pack.ts";
import type { Pack } from "../../pack/pack.ts";
import type { Denoiser } from "../../stages/denoiser.ts";
import type { TextEncoder } from "../../stages/text-encoder.ts";
import { checkpoint } from "../checkpoint.fixture.ts";
import type { EncodeImage } from "./kandinsky-decoder.ts";

const encodeImage: EncodeImage = async (_pack, _stage, pixels) => {
  assert.ok(pixels.every((value) => value === 0));
  return Float32Array.from({ length: 16 }, (_, i) => i / 8 + 0.1);
};
const decoder = (context: TestContext) => checkpoint(context, "small-kandinsky-2-2-decoder");

async function prior(context: TestContext): Promise<Pack> {
  const given = checkpoint(context, "small-kandinsky-2-2-prior");
  const { folder } = await given.import({ name: "kandinsky-prior" });
  return loadPack(folder);
}

test("the decoder lies in the space of the prior's pack, and MoVQ is the autoencoder of its latents, which are not scaled", async (context) => {
  const like = await prior(context);
  const { folder, notes } = await decoder(context).import({ like, encodeImage });
  const { manifest } = await loadPack(folder);
  const { decoder: unet, ...halves } = manifest.stages;
  const stage = unet as Denoiser;
  assert.deepEqual(manifest.spaces, like.manifest.spaces);
  assert.deepEqual(Object.keys(manifest.texts), []);
  assert.deepEqual(
    Object.entries(halves).map(([name, { role }]) => [name, role]),
    [
      ["latent-encoder", "latent-encoder"],
      ["latent-decoder", "latent-decoder"],
    ],
  );
  const movq = named(manifest.latents, stage.latent!);
  assert.deepEqual([movq.channels, movq.factor, movq.scale], [4, 2, 1]);
  assert.deepEqual(stage.sample, { channels: 4, multiple: 2, size: [2, 64] });
  assert.deepEqual([stage.defaults, stage.scheduler.variance], [{ steps: 50, guidanceScale: 4 }, "learned-range"]);
  assert.deepEqual(stage.scheduler.betas, { kind: "linear", start: 0.00085, end: 0.012 });
  assert.match(notes.join("\n"), /embeddings of "kandinsky-prior"/);
});

test("a picture of zeros, as the prior's encoder embeds it, stands for no image; without a run nothing does", async (context) => {
  const like = await prior(context);
  const imported = async (options: { readonly encodeImage?: EncodeImage }) => {
    const { folder, notes } = await decoder(context).import({ like, ...options });
    return { stage: (await loadPack(folder)).manifest.stages.decoder as Denoiser, notes: notes.join("\n") };
  };
  const run = await imported({ encodeImage });
  assert.deepEqual(
    Float32Array.from(run.stage.nullImageEmbedding!),
    Float32Array.from({ length: 16 }, (_, i) => i / 8 + 0.1),
  );
  assert.doesNotMatch(run.notes, /No network was run/);
  const bare = await imported({});
  assert.equal(bare.stage.nullImageEmbedding, undefined);
  assert.match(bare.notes, /No network was run.*"negativeImage"/);
});

test("2.1's decoder has a text encoder of its own, whose captions lie in the space of the prior's pack", async (context) => {
  const like = await prior(context);
  const { folder } = await checkpoint(context, "small-kandinsky-2-1").import({ like, encodeImage });
  const { manifest } = await loadPack(folder);
  const { decoder: unet, "decoder-text": encoder } = manifest.stages;
  assert.deepEqual(manifest.spaces, like.manifest.spaces);
  const { text, space } = unet as Denoiser;
  assert.deepEqual([text, space], ["decoder-text", "clip"]);
  const read = encoder as TextEncoder;
  assert.deepEqual([read.role, read.text, read.space], ["text-encoder", "decoder-text", "clip"]);
  const { contextLength, width, tokenizer, id } = named(manifest.texts, "decoder-text");
  assert.deepEqual([contextLength, width, tokenizer.pad, tokenizer.unknown], [77, 24, "<pad>", "<unk>"]);
  assert.notEqual(id, named(like.manifest.texts, "clip").id, "no prior of that pack reads them");
  assert.deepEqual(
    [(unet as Denoiser).scheduler.sampler, (unet as Denoiser).scheduler.finalAlphaBar],
    ["ddim", "first"],
  );
});

test("two packs with one MoVQ share their latents", async (context) => {
  const like = await prior(context);
  const ids = await Promise.all(
    [1, 2].map(async () => {
      const { manifest } = await decoder(context).import({ like });
      return manifest.latents.movq!.id;
    }),
  );
  assert.equal(ids[0], ids[1]);
  assert.match(ids[0]!, /^[0-9a-f]{64}$/);
});

test("the usual size is the one of the configuration", async (context) => {
  const given = decoder(context);
  given.changeJson("unet/config.json", (json) => ({ ...json, sample_size: 32 }));
  const { manifest } = await given.import({ like: await prior(context) });
  assert.equal((manifest.stages.decoder as Denoiser).sample.usual, 32);
});

const problem = (message: RegExp) => (error: unknown) => error instanceof PackError && message.test(error.message);

test("a decoder without the pack of its prior, or with another one, says what it needs", async (context) => {
  const given = decoder(context);
  await assert.rejects(
    given.import(),
    problem(/a decoder for image embeddings of 16 numbers.*does not say of which CLIP/),
  );
  const like = await prior(context);
  const { "clip-image": image, ...others } = like.manifest.stages;
  const blind = { ...like, manifest: { ...like.manifest, stages: others } };
  await assert.rejects(given.import({ like: blind }), problem(/"kandinsky-prior" has no image encoder/));
  const wider = { clip: { ...like.manifest.spaces.clip!, dimension: 24 } };
  const other = { ...like, manifest: { ...like.manifest, spaces: wider, stages: { "clip-image": image! } } };
  await assert.rejects(given.import({ like: other }), problem(/"kandinsky-prior" has no image encoder/));
});

for (const part of ["scheduler/scheduler_config.json", "movq/config.json"])
  test(`a folder without its ${part} is refused`, async (context) => {
    const given = decoder(context);
    rmSync(join(given.from, part));
    await assert.rejects(given.import({ like: await prior(context) }), problem(/is missing/));
  });
