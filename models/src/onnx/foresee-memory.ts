import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { named } from "../fields/named.ts";
import type { Pack } from "../pack/pack.ts";
import { freeMemory } from "./free-memory.ts";
import { type MemoryTrouble, memoryTrouble, usable } from "./memory-trouble.ts";
import type { Provider } from "./provider.ts";
import { type SessionMemory, sessionMemory } from "./session-memory.ts";

type PackFiles = Pick<Pack, "folder" | "manifest">;

/** More than the most that sessions take for a byte of their files: 8-bit weights inside a graph, in float32 and packed as well. */
const mostForByte = 9;

/** The memory that the session of a stage will take, from its files alone: nothing is loaded. Throws what the system does if one is missing. */
export async function stageMemory(
  { folder, manifest }: PackFiles,
  stage: string,
  provider: Provider,
): Promise<SessionMemory> {
  const { file, externalData = [] } = named(manifest.stages, stage);
  const sizes = await Promise.all(externalData.map(async (data) => (await stat(join(folder, data.file))).size));
  const data = sizes.reduce((sum, size) => sum + size, 0);
  return sessionMemory(await readFile(join(folder, file)), { provider, data });
}

/**
 * What loading a stage on the CPU would be told now: undefined if its session and its weights fit into the memory that is free, as for any
 * stage whose files are small. Throws as `stageMemory` does.
 */
export async function foreseeMemory(
  pack: PackFiles,
  stage: string,
  free: () => number = freeMemory,
): Promise<MemoryTrouble | undefined> {
  const { file, externalData = [] } = named(pack.manifest.stages, stage);
  const sizes = [file, ...externalData.map((data) => data.file)].map(
    async (name) => (await stat(join(pack.folder, name))).size,
  );
  const most = (await Promise.all(sizes)).reduce((sum, size) => sum + mostForByte * size, 0);
  const now = free();
  if (most <= usable * now) return undefined;
  return memoryTrouble({ pack: pack.manifest.name, stage }, await stageMemory(pack, stage, "cpu"), now);
}
