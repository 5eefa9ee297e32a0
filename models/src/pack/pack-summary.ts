import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest } from "../manifest/manifest.ts";
import type { StageFiles } from "../stages/files.ts";
import type { Pack } from "./pack.ts";

/** What users are shown of a pack. */
export type PackSummary = Pick<Manifest, "name" | "title" | "version" | "licence" | "vocabulary" | "origin"> & {
  readonly folder: string;
  readonly stages: readonly StageSummary[];
};

export type StageSummary = {
  readonly stage: string;
  readonly role: string;
  /** Size on disk of the ONNX file and its external data. */
  readonly bytes: number;
  /** What nodes take where nothing else is set, such as `steps`. */
  readonly defaults?: { readonly [setting: string]: number | readonly number[] };
};

/** Describes a loaded pack. Rejects only if its files have disappeared since it was loaded. */
export async function packSummary({ folder, manifest }: Pick<Pack, "folder" | "manifest">): Promise<PackSummary> {
  const { name, title, version, licence, vocabulary, origin } = manifest;
  const stages: StageSummary[] = [];
  for (const [stage, section] of Object.entries(manifest.stages)) {
    const summary = { stage, role: section.role, bytes: await stageBytes(folder, section) };
    stages.push("defaults" in section ? { ...summary, defaults: section.defaults } : summary);
  }
  return { name, title, version, licence, folder, stages, vocabulary, ...(origin && { origin }) };
}

/** Bytes on disk of a stage's ONNX file and external data. */
async function stageBytes(folder: string, { file, externalData = [] }: StageFiles): Promise<number> {
  const files = [file, ...externalData.map((data) => data.file)];
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
