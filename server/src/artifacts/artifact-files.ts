import { hash, randomBytes } from "node:crypto";
import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Hash } from "../wire/wire.ts";

/** Pictures by the hash of their bytes: `<folder>/<first two digits>/<hash>`. Several processes may write at once. */
export type ArtifactFiles = {
  readonly folder: string;
  /** Keeps the bytes, which may be kept already. Gives their hash. */
  put(bytes: Uint8Array): Promise<Hash>;
  /** Takes over a file whose bytes have that hash. */
  adopt(draft: string, hash: Hash): Promise<void>;
  /** Where those bytes lie, if they are kept. Throws where it is no hash: nothing else is ever joined to the folder. */
  place(hash: Hash): string;
  remove(hash: Hash): Promise<void>;
};

const hashPattern = /^[0-9a-f]{64}$/;

/** True for 64 hexadecimal digits in small letters. */
export function isHash(text: unknown): text is Hash {
  return typeof text === "string" && hashPattern.test(text);
}

/** The artifacts in that folder, which the first `put` makes. */
export function artifactFiles(folder: string): ArtifactFiles {
  const place = (hash: Hash) => {
    if (!isHash(hash)) throw new Error(`not a hash: ${hash}`);
    return join(folder, hash.slice(0, 2), hash);
  };
  return {
    folder,
    place,
    async put(bytes) {
      const digest = hash("sha256", bytes);
      const path = place(digest);
      const kept = await access(path).then(
        () => true,
        () => false,
      );
      if (kept) return digest;
      await mkdir(dirname(path), { recursive: true });
      const draft = `${path}.${randomBytes(6).toString("hex")}.tmp`;
      try {
        await writeFile(draft, bytes);
        await rename(draft, path);
      } finally {
        await rm(draft, { force: true });
      }
      return digest;
    },
    async adopt(draft, hash) {
      const path = place(hash);
      await mkdir(dirname(path), { recursive: true });
      await rename(draft, path);
    },
    remove: (hash) => rm(place(hash), { force: true }),
  };
}
