import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest, SamplerStage } from "../manifest/manifest.ts";
import type { Pack } from "./pack.ts";

/** What a person is shown of a pack. */
export type PackSummary = Pick<Manifest, "name" | "title" | "version" | "licence" | "vocabulary"> & {
  readonly folder: string;
  readonly stages: readonly StageSummary[];
};

export type StageSummary = {
  readonly stage: string;
  /** Size on disk of the ONNX file and its external data. */
  readonly bytes: number;
  readonly defaults?: SamplerStage["defaults"];
};

/** Describes a loaded pack. Rejects only where its files have gone since it was loaded. */
export async function packSummary({ folder, manifest }: Pick<Pack, "folder" | "manifest">): Promise<PackSummary> {
  const { name, title, version, licence, vocabulary } = manifest;
  const stages: StageSummary[] = [];
  for (const [stage, files] of Object.entries(manifest.stages)) {
    if (!files) continue;
    const { defaults } = files as Partial<SamplerStage>;
    const bytes = await stageBytes(folder, manifest, stage);
    stages.push(defaults ? { stage, bytes, defaults } : { stage, bytes });
  }
  return { name, title, version, licence, folder, stages, vocabulary };
}

/** Bytes on disk of a stage's ONNX file and external data. */
async function stageBytes(folder: string, manifest: Manifest, stage: string): Promise<number> {
  const files = manifest.stages[stage]!;
  const sizes = [files, ...(files.externalData ?? [])].map(async ({ file }) => (await stat(join(folder, file))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
