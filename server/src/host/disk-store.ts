import { createHash, randomBytes } from "node:crypto";
import { mkdir, opendir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Cache } from "@clipwork/engine";

const magic = Buffer.from("CLPW1\0\0\0");
const headerBytes = magic.length + 32;

/** A cache in a folder that several processes may use at once. */
export type DiskStore = Cache & {
  /** The same entries without a trace of the reading: no time of use is set, and what is damaged is absent but stays. */
  readonly observed: Pick<Cache, "has" | "get">;
  /** What is kept, in no order. Reads no content, so that damaged entries count. */
  list(): Promise<readonly StoredEntry[]>;
  /** Removes the entries used longest ago until the rest fits into `budget` bytes. Gives those that it removed. */
  trim(budget: number): Promise<readonly StoredEntry[]>;
};

/** One file of a store: its bytes with the header, and the time of its last use in milliseconds since 1970. */
export type StoredEntry = { readonly path: string; readonly size: number; readonly used: number };

/**
 * Keeps each entry as one file, `<folder>/<first two digits>/<key>`: a header with the SHA-256 of the content, then the
 * content. A file appears complete or not at all (temporary name, then rename). A damaged file is removed and counts as
 * absent. The folder is made by the first `put`.
 */
export function diskStore(folder: string): DiskStore {
  const place = (key: string) => {
    if (!/^[a-zA-Z0-9_.-]{1,128}$/.test(key) || key.startsWith(".")) throw new Error(`not a key of the store: ${key}`);
    return join(folder, key.slice(0, 2), key);
  };
  /** What the file holds: undefined where there is none, "damaged" where it is not what was written. */
  async function read(path: string): Promise<Uint8Array | "damaged" | undefined> {
    const bytes = await readFile(path).catch(absent);
    if (!bytes) return undefined;
    const content = bytes.subarray(headerBytes);
    return bytes.subarray(0, headerBytes).equals(header(content)) ? content : "damaged";
  }
  async function get(key: string): Promise<Uint8Array | undefined> {
    const path = place(key);
    const content = await read(path);
    if (content === undefined) return undefined;
    if (content === "damaged") {
      await rm(path, { force: true });
      return undefined;
    }
    // The time of use, for `trim`. An entry that another process removes at this moment was read all the same.
    const now = new Date();
    await utimes(path, now, now).catch(absent);
    return content;
  }
  async function observe(key: string): Promise<Uint8Array | undefined> {
    const content = await read(place(key));
    return content === "damaged" ? undefined : content;
  }

  return {
    observed: { has: async (key) => (await observe(key)) !== undefined, get: observe },
    list: () => listEntries(folder),
    // Reads it all: a run relies on what `has` promises, and only the checksum knows.
    has: async (key) => (await get(key)) !== undefined,
    get,
    async put(key, bytes) {
      const path = place(key);
      await mkdir(dirname(path), { recursive: true });
      const draft = `${path}.${randomBytes(6).toString("hex")}.tmp`;
      try {
        await writeFile(draft, [header(bytes), bytes]);
        await rename(draft, path);
      } catch (error) {
        await rm(draft, { force: true });
        // Windows refuses to replace a file that somebody reads; what stands there is whole, at worst an older checkpoint.
        if (!(process.platform === "win32" && (await stat(path).catch(absent)))) throw error;
      }
    },
    delete: async (key) => rm(place(key), { force: true }),
    async trim(budget) {
      const entries = await listEntries(folder);
      let total = entries.reduce((sum, entry) => sum + entry.size, 0);
      const removed: StoredEntry[] = [];
      for (const entry of entries.sort((a, b) => a.used - b.used)) {
        if (total <= budget) break;
        await rm(entry.path, { force: true });
        total -= entry.size;
        removed.push(entry);
      }
      return removed;
    },
  };
}

function header(content: Uint8Array): Buffer {
  return Buffer.concat([magic, createHash("sha256").update(content).digest()]);
}

/** Turns "there is no such file" into undefined; anything else is a fault. */
function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw error;
}

async function listEntries(folder: string): Promise<StoredEntry[]> {
  const found: StoredEntry[] = [];
  const walk = await opendir(folder, { recursive: true }).catch(absent);
  if (!walk) return [];
  for await (const entry of walk) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const info = await stat(path).catch(absent);
    if (info) found.push({ path, size: info.size, used: info.mtimeMs });
  }
  return found;
}
