import { createHash, randomBytes } from "node:crypto";
import { mkdir, opendir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Cache } from "@clipwork/engine";

const magic = Buffer.from("CLPW1\0\0\0");
const headerBytes = magic.length + 32;

/** A cache in a folder that several processes may use at once. */
export type DiskStore = Cache & {
  /** Removes the entries used longest ago until the rest fits into `budget` bytes. */
  trim(budget: number): Promise<void>;
};

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
  async function get(key: string): Promise<Uint8Array | undefined> {
    const path = place(key);
    const bytes = await readFile(path).catch(absent);
    if (!bytes) return undefined;
    const content = bytes.subarray(headerBytes);
    if (!bytes.subarray(0, headerBytes).equals(header(content))) {
      await rm(path, { force: true });
      return undefined;
    }
    // The time of use, for `trim`. An entry that another process removes at this moment was read all the same.
    const now = new Date();
    await utimes(path, now, now).catch(absent);
    return content;
  }

  return {
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
        // Windows refuses to replace a file that somebody reads; what stands there has the same content.
        if (!(process.platform === "win32" && (await stat(path).catch(absent)))) throw error;
      }
    },
    async trim(budget) {
      const entries = await listEntries(folder);
      let total = entries.reduce((sum, entry) => sum + entry.size, 0);
      entries.sort((a, b) => a.used - b.used);
      for (const { path, size } of entries) {
        if (total <= budget) return;
        await rm(path, { force: true });
        total -= size;
      }
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

async function listEntries(folder: string): Promise<{ path: string; size: number; used: number }[]> {
  const found = [];
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
