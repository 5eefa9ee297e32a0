import { hash } from "node:crypto";
import type { Manifest, StageFiles, UpsamplerStage } from "../manifest/manifest.ts";
import type { Pack } from "./pack.ts";

/**
 * A sha256 in hex for each stage of the pack: of its ONNX file, its external data and its section of the manifest, and of
 * what else the pack says that changes its numbers: the tokenizer for text, the pixel statistics for images, the network
 * of the last step for an upsampler. Equal digests mean equal outputs for equal inputs on one machine; file names, titles
 * and the vocabulary do not count.
 */
export function stageDigests({ manifest }: Pick<Pack, "manifest">): Readonly<Record<string, string>> {
  const entries = Object.entries(manifest.stages).flatMap(([name, stage]) =>
    stage ? [[name, digest([section(stage), beside(name, stage, manifest)])] as const] : [],
  );
  return Object.fromEntries(entries);
}

function section({ file: _, externalData, ...rest }: StageFiles): object {
  return { ...rest, externalData: (externalData ?? []).map(({ sha256 }) => sha256) };
}

function beside(name: string, stage: StageFiles, { clip, tokenizer, stages }: Manifest): unknown {
  const { file: _, ...tokens } = tokenizer;
  if (name === "clip-text") return { ...tokens, contextLength: clip.contextLength };
  if (name === "clip-image") return { size: clip.imageSize, mean: clip.imageMean, std: clip.imageStd };
  const last = stages[(stage as UpsamplerStage).last ?? ""];
  return last ? section(last) : null;
}

function digest(value: unknown): string {
  return hash("sha256", canonical(value));
}

/** JSON with the keys of every object in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
