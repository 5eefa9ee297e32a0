import type { Checkpoint, NodeDefinition, RunResult, Value } from "@clipwork/engine";
import { listProblems, record, testEnvironment, validateJson } from "@clipwork/engine/testing";
import { type FakeRunner, fakeRunner, type Manifest, type Pack, type Tokenizer } from "@clipwork/models";
import { catalogue, packFacts } from "../index.ts";
import type { NodeServices } from "../stage/services.ts";

const length = 6;
const sampling = (prediction: "sample" | "epsilon", variance: "fixed_small_log" | "learned_range") => ({
  scheduler: { trainTimesteps: 1000, prediction, variance, clipSampleRange: 1 },
  defaults: { steps: 3, guidanceScale: 2 },
});
const stage = (name: string) => ({ file: `${name}.onnx`, sha256: "0".repeat(64) });

/** A pack for tests without a folder: 8-number embeddings, pictures of 8, 16 and 32 pixels. */
export const tinyManifest: Manifest = {
  format: "clipwork-pack/1",
  name: "tiny",
  title: "Tiny",
  version: "1.0.0",
  licence: "Apache-2.0",
  clip: {
    name: "tiny-clip",
    dimension: 8,
    textWidth: 8,
    contextLength: length,
    imageSize: 8,
    imageMean: [0.5, 0.5, 0.5],
    imageStd: [0.5, 0.5, 0.5],
  },
  tokenizer: { ...stage("tokenizer"), bos: "<", eos: ">", pad: ">", unknown: null },
  vocabulary: { solid: ["cube"] },
  stages: {
    "clip-text": stage("clip-text"),
    "clip-image": stage("clip-image"),
    prior: {
      ...stage("prior"),
      ...sampling("sample", "fixed_small_log"),
      normalisation: { mean: Array(8).fill(10), std: Array(8).fill(2) },
    },
    "decoder-condition": { ...stage("decoder-condition"), nullImageEmbedding: Array(8).fill(0.25) },
    decoder: { ...stage("decoder"), ...sampling("epsilon", "learned_range"), size: 8 },
    "upsampler-256": {
      ...stage("upsampler-256"),
      ...sampling("epsilon", "fixed_small_log"),
      size: 16,
      conditionSize: 8,
      last: "upsampler-256-last",
    },
    "upsampler-256-last": stage("upsampler-256-last"),
    "upsampler-1024": {
      ...stage("upsampler-1024"),
      ...sampling("epsilon", "fixed_small_log"),
      size: 32,
      conditionSize: 16,
      last: null,
    },
  } as Manifest["stages"],
};

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

export const tinyPack: Pack = { folder: "tiny", manifest: tinyManifest, tokenizer: wordTokenizer };

export type NodeRun = {
  readonly outputs: Record<string, unknown>;
  readonly calls: FakeRunner["calls"];
  readonly notices: readonly string[];
  readonly progress: readonly (readonly [step: number, steps: number])[];
  readonly previews: readonly { readonly port: string; readonly value: Value }[];
};

type Options = {
  readonly pack?: Pack;
  readonly signal?: AbortSignal;
  readonly files?: Record<string, Uint8Array>;
  readonly checkpoint?: Checkpoint;
};

/** Where every item begins at its beginning. */
const noCheckpoint: Checkpoint = { load: async () => undefined, save: () => {} };

/** Runs one item of a node on the fake models, with the defaults of the parameters that are not given. */
export async function runNode(
  node: NodeDefinition<NodeServices>,
  inputs: object = {},
  params: object = {},
  { pack = tinyPack, signal = new AbortController().signal, files = {}, checkpoint = noCheckpoint }: Options = {},
): Promise<NodeRun> {
  const models = fakeRunner({ stages: { "upsampler-256-last": ({ sample }) => ({ output: sample! }) } });
  const notices: string[] = [];
  const progress: [number, number][] = [];
  const previews: { port: string; value: Value }[] = [];
  const defaults = Object.fromEntries(Object.entries(node.params).map(([name, param]) => [name, param.default]));
  const outputs = await node.run!(inputs as never, { ...defaults, ...params } as never, {
    signal,
    checkpoint,
    progress: (step, steps) => progress.push([step, steps]),
    preview: (port, value) => previews.push({ port, value }),
    notice: (message) => notices.push(message),
    models,
    pack: () => pack,
    file: async (name) => files[name]!,
  });
  return { outputs, calls: models.calls, notices, progress, previews };
}

/** The rows that each stage was run with, in order of first call. */
export function rowsByStage(calls: FakeRunner["calls"]): Record<string, number> {
  const rows: Record<string, number> = {};
  for (const { stage, feeds } of calls) rows[stage] = (rows[stage] ?? 0) + Object.values(feeds)[0]!.shape[0]!;
  return rows;
}

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
  const models = fakeRunner({ stages: { "upsampler-256-last": ({ sample }) => ({ output: sample! }) } });
  const services = { models, pack: () => tinyPack, file: async () => new Uint8Array() };
  return { ...(await record(plan, { services })), calls: models.calls };
}
