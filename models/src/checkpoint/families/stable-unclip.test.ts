import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { loadPack } from "../../pack/load-pack.ts";
import type { Denoiser } from "../../stages/denoiser.ts";
import { partsOf } from "../../stages/parts.ts";
import { checkpoint, fixtures } from "../checkpoint.fixture.ts";

/** Stable unCLIP from text: the small folder with Karlo's prior and its text encoder in place of the image encoder. */
function fromText(context: TestContext) {
  const folder = checkpoint(context, "small-stable-unclip");
  const karlo = join(fixtures, "checkpoints", "small-karlo");
  for (const part of ["prior", "prior_scheduler"])
    cpSync(join(karlo, part), join(folder.from, part), { recursive: true });
  for (const part of ["text_encoder", "tokenizer"])
    cpSync(join(karlo, part), join(folder.from, `prior_${part}`), { recursive: true });
  const path = join(folder.from, "model_index.json");
  const { image_encoder: _, feature_extractor: __, ...rest } = JSON.parse(readFileSync(path, "utf8"));
  const prior = {
    prior: ["diffusers", "PriorTransformer"],
    prior_scheduler: ["diffusers", "UnCLIPScheduler"],
    prior_text_encoder: ["transformers", "CLIPTextModelWithProjection"],
    prior_tokenizer: ["transformers", "CLIPTokenizer"],
  };
  writeFileSync(path, JSON.stringify({ ...rest, ...prior, _class_name: "StableUnCLIPPipeline" }));
  return folder;
}

test("from pictures: the image encoder, the captions and the autoencoder of Stable Diffusion, and how embeddings are noised", async (context) => {
  const { manifest, notes } = await checkpoint(context, "small-stable-unclip").import();
  const { stages, spaces, texts, latents } = manifest;
  assert.deepEqual(Object.keys(stages), ["clip-image", "decoder-text", "decoder", "latent-encoder", "latent-decoder"]);
  assert.equal(spaces.clip!.image!.size, 16);
  assert.deepEqual([texts["decoder-text"]!.width, texts["decoder-text"]!.contextLength], [16, 8]);
  const { id, ...vae } = latents.vae!;
  assert.deepEqual(vae, { channels: 4, factor: 2, scale: 0.18215 });
  assert.match(id, /^[0-9a-f]{64}$/);
  const { scheduler, defaults, imageNoise, sample, ...decoder } = stages.decoder as Denoiser;
  assert.deepEqual(
    [decoder.space, decoder.text, decoder.latent, decoder.condition],
    ["clip", "decoder-text", "vae", undefined],
  );
  assert.deepEqual(sample, { channels: 4, multiple: 2, size: [2, 48] });
  assert.deepEqual([scheduler.sampler, scheduler.prediction, scheduler.finalAlphaBar], ["pndm", "v", "first"]);
  assert.deepEqual(defaults, { steps: 20, guidanceScale: 10 });
  assert.deepEqual([imageNoise!.trainTimesteps, imageNoise!.betas], [1000, { kind: "cosine" }]);
  assert.deepEqual([imageNoise!.mean.length, imageNoise!.mean[0], imageNoise!.std.length], [16, -0.5, 16]);
  assert.match(notes.join(), /embedding\.noise/);
});

test("what nodes see of it: captions in a space of their own", async (context) => {
  const { manifest } = await checkpoint(context, "small-stable-unclip").import();
  const parts = partsOf(manifest);
  const { facts } = parts.get("decoder")!;
  assert.deepEqual(facts.space, { id: manifest.spaces.clip!.id, name: "clip" });
  assert.deepEqual(facts.textSpace, facts.text);
  assert.equal(facts.factor, 2);
  assert.deepEqual(parts.get("clip-text")!.stage, "decoder-text");
});

test("from text: the prior and the captions that it reads, beside those of the decoder", async (context) => {
  const { manifest, notes } = await fromText(context).import();
  assert.deepEqual(Object.keys(manifest.stages).slice(0, 4), ["clip-text", "decoder-text", "prior", "decoder"]);
  const { prior, decoder } = manifest.stages as { [name: string]: { space?: string; text?: string } };
  assert.deepEqual(
    [prior!.text, decoder!.text, prior!.space, decoder!.space],
    ["clip", "decoder-text", "clip", "clip"],
  );
  assert.deepEqual(notes, []);
});

test("the usual size is the U-Net's, if its configuration names one", async (context) => {
  const folder = checkpoint(context, "small-stable-unclip");
  folder.changeJson("unet/config.json", (config) => ({ ...config, sample_size: 8 }));
  const { manifest } = await folder.import();
  assert.equal((manifest.stages.decoder as Denoiser).sample.usual, 8);
});

test("--for names the pack in whose space its image embeddings lie, so that a prior of that pack can be linked", async (context) => {
  const karlo = checkpoint(context);
  const like = await loadPack((await karlo.import()).folder);
  const { manifest } = await checkpoint(context, "small-stable-unclip").import({ like });
  assert.equal(manifest.spaces.clip!.id, like.manifest.spaces.clip!.id);
  const far = { ...like, manifest: { ...like.manifest, spaces: { clip: { id: "0".repeat(64), dimension: 8 } } } };
  await assert.rejects(checkpoint(context, "small-stable-unclip").import({ like: far }), {
    name: "PackError",
    message: /paints image embeddings of 16 numbers, and the pack "imported" has none/,
  });
});

test("statistics that are missing, of another length or no numbers are refused by name", async (context) => {
  const file = "image_normalizer/diffusion_pytorch_model.safetensors";
  const refused = async (change: Parameters<ReturnType<typeof checkpoint>["changeTensors"]>[1], message: RegExp) => {
    const folder = checkpoint(context, "small-stable-unclip");
    folder.changeTensors(file, change);
    await assert.rejects(folder.import(), { name: "PackError", message });
  };
  await refused(
    (tensors) => tensors.delete("std"),
    /tensor "std" in .*image_normalizer is missing, but must be \[1, 16\]/,
  );
  const short = { dtype: "F32", shape: [1, 4], bytes: new Uint8Array(16) };
  await refused((tensors) => tensors.set("mean", short), /tensor "mean" in .* is \[1, 4\], but must be \[1, 16\]/);
  const nan = { dtype: "F32", shape: [1, 16], bytes: new Uint8Array(new Float32Array(16).fill(NaN).buffer) };
  await refused((tensors) => tensors.set("mean", nan), /"mean" in .* holds NaN/);
});

test("a scheduler that noises embeddings in an unknown way is refused by name", async (context) => {
  const folder = checkpoint(context, "small-stable-unclip");
  folder.changeJson("image_noising_scheduler/scheduler_config.json", (config) => ({ ...config, beta_schedule: "exp" }));
  await assert.rejects(folder.import(), { message: /image_noising_scheduler.*says beta_schedule: "exp"/ });
});
