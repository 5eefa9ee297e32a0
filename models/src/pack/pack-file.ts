import { hash } from "node:crypto";
import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PackError } from "../fields/pack-error.ts";
import { checkHash, makeAgain } from "./check-hash.ts";

/** A file's size in bytes. Throws PackError if it is missing or not a plain file. */
export async function statFile(folder: string, file: string): Promise<{ readonly size: number }> {
  const stat = await lstat(join(folder, file)).catch(() => undefined);
  if (!stat) throw new PackError(`The pack in ${folder} has no ${file}.`, makeAgain);
  if (!stat.isFile()) {
    const message = `${file} in ${folder} is not a plain file, and links are not followed.`;
    throw new PackError(message, `Put a copy of the file in the folder.`);
  }
  return stat;
}

/**
 * The bytes of a file in a pack's folder. Throws PackError if it is missing, not a plain file or has more than `limit` bytes,
 * and, if a sha256 is given, unless these very bytes have it.
 */
export async function readPackFile(folder: string, file: string, limit: number, sha256?: string): Promise<Buffer> {
  const { size } = await statFile(folder, file);
  if (size > limit) {
    const message = `${file} in ${folder} has ${size} bytes, and at most ${limit} are read.`;
    throw new PackError(message, "Export the pack again.");
  }
  const path = join(folder, file);
  const bytes = await readFile(path);
  if (sha256 !== undefined) checkHash(path, hash("sha256", bytes), sha256);
  return bytes;
}
