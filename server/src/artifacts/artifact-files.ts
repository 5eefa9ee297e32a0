import { hash, randomBytes } from "node:crypto";
import { access, mkdir, open, opendir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { absent } from "../files/whole-file.ts";
import type { Hash } from "../wire/wire.ts";
import type { ArtifactBytes } from "./port.ts";

/** Artifacts as files: `<folder>/<first two digits>/<hash>`. Several processes may write at once. */
export type ArtifactFiles = ArtifactBytes & {
  /** Where those bytes are, if they are kept. Throws if it is not a hash: nothing else is ever joined to the folder. */
  place(hash: Hash): string;
};

const hashPattern = /^[0-9a-f]{64}$/;

/** Whether it is 64 lower-case hexadecimal digits. */
export function isHash(text: unknown): text is Hash {
  return typeof text === "string" && hashPattern.test(text);
}

/** The artifacts in that folder, which the first `put` creates. */
export function artifactFiles(folder: string): ArtifactFiles {
  const place = (hash: Hash) => {
    if (!isHash(hash)) throw new Error(`not a hash: ${hash}`);
    return join(folder, hash.slice(0, 2), hash);
  };
  return {
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
    async open(hash) {
      const file = await open(place(hash)).catch(absent);
      if (!file) return undefined;
      const { size } = await file.stat();
      const read = (start = 0, end = size - 1) =>
        end < start ? Readable.from([]) : file.createReadStream({ start, end, autoClose: false });
      return { size, read, [Symbol.asyncDispose]: () => file.close() };
    },
    remove: (hash) => rm(place(hash), { force: true }),
    async *list() {
      const walk = await opendir(folder, { recursive: true }).catch(() => undefined);
      if (!walk) return;
      let seen = 0;
      for await (const entry of walk) {
        if (!entry.isFile()) continue;
        // What a process was writing when it was killed.
        if (entry.name.endsWith(".tmp")) await rm(join(entry.parentPath, entry.name), { force: true });
        else if (isHash(entry.name)) yield entry.name;
        // A pause now and then: a folder may hold very many.
        if (++seen % 500 === 0) await setImmediate();
      }
    },
  };
}
