import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { findPacks, PackError, readManifest } from "@clipwork/models";

/**
 * The ids of the CLIP spaces to which the captions of texts belong, by the texts' ids, as the manifests of the packs in these folders
 * say it. A pack whose manifest cannot be read says nothing; what else is wrong with it does not matter here.
 */
export async function knownSpaces(roots: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const spaces = new Map<string, string>();
  for (const folder of (await findPacks(roots)).values()) {
    const manifest = await readFile(join(folder, "manifest.json"), "utf8").then(parse, () => undefined);
    for (const stage of Object.values(manifest?.stages ?? {})) {
      if (stage.role !== "text-encoder" || stage.space === undefined) continue;
      const { id } = manifest!.texts[stage.text]!;
      if (!spaces.has(id)) spaces.set(id, manifest!.spaces[stage.space]!.id);
    }
  }
  return spaces;
}

function parse(text: string) {
  try {
    return readManifest(JSON.parse(text));
  } catch (error) {
    if (error instanceof PackError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
