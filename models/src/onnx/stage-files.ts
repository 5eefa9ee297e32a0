import { hash } from "node:crypto";
import { lstat, readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { PackError } from "../fields/pack-error.ts";
import { checkHash } from "../pack/check-hash.ts";
import { type FileHashes, type KnownHash, stampOf } from "../pack/file-hashes.ts";

/** A file of a stage, and the sha256 that its pack's manifest states. */
export type StageFile = {
  readonly path: string;
  readonly sha256: string;
  /** What is known of it since the pack was checked. */
  readonly known?: KnownHash | undefined;
};

/** The bytes of a file. Throws PackError if these very bytes have another sha256. */
export async function readChecked({ path, sha256 }: StageFile): Promise<Buffer> {
  const bytes = await readFile(path);
  checkHash(path, hash("sha256", bytes), sha256);
  return bytes;
}

/** Files that were found to be right, as the system described them then. */
export type Sealed = {
  /** The first of them that has been written, replaced or renamed since; undefined if all are unchanged. */
  changed(): Promise<string | undefined>;
};

/**
 * Checks files that are not read here but later, by name. If the system describes a file just as it did when the file was
 * hashed, that hash is believed; any other file is read. Throws PackError if one is not a plain file, or has another
 * sha256.
 */
export async function sealFiles(files: readonly StageFile[], hashes: FileHashes): Promise<Sealed> {
  const stamps = new Map<StageFile, string>();
  for (const file of files) {
    const { path, sha256, known } = file;
    if (!(await lstat(path)).isFile()) {
      const message = `${basename(path)} in ${dirname(path)} is not a plain file, and links are not followed.`;
      throw new PackError(message, "Put a copy of the file in the folder.");
    }
    if (known) hashes.learn({ [path]: known });
    stamps.set(file, (await stampOf(path)).stamp);
    checkHash(path, await hashes.of(path), sha256);
  }
  return {
    async changed() {
      for (const [{ path, sha256 }, stamp] of stamps) {
        const now = await stampOf(path).catch(() => undefined);
        // The hash is taken again only for a file that changed so recently that a further change may not show.
        if (now?.stamp !== stamp || (await hashes.of(path).catch(() => undefined)) !== sha256) return path;
      }
      return undefined;
    },
  };
}
