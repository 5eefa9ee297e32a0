import { changedAt } from "../fields/changed.fixture.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { readManifest } from "../manifest/read-manifest.ts";

const sha256 = (digit: string) => digit.repeat(64);
const file = (name: string) => ({ file: `${name}.onnx`, sha256: sha256("0") });
const clip = { space: "clip", text: "captions" };
const scheduler = {
  trainTimesteps: 1000,
  betas: { kind: "cosine" },
  prediction: "epsilon",
  variance: "learned-range",
  clip: 1,
  spacing: "unclip",
};
const sampled = { scheduler, defaults: { steps: 25, guidanceScale: 3 } };

/** A manifest of format 2 as JSON, with a stage of every role; of embeddings of 2 numbers. */
export const example = {
  format: "clipwork-pack/2",
  name: "example",
  title: "Example",
  version: "1.0.0",
  licence: "Apache-2.0",
  vocabulary: { colour: ["red"] },
  spaces: {
    clip: {
      id: sha256("a"),
      dimension: 2,
      image: { size: 16, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], fit: "crop" },
    },
  },
  texts: {
    captions: {
      id: sha256("b"),
      tokenizer: { file: "tokenizer.json", sha256: sha256("c"), bos: "<", eos: ">", pad: ">", unknown: null },
      contextLength: 8,
      width: 16,
    },
    tags: {
      id: sha256("d"),
      tokenizer: { file: "tags.json", sha256: sha256("e"), bos: "<", eos: ">", pad: ">", unknown: "?" },
      contextLength: 16,
      width: 32,
    },
  },
  arrays: { basis: { file: "basis.safetensors", sha256: sha256("2") } },
  latents: { movq: { id: sha256("f"), channels: 4, factor: 8, scale: 1 } },
  stages: {
    words: { role: "text-encoder", ...file("words"), ...clip },
    tags: { role: "text-encoder", ...file("tags"), text: "tags" },
    pixels: { role: "image-encoder", ...file("pixels"), space: "clip" },
    guess: {
      role: "prior",
      ...file("guess"),
      externalData: [{ file: "guess.safetensors", sha256: sha256("1") }],
      inputs: { mask: "text_mask" },
      ...clip,
      ...sampled,
      normalisation: { mean: [0, 1], std: [1, 2] },
    },
    spell: {
      role: "autoregressive-prior",
      ...file("spell"),
      ...clip,
      codes: 2,
      buckets: 16,
      layers: 1,
      width: 8,
      defaults: { guidanceScale: 1.5, temperature: 1, topFraction: 0.5 },
    },
    tell: { role: "condition", ...file("tell"), ...clip, nullImageEmbedding: [0.5, 0.5] },
    paint: {
      role: "denoiser",
      ...file("paint"),
      condition: "tell",
      sample: { channels: 3, multiple: 8, size: 64 },
      ...sampled,
    },
    enlarge: {
      role: "denoiser",
      ...file("enlarge"),
      enlarges: { size: 64, place: 1 },
      sample: { channels: 3, size: 256 },
      ...sampled,
    },
    polish: { role: "denoiser", ...file("polish"), finishes: "enlarge" },
    dream: {
      role: "denoiser",
      ...file("dream"),
      space: "clip",
      text: "tags",
      nullImageEmbedding: [0, 0],
      latent: "movq",
      sample: { channels: 4, multiple: 8, size: [64, 128] },
      ...sampled,
    },
    squeeze: { role: "latent-encoder", ...file("squeeze"), latent: "movq" },
    unfold: { role: "latent-decoder", ...file("unfold"), latent: "movq" },
    rate: { role: "score", ...file("rate"), space: "clip" },
    read: {
      role: "score",
      ...file("read"),
      image: { size: 16, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], fit: "squash" },
      heads: { "colour 1": ["red", "blue"], relation: ["none", "on"] },
      features: 4,
      wording: {
        words: { colour: { red: ["red"], blue: ["blue", "navy"] }, relation: { on: ["on"] } },
        converse: { on: ["under"] },
        nouns: ["thing"],
        says: ["that says"],
      },
    },
    extra: { role: "other", ...file("extra") },
  },
};

/** The example with one field replaced, or removed if the value is undefined; `path` is its name with slashes. */
export const changed = (path: string, value: unknown): unknown => changedAt(example, path, value);

/** The example, read. */
export const exampleManifest: Manifest = readManifest(example);
