import { delimiter, join } from "node:path";
import type { Unusable } from "@clipwork/engine";
import { FileHashes, findPacks, type Pack, PackError, loadPack as readPack } from "@clipwork/models";

/** The packs that came with this copy of Clipwork. */
const ownPacks = join(import.meta.dirname, "..", "..", "..", "packs");

/** The folder of graphs without weights: CLIPWORK_TEMPLATES, or those that came with it. */
export const templatesFolder = (environment: NodeJS.ProcessEnv = process.env): string =>
  environment.CLIPWORK_TEMPLATES || join(ownPacks, "templates");

/** Where packs are put that are imported. */
export const installedPacks = (dataFolder: string): string => join(dataFolder, "packs");

/** Folders in which packs are looked for, first match wins: CLIPWORK_PACKS, the data folder, the project's own. */
export function packRoots(dataFolder: string, environment: NodeJS.ProcessEnv = process.env): string[] {
  const named = (environment.CLIPWORK_PACKS ?? "").split(delimiter).filter(Boolean);
  return [...named, installedPacks(dataFolder), ownPacks];
}

/** Reads and checks those packs, or all that there are. A pack that fails its checks is returned with the reason. */
export async function loadPacks(
  roots: readonly string[],
  names?: Iterable<string>,
  hashes = new FileHashes(),
): Promise<Map<string, Pack | Unusable>> {
  const places = await findPacks(roots);
  const loaded = new Map<string, Pack | Unusable>();
  for (const name of names ?? [...places.keys()].sort()) {
    const folder = places.get(name);
    if (folder !== undefined) loaded.set(name, await loadPack(folder, hashes));
  }
  return loaded;
}

/** Reads and checks one pack, or says why it cannot be used. Files whose hash is among `hashes` are not read. */
export async function loadPack(folder: string, hashes: FileHashes): Promise<Pack | Unusable> {
  try {
    return await readPack(folder, hashes);
  } catch (error) {
    if (error instanceof PackError) return { message: error.message, remedy: error.remedy };
    throw error;
  }
}

/** Whether the pack or file is unusable. */
export function isUnusable<T extends object>(thing: T | Unusable): thing is Unusable {
  return "remedy" in thing;
}
