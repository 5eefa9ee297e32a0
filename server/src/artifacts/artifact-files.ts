import { createHash, hash } from "node:crypto";
import { type BigIntStats, readFileSync, statSync } from "node:fs";
import { type FileHandle, mkdir, open, opendir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { Recent } from "@clipwork/engine";
import { absent, draftEnding, folderWriter, small, syncToDisk } from "../files/whole-file.ts";
import type { Hash } from "../wire/wire.ts";
import type { ArtifactBytes } from "./port.ts";

/** Artifacts as files: `<folder>/<first two digits>/<hash>`. Several processes may write at once. */
export type ArtifactFiles = ArtifactBytes & {
  /** Where those bytes are, if they are kept. Throws if it is not a hash: nothing else is ever joined to the folder. */
  place(hash: Hash): string;
};

const hashPattern = /^[0-9a-f]{64}$/;
/** Files and folders that are synced at once: each is open meanwhile. */
const syncedAtOnce = 32;
/** Files of which it is remembered that they are whole. */
const maxSound = 20_000;

/** Whether it is 64 lower-case hexadecimal digits. */
export function isHash(text: unknown): text is Hash {
  return typeof text === "string" && hashPattern.test(text);
}

/**
 * The artifacts in that folder, which the first `put` creates. What a disk returns need not be what was written: a file is read and
 * hashed when this process first meets it, and again if it has changed since. One that is damaged is absent, and `put` makes it anew.
 */
export function artifactFiles(folder: string): ArtifactFiles {
  const sound = new Recent<string>(maxSound);
  const write = folderWriter();
  /** Folders within it whose names are on the disk. */
  const named = new Set<string>();
  /** Of files that are on the disk with their names, what they were like then. */
  const synced = new Recent<string>(maxSound);
  const place = (hash: Hash) => {
    if (!isHash(hash)) throw new Error(`not a hash: ${hash}`);
    return join(folder, hash.slice(0, 2), hash);
  };

  /** The file that holds those bytes, opened, and its size; undefined if there is none that does. */
  async function openSound(hash: Hash): Promise<{ readonly file: FileHandle; readonly size: number } | undefined> {
    const file = await open(place(hash)).catch(absent);
    if (!file) return undefined;
    try {
      const info = await file.stat({ bigint: true });
      const stamp = stampOf(info);
      if (sound.get(hash) === stamp || (info.isFile() && (await digestOf(file)) === hash)) {
        sound.set(hash, stamp, 1);
        return { file, size: Number(info.size) };
      }
    } catch (error) {
      await file.close();
      throw error;
    }
    await file.close();
    return undefined;
  }

  /** Whether the file of that hash holds those bytes. For a small one no thread is asked, which would take ten times as long. */
  async function holds(hash: Hash, bytes: Uint8Array): Promise<boolean> {
    const path = place(hash);
    const info = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (!info) return false;
    const stamp = stampOf(info);
    if (sound.get(hash) === stamp) return true;
    if (bytes.byteLength > small) {
      const kept = await openSound(hash);
      await kept?.file.close();
      return kept !== undefined;
    }
    if (!info.isFile() || Number(info.size) !== bytes.byteLength || !readNow(path)?.equals(bytes)) return false;
    sound.set(hash, stamp, 1);
    return true;
  }

  return {
    place,
    async put(bytes) {
      const digest = hash("sha256", bytes);
      if (!(await holds(digest, bytes))) await write(place(digest), [bytes]);
      return digest;
    },
    async adopt(draft, hash) {
      const path = place(hash);
      await mkdir(dirname(path), { recursive: true });
      await rename(draft, path);
    },
    async open(hash) {
      const found = await openSound(hash);
      if (!found) return undefined;
      const { file, size } = found;
      const read = (start = 0, end = size - 1) =>
        end < start ? Readable.from([]) : file.createReadStream({ start, end, autoClose: false });
      return { size, read, [Symbol.asyncDispose]: () => file.close() };
    },
    async sync(hashes) {
      // A picture that is kept is named by each run that shows it. What was removed meanwhile is promised to nobody.
      const due = [...new Set(hashes)].flatMap((hash) => {
        const info = statSync(place(hash), { bigint: true, throwIfNoEntry: false });
        return !info || synced.get(hash) === stampOf(info) ? [] : [{ hash, stamp: stampOf(info) }];
      });
      const paths = new Set(due.flatMap(({ hash }) => [place(hash), dirname(place(hash))]));
      const within = [...paths].filter((path) => dirname(path) === folder);
      // A folder keeps its name once that was synced: nothing here ever removes one.
      const unnamed = within.filter((path) => !named.has(path));
      if (unnamed.length > 0) for (const above of [folder, dirname(folder)]) paths.add(above);
      // Together they take the disk hardly longer than one.
      for (let all = [...paths]; all.length > 0; all = all.slice(syncedAtOnce))
        await Promise.all(all.slice(0, syncedAtOnce).map((path) => syncToDisk(path).catch(absent)));
      for (const path of unnamed) named.add(path);
      for (const { hash, stamp } of due) synced.set(hash, stamp, 1);
    },
    remove: (hash) => rm(place(hash), { force: true }),
    async *list() {
      const walk = await opendir(folder, { recursive: true }).catch(() => undefined);
      if (!walk) return;
      let seen = 0;
      for await (const entry of walk) {
        if (!entry.isFile()) continue;
        // What a process was writing when it was killed.
        if (entry.name.endsWith(draftEnding)) await rm(join(entry.parentPath, entry.name), { force: true });
        else if (isHash(entry.name)) yield entry.name;
        // A pause now and then: a folder may hold very many.
        if (++seen % 500 === 0) await setImmediate();
      }
    },
  };
}

/** The bytes of a file; undefined if it is gone. */
function readNow(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    return absent(error as NodeJS.ErrnoException);
  }
}

/** Changes whenever the file's bytes do. */
function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
}

async function digestOf(file: FileHandle): Promise<Hash> {
  const digest = createHash("sha256");
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) digest.update(chunk);
  return digest.digest("hex");
}
