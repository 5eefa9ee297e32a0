import {
  readInteger,
  readList,
  readMatch,
  readNumber,
  readObject,
  readOneOf,
  readText,
  readVector,
  refuse,
  refuseUnknown,
} from "./fields.ts";
import type { HashedFile, Manifest, SamplerStage, StageFiles, UpsamplerStage } from "./manifest.ts";

const namePattern = /^[a-z][a-z0-9-]{0,63}$/;
const nameRule = "lower-case letters, digits and hyphens, starting with a letter, at most 64";
/** A plain name in the folder: no separator, no drive, not hidden, no "..", no trailing dot (which Windows drops). */
const filePattern = /^(?!.*\.\.)[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9_-])?$/;

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

/**
 * A manifest from parsed JSON. Throws PackError naming the first field that is wrong, its value and what it must be.
 * Fields that the format does not know are ignored, but for those inside a stage: they may say how its network is to be run.
 */
export function readManifest(json: unknown): Manifest {
  const root = readObject(json, "the manifest");
  const format = readOneOf(root.format, "format", ["clipwork-pack/1"]);
  const clip = readClip(root.clip);
  return {
    format,
    name: readMatch(root.name, "name", namePattern, nameRule),
    title: readText(root.title, "title"),
    version: readText(root.version, "version", 64),
    licence: readText(root.licence, "licence"),
    clip,
    tokenizer: readTokenizer(root.tokenizer),
    vocabulary: readVocabulary(root.vocabulary),
    stages: readStages(root.stages, clip.dimension),
  };
}

function readClip(value: unknown): Manifest["clip"] {
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
    file: readMatch(file, `${field}.file`, filePattern, "the plain name of a file in the pack's folder"),
    sha256: readMatch(sha256, `${field}.sha256`, /^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits"),
  };
}

function readTokenizer(value: unknown): Manifest["tokenizer"] {
  const { bos, eos, pad, unknown } = readObject(value, "tokenizer");
  return {
    ...readHashedFile(value, "tokenizer"),
    bos: readText(bos, "tokenizer.bos"),
    eos: readText(eos, "tokenizer.eos"),
    pad: readText(pad, "tokenizer.pad"),
    unknown: unknown === null ? null : readText(unknown, "tokenizer.unknown"),
  };
}

function readVocabulary(value: unknown): Manifest["vocabulary"] {
  const entries = Object.entries(readObject(value, "vocabulary")).map(([attribute, words]) => {
    readMatch(attribute, `the vocabulary's attribute`, /^[a-zA-Z][a-zA-Z0-9 _-]{0,63}$/, "a short plain name");
    const field = `vocabulary.${attribute}`;
    return [attribute, readList(words, field, 100_000).map((word, i) => readText(word, `${field}[${i}]`))] as const;
  });
  return Object.fromEntries(entries);
}

function readStages(value: unknown, dimension: number): Manifest["stages"] {
  const stages = readObject(value, "stages");
  const has = (name: string) => Object.hasOwn(stages, name);
  if (!has("clip-text")) refuse("stages.clip-text", undefined, "there: every pack has it");
  const entries = Object.entries(stages).map(([name, stage]) => {
    readMatch(name, "a stage's name", namePattern, nameRule);
    const read = readStage(name, stage, dimension);
    const { last } = read as Partial<UpsamplerStage>;
    if (last && (last === name || !has(last)))
      refuse(`stages.${name}.last`, last, `another stage of this pack (${Object.keys(stages).join(", ")}) or null`);
    return [name, read] as const;
  });
  return Object.fromEntries(entries) as Manifest["stages"];
}

function readStage(name: string, value: unknown, dimension: number): StageFiles {
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
      return { ...files, ...readSampler(stage, field), normalisation } as StageFiles;
    }
    case "decoder-condition": {
      const vector = readVector(stage.nullImageEmbedding, `${field}.nullImageEmbedding`, dimension, -1e6, 1e6);
      return { ...files, nullImageEmbedding: vector } as StageFiles;
    }
    case "decoder":
      return { ...files, ...readSampler(stage, field), ...readSize(stage, field) } as StageFiles;
    case "upsampler-256":
    case "upsampler-1024": {
      const conditionSize = readInteger(stage.conditionSize, `${field}.conditionSize`, 1, 8192);
      const last = stage.last === null ? null : readText(stage.last, `${field}.last`);
      return { ...files, ...readSampler(stage, field), ...readSize(stage, field), conditionSize, last } as StageFiles;
    }
    default:
      return files;
  }
}

function readStageFiles(stage: Readonly<Record<string, unknown>>, field: string): StageFiles {
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
): Pick<SamplerStage, "scheduler" | "defaults"> {
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
