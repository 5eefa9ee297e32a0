import { PackError } from "../fields/pack-error.ts";
import type { Pack } from "./pack.ts";
import { readPackFile } from "./pack-file.ts";
import { type Arrays, readSafetensors } from "./safetensors.ts";

/** The covariance in float64 of embeddings of 4,096 numbers is half of it. */
const arraysLimit = 256 * 2 ** 20;

/**
 * A pack's arrays of that name, read anew from the very bytes that have the manifest's sha256. Throws PackError if the pack has none of
 * the name, or the file was changed, is too large or is not as the format says.
 */
export async function readArrays(
  { folder, manifest }: Pick<Pack, "folder" | "manifest">,
  name: string,
): Promise<Arrays> {
  const entry = Object.hasOwn(manifest.arrays, name) ? manifest.arrays[name] : undefined;
  if (!entry) {
    const names = Object.keys(manifest.arrays).join(", ");
    const remedy = `Choose a pack that has them; this one has ${names || "no arrays"}.`;
    throw new PackError(`The pack "${manifest.name}" has no arrays "${name}".`, remedy);
  }
  const bytes = await readPackFile(folder, entry.file, arraysLimit, entry.sha256);
  return readSafetensors(bytes, `${entry.file} in ${folder}`);
}
