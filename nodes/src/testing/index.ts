import assert from "node:assert/strict";
import type { Checkpoint, Kind, NodeDefinition, RunContext, RunResult, Value } from "@clipwork/engine";
import { listProblems, record, testEnvironment, validateJson } from "@clipwork/engine/testing";
import {
  type Arrays,
  type Denoiser,
  type FakeRunner,
  fakeRunner,
  type Manifest,
  type ModelRunner,
  type Pack,
  type Sampled,
  type Scheduler,
  type Tokenizer,
} from "@clipwork/models";
import { catalogue, packFacts } from "../index.ts";
import type { FolderFile, NodeServices } from "../stage/services.ts";

const length = 6;
const digest = "0".repeat(64);
const clip = { space: "tiny-clip", text: "tiny-clip" };

const sampling = (prediction: Scheduler["prediction"], variance: Scheduler["variance"]): Sampled => ({
  scheduler: {
    trainTimesteps: 1000,
    betas: { kind: "cosine" },
    prediction,
    variance,
    clip: 1,
    spacing: "unclip",
    offset: 0,
  },
  defaults: { steps: 3, guidanceScale: 2 },
});

const file = (name: string) => ({ file: `${name}.onnx`, sha256: digest });

function upsampler(name: string, size: number, place: 1 | 2): Denoiser {
  const sample = { channels: 3, multiple: 1, size };
  const enlarges = { size: size / 2, place };
  return { role: "denoiser", ...file(name), sample, enlarges, ...sampling("epsilon", "fixed-small-log") };
}

/** A pack for tests without a folder: 8-number embeddings, pictures of 8, 16 and 32 pixels. */
export const tinyManifest = {
  format: "clipwork-pack/2",
  name: "tiny",
  title: "Tiny",
  version: "1.0.0",
  licence: "Apache-2.0",
  spaces: {
    "tiny-clip": {
      id: digest,
      dimension: 8,
      image: { size: 8, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], fit: "crop" },
    },
  },
  texts: {
    "tiny-clip": {
      id: digest,
      tokenizer: { file: "tokenizer.json", sha256: digest, bos: "<", eos: ">", pad: ">", unknown: null },
      contextLength: length,
      width: 8,
    },
  },
  latents: { "tiny-vae": { id: "1".repeat(64), channels: 4, factor: 2, scale: 0.5 } },
  arrays: Object.fromEntries(
    ["image-basis", "image-codes", "clip-statistics", "aesthetic-probe"].map((name) => [
      name,
      { file: `${name}.safetensors`, sha256: digest },
    ]),
  ),
  vocabulary: { solid: ["cube"] },
  stages: {
    "clip-text": { role: "text-encoder", ...file("clip-text"), ...clip },
    "clip-image": { role: "image-encoder", ...file("clip-image"), space: clip.space },
    prior: {
      role: "prior",
      ...file("prior"),
      ...clip,
      ...sampling("sample", "fixed-small-log"),
      normalisation: { mean: Array<number>(8).fill(10), std: Array<number>(8).fill(2) },
    },
    "autoregressive-prior": {
      role: "autoregressive-prior",
      ...file("autoregressive-prior"),
      ...clip,
      codes: 3,
      buckets: 8,
      layers: 2,
      width: 4,
      defaults: { guidanceScale: 2, temperature: 1, topFraction: 0.5 },
    },
    "decoder-condition": {
      role: "condition",
      ...file("decoder-condition"),
      ...clip,
      nullImageEmbedding: Array<number>(8).fill(0.25),
    },
    decoder: {
      role: "denoiser",
      ...file("decoder"),
      condition: "decoder-condition",
      sample: { channels: 3, multiple: 1, size: 8 },
      ...sampling("epsilon", "learned-range"),
    },
    "latent-encoder": { role: "latent-encoder", ...file("latent-encoder"), latent: "tiny-vae" },
    "latent-decoder": { role: "latent-decoder", ...file("latent-decoder"), latent: "tiny-vae" },
    classifier: {
      role: "score",
      ...file("classifier"),
      image: { size: 8, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], fit: "crop" },
      heads: {
        count: ["0", "1", "2"],
        "solid 1": ["cube", "sphere"],
        "colour 1": ["red", "blue"],
        "solid 2": ["cube", "sphere"],
        "colour 2": ["red", "blue"],
        relation: ["none", "on"],
        floor: ["sand", "grass"],
      },
      features: 8,
      wording: {
        words: {
          solid: { cube: ["cube", "box"], sphere: ["sphere", "ball"] },
          colour: { red: ["red", "crimson"], blue: ["blue"] },
          relation: { on: ["on top of", "on"] },
          floor: { sand: ["on sand"], grass: ["on grass", "on the lawn"] },
          word: { cat: ["cat"], dog: ["dog"] },
        },
        converse: { on: ["under"] },
        nouns: ["thing"],
        says: ["that says"],
      },
    },
    "upsampler-256": upsampler("upsampler-256", 16, 1),
    "upsampler-256-last": { role: "denoiser", ...file("upsampler-256-last"), finishes: "upsampler-256" },
    "upsampler-1024": upsampler("upsampler-1024", 32, 2),
  },
} as const satisfies Manifest;

/** One token a word, its id the word's length; every word but "cube" is unknown. */
const wordTokenizer: Tokenizer = {
  encode(text) {
    const words = text.split(" ").filter(Boolean);
    const pieces = words.slice(0, length - 2);
    const ids = new Int32Array(length).fill(101);
    ids.set([100, ...pieces.map((word) => word.length), 101]);
    return {
      ids,
      mask: new Float32Array(length).fill(1, 0, pieces.length + 2),
      pieces,
      cut: words.slice(length - 2).join(" "),
      unknownWords: words.filter((word) => word !== "cube"),
    };
  },
};

export const tinyPack: Pack = { folder: "tiny", manifest: tinyManifest, tokenizers: { "tiny-clip": wordTokenizer } };

/** The arrays of the tiny pack by name: a basis whose directions are the axes, and buckets of width 1. */
export const tinyArrays: { readonly [name: string]: Arrays } = {
  "image-basis": {
    mean: { shape: [8], data: new Float32Array(8).fill(0.5) },
    components: { shape: [8, 8], data: Float32Array.from({ length: 64 }, (_, i) => (i % 9 === 0 ? 1 : 0)) },
    eigenvalues: { shape: [8], data: Float32Array.from({ length: 8 }, (_, i) => 8 - i) },
  },
  "image-codes": {
    edges: { shape: [3, 7], data: Float32Array.from({ length: 21 }, (_, i) => (i % 7) - 3) },
    centres: { shape: [3, 8], data: Float32Array.from({ length: 24 }, (_, i) => (i % 8) - 3.5) },
    "dot-edges": { shape: [7], data: Float32Array.from({ length: 7 }, (_, i) => (i - 3) / 4) },
    "dot-centres": { shape: [8], data: Float32Array.from({ length: 8 }, (_, i) => (i - 3.5) / 4) },
  },
  "clip-statistics": {
    mean: { shape: [8], data: new Float64Array(8) },
    covariance: { shape: [8, 8], data: Float64Array.from({ length: 64 }, (_, i) => (i % 9 === 0 ? 1 : 0)) },
    embeddings: { shape: [5, 8], data: Float32Array.from({ length: 40 }, (_, i) => Math.sin(i)) },
  },
  "aesthetic-probe": {
    weight: { shape: [8], data: Float64Array.from({ length: 8 }, (_, i) => i) },
    bias: { shape: [1], data: Float64Array.of(10) },
  },
};

/** The tiny pack with other stages, beside its own or in place of them. */
export function tinyPackWith(stages: Manifest["stages"], more: Partial<Manifest> = {}): Pack {
  const manifest: Manifest = { ...tinyManifest, ...more, stages: { ...tinyManifest.stages, ...stages } };
  return { ...tinyPack, manifest };
}

export type NodeRun = {
  readonly outputs: Record<string, unknown>;
  readonly calls: FakeRunner["calls"];
  readonly notices: readonly string[];
  readonly progress: readonly (readonly [step: number, steps: number])[];
  readonly previews: readonly { readonly port: string; readonly value: Value; readonly kind: string }[];
};

type Options = {
  readonly pack?: Pack;
  readonly signal?: AbortSignal;
  readonly files?: Record<string, Uint8Array>;
  readonly arrays?: Record<string, Arrays>;
  readonly folders?: Record<string, readonly FolderFile[]>;
  readonly checkpoint?: Checkpoint;
  readonly doing?: (what: string) => void;
  readonly models?: FakeRunner;
};

/** Where every item begins at its beginning. */
const noCheckpoint: Checkpoint = { load: async () => undefined, save: () => {} };

/** Runs one item of a node on the fake models, with the defaults of the parameters that are not given. */
export async function runNode(
  node: NodeDefinition<NodeServices>,
  inputs: object = {},
  params: object = {},
  options: Options = {},
): Promise<NodeRun> {
  const {
    pack = tinyPack,
    signal = new AbortController().signal,
    files = {},
    folders = {},
    checkpoint = noCheckpoint,
  } = options;
  const { models = fakeRunner(), arrays = tinyArrays } = options;
  const notices: string[] = [];
  const progress: [number, number][] = [];
  const previews: { port: string; value: Value; kind: string }[] = [];
  const preview = (port: string, value: Value, kind: Kind = node.outputs[port]!.of) => {
    assert.equal(kind.check(value), undefined, `the preview of ${port}, as ${kind.noun}`);
    previews.push({ port, value, kind: kind.kind });
  };
  const defaults = Object.fromEntries(Object.entries(node.params).map(([name, param]) => [name, param.default]));
  const outputs = await node.run!(inputs as never, { ...defaults, ...params } as never, {
    signal,
    checkpoint,
    progress: (step, steps) => progress.push([step, steps]),
    doing: options.doing ?? (() => {}),
    preview: preview as RunContext["preview"],
    notice: (message) => notices.push(message),
    models,
    pack: () => pack,
    arrays: async (_, name) => arrays[name]!,
    file: async (name) => files[name]!,
    folder: (name) => folders[name]!,
  });
  return { outputs, calls: models.calls, notices, progress, previews };
}

/** The rows that each stage was run with, in order of first call. */
export function rowsByStage(calls: FakeRunner["calls"]): Record<string, number> {
  const rows: Record<string, number> = {};
  for (const { stage, feeds } of calls) rows[stage] = (rows[stage] ?? 0) + Object.values(feeds)[0]!.shape[0]!;
  return rows;
}

/** What a host offers, with the tiny pack in place of every pack. */
export const tinyServices = (models: ModelRunner): NodeServices => ({
  models,
  pack: () => tinyPack,
  arrays: async (_, name) => tinyArrays[name]!,
  file: async () => new Uint8Array(),
  folder: () => [],
});

/** Runs chosen nodes of a workflow on the fake models, with the tiny pack in place of the real one. */
export async function runWorkflow(
  nodes: object,
  targets: readonly string[],
): Promise<
  RunResult & Pick<NodeRun, "calls"> & { readonly values: { readonly [output: string]: readonly unknown[] } }
> {
  const packs = { toybox: packFacts({ manifest: tinyManifest }) };
  const environment = testEnvironment<NodeServices>([...catalogue.values()], { packs });
  const { plan, problems } = validateJson({ format: "clipwork/1", nodes }, environment, { targets });
  if (!plan) throw new Error(`No plan: ${listProblems(problems)}`);
  const models = fakeRunner();
  const services = tinyServices(models);
  return { ...(await record(plan, { services })), calls: models.calls };
}
