import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { findPacks, PackError, packSummary, readManifest } from "@clipwork/models";
import { installedPacks, packRoots } from "../installed/load-packs.ts";
import type { InstalledPack } from "../wire/wire.ts";
import { weighPack } from "./remove-pack.ts";

/** What is installed, by the manifests and the sizes of files: nothing is hashed. A pack that cannot be read says why. */
export async function describePacks(dataFolder: string): Promise<readonly InstalledPack[]> {
  const places = await findPacks(packRoots(dataFolder));
  const own = await findPacks([installedPacks(dataFolder)]);
  const packs: InstalledPack[] = [];
  for (const name of [...places.keys()].sort()) {
    const folder = places.get(name)!;
    const described = await describe(name, folder, own.get(name) === folder);
    if (described) packs.push(described);
  }
  return packs;
}

/** Undefined if the pack is removed meanwhile. */
async function describe(name: string, folder: string, removable: boolean): Promise<InstalledPack | undefined> {
  const weighed = await weighPack(folder).catch(() => undefined);
  if (!weighed) return undefined;
  const place = { name, folder, bytes: weighed.own + weighed.shared, own: weighed.own, removable };
  try {
    const manifest = readManifest(JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")));
    const { title, licence, stages, origin } = await packSummary({ folder, manifest });
    return {
      ...{ ...place, title, licence, ...(origin && { origin }) },
      stages: stages.map(({ stage, role, bytes }) => ({ stage, role, bytes })),
      spaces: Object.entries(manifest.spaces).map(([space, { dimension }]) => ({ name: space, dimension })),
    };
  } catch (error) {
    if (!(await stat(folder).catch(() => undefined))) return undefined;
    const remedy = error instanceof PackError ? error.remedy : "Add it again, or remove it.";
    const unusable = { message: (error as Error).message, remedy };
    return { ...place, title: name, licence: "", stages: [], spaces: [], unusable };
  }
}
