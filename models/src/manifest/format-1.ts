import {
  readInteger,
  readList,
  readNumber,
  readObject,
  readOneOf,
  readText,
  readVector,
  refuse,
  refuseUnknown,
} from "../fields/fields.ts";
import { type HashedFile, readFile, readSha256 } from "../stages/files.ts";
import type { Text } from "../stages/spaces.ts";
import { type Head, readHead, readPartName } from "./head.ts";

/** The manifest of a pack of version 0.1, as the appendix of `docs/pack-format.md` describes it. */
export type Manifest1 = Head & {
  readonly clip: {
    readonly name: string;
    readonly dimension: number;
    readonly textWidth: number;
    readonly contextLength: number;
    readonly imageSize: number;
    readonly imageMean: readonly number[];
    readonly imageStd: readonly number[];
  };
  readonly tokenizer: Text["tokenizer"];
  readonly stages: {
    readonly "clip-text": Files1;
    readonly "clip-image"?: Files1;
    readonly prior?: Sampled1 & {
      readonly normalisation: { readonly mean: readonly number[]; readonly std: readonly number[] };
    };
    readonly "decoder-condition"?: Files1 & { readonly nullImageEmbedding: readonly number[] };
    readonly decoder?: Sampled1 & { readonly size: number };
    readonly "upsampler-256"?: Upsampler1;
    readonly "upsampler-1024"?: Upsampler1;
    /** Further networks, such as the one that a Karlo upsampler uses in its last step. */
    readonly [other: string]: Files1 | undefined;
  };
};

export type Files1 = HashedFile & { readonly externalData?: readonly HashedFile[] };

export type Sampled1 = Files1 & {
  readonly scheduler: {
    readonly trainTimesteps: number;
    readonly prediction: "sample" | "epsilon";
    readonly variance: "fixed_small_log" | "learned_range";
    readonly clipSampleRange: number;
  };
  readonly defaults: { readonly steps: number; readonly guidanceScale?: number };
};

export type Upsampler1 = Sampled1 & {
  readonly size: number;
  readonly conditionSize: number;
  /** The stage that runs the final step instead, or null. */
  readonly last: string | null;
};

const fileFields = ["file", "sha256"];
const stageFields = [...fileFields, "externalData"];
const samplerFields = [...stageFields, "scheduler", "defaults"];
const upsamplerFields = [...samplerFields, "size", "conditionSize", "last"];
/** The fields of each stage. A further network may have those of the upsampler that it stands in for. */
const fieldsByStage: ReadonlyMap<string, readonly string[]> = new Map([
  ["clip-text", stageFields],
  ["clip-image", stageFields],
  ["prior", [...samplerFields, "normalisation"]],
  ["decoder-condition", [...stageFields, "nullImageEmbedding"]],
  ["decoder", [...samplerFields, "size"]],
]);
/** The fields of the objects that a stage may have. */
const partFields = {
  scheduler: ["trainTimesteps", "prediction", "variance", "clipSampleRange"],
  defaults: ["steps", "guidanceScale"],
  normalisation: ["mean", "std"],
};

/** A manifest of format 1, whose fields are read and checked under the names that they have there. */
export function readFormat1(root: Readonly<Record<string, unknown>>): Manifest1 {
  const clip = readClip(root.clip);
  return {
    ...readHead(root),
    clip,
    tokenizer: readTokenizer(root.tokenizer),
    stages: readStages(root.stages, clip.dimension),
  };
}

function readClip(value: unknown): Manifest1["clip"] {
  const clip = readObject(value, "clip");
  return {
    name: readText(clip.name, "clip.name"),
    dimension: readInteger(clip.dimension, "clip.dimension", 1, 16_384),
    textWidth: readInteger(clip.textWidth, "clip.textWidth", 1, 16_384),
    contextLength: readInteger(clip.contextLength, "clip.contextLength", 3, 4096),
    imageSize: readInteger(clip.imageSize, "clip.imageSize", 1, 4096),
    imageMean: readVector(clip.imageMean, "clip.imageMean", 3, -1000, 1000),
    imageStd: readVector(clip.imageStd, "clip.imageStd", 3, 1e-6, 1000),
  };
}

function readHashedFile(value: unknown, field: string): HashedFile {
  const { file, sha256 } = readObject(value, field);
  return {
    file: readFile(file, `${field}.file`),
    sha256: readSha256(sha256, `${field}.sha256`),
  };
}

function readTokenizer(value: unknown): Manifest1["tokenizer"] {
  const { bos, eos, pad, unknown } = readObject(value, "tokenizer");
  return {
    ...readHashedFile(value, "tokenizer"),
    bos: readText(bos, "tokenizer.bos"),
    eos: readText(eos, "tokenizer.eos"),
    pad: readText(pad, "tokenizer.pad"),
    unknown: unknown === null ? null : readText(unknown, "tokenizer.unknown"),
  };
}

function readStages(value: unknown, dimension: number): Manifest1["stages"] {
  const stages = readObject(value, "stages");
  const has = (name: string) => Object.hasOwn(stages, name);
  if (!has("clip-text")) refuse("stages.clip-text", undefined, "there: every pack has it");
  const entries = Object.entries(stages).map(([name, stage]) => {
    readPartName(name, "a stage's name");
    const read = readStage(name, stage, dimension);
    const { last } = read as Partial<Upsampler1>;
    if (last && (last === name || !has(last)))
      refuse(`stages.${name}.last`, last, `another stage of this pack (${Object.keys(stages).join(", ")}) or null`);
    return [name, read] as const;
  });
  return Object.fromEntries(entries) as Manifest1["stages"];
}

function readStage(name: string, value: unknown, dimension: number): Files1 {
  const field = `stages.${name}`;
  const stage = readObject(value, field);
  refuseUnknown(stage, field, fieldsByStage.get(name) ?? upsamplerFields);
  for (const [part, names] of Object.entries(partFields))
    if (Object.hasOwn(stage, part))
      refuseUnknown(readObject(stage[part], `${field}.${part}`), `${field}.${part}`, names);
  const files = readStageFiles(stage, field);
  switch (name) {
    case "prior": {
      const { mean, std } = readObject(stage.normalisation, `${field}.normalisation`);
      const normalisation = {
        mean: readVector(mean, `${field}.normalisation.mean`, dimension, -1e6, 1e6),
        std: readVector(std, `${field}.normalisation.std`, dimension, 1e-9, 1e6),
      };
      return { ...files, ...readSampler(stage, field), normalisation } as Files1;
    }
    case "decoder-condition": {
      const vector = readVector(stage.nullImageEmbedding, `${field}.nullImageEmbedding`, dimension, -1e6, 1e6);
      return { ...files, nullImageEmbedding: vector } as Files1;
    }
    case "decoder":
      return { ...files, ...readSampler(stage, field), ...readSize(stage, field) } as Files1;
    case "upsampler-256":
    case "upsampler-1024": {
      const conditionSize = readInteger(stage.conditionSize, `${field}.conditionSize`, 1, 8192);
      const last = stage.last === null ? null : readText(stage.last, `${field}.last`);
      return { ...files, ...readSampler(stage, field), ...readSize(stage, field), conditionSize, last } as Files1;
    }
    default:
      return files;
  }
}

function readStageFiles(stage: Readonly<Record<string, unknown>>, field: string): Files1 {
  const main = readHashedFile(stage, field);
  if (stage.externalData === undefined) return main;
  const list = readList(stage.externalData, `${field}.externalData`, 1000);
  const externalData = list.map((item, index) => {
    const at = `${field}.externalData[${index}]`;
    refuseUnknown(readObject(item, at), at, fileFields);
    return readHashedFile(item, at);
  });
  return { ...main, externalData };
}

function readSize(stage: Readonly<Record<string, unknown>>, field: string): { size: number } {
  return { size: readInteger(stage.size, `${field}.size`, 1, 8192) };
}

function readSampler(
  stage: Readonly<Record<string, unknown>>,
  field: string,
): Pick<Sampled1, "scheduler" | "defaults"> {
  const scheduler = readObject(stage.scheduler, `${field}.scheduler`);
  const { steps, guidanceScale } = readObject(stage.defaults, `${field}.defaults`);
  const trainTimesteps = readInteger(scheduler.trainTimesteps, `${field}.scheduler.trainTimesteps`, 1, 100_000);
  const readSteps = { steps: readInteger(steps, `${field}.defaults.steps`, 1, trainTimesteps) };
  return {
    scheduler: {
      trainTimesteps,
      prediction: readOneOf(scheduler.prediction, `${field}.scheduler.prediction`, ["sample", "epsilon"]),
      variance: readOneOf(scheduler.variance, `${field}.scheduler.variance`, ["fixed_small_log", "learned_range"]),
      clipSampleRange: readNumber(scheduler.clipSampleRange, `${field}.scheduler.clipSampleRange`, 1e-6, 1e6),
    },
    defaults:
      guidanceScale === undefined
        ? readSteps
        : { ...readSteps, guidanceScale: readNumber(guidanceScale, `${field}.defaults.guidanceScale`, 0, 1000) },
  };
}
