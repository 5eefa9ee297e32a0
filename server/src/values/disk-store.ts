import { existsSync, readFileSync, statSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { absent, folderWriter, replaceFile } from "../files/whole-file.ts";
import { compareIndex, isDue } from "./compare-index.ts";
import { contentOf, headBytes, readHead, writeHead } from "./entry-file.ts";
import { listEntries, markUsed, placeOf, readDigest } from "./entry-files.ts";
import { EntryIndex } from "./entry-index.ts";
import { letGo } from "./let-go.ts";
import { checkKey, type ValueStore } from "./value-store.ts";

const clockFile = ".clock";

/**
 * Keeps each entry as one file, `<folder>/<first two characters>/<key>` (`entry-file.ts`). A file appears complete or not at all
 * (temporary name, then rename). A damaged file is removed and counts as absent. Beside them `.clock` holds the L of
 * `eviction.ts`; processes that write it at once may set it back a little, which makes some entries look older than they
 * are. `.index` (`entry-index.ts`) counts them, so that no cost of a run grows with how many there are. The first `put` creates the folder.
 */
export function diskStore(folder: string): ValueStore {
  const place = (key: string) => {
    checkKey(key);
    return placeOf(folder, key);
  };
  /** What the file holds: undefined if there is none, "damaged" if it is not what was written. */
  async function read(path: string): Promise<Uint8Array | "damaged" | undefined> {
    // Most that is asked for is absent, and to hear that from a thread takes ten times as long.
    if (!existsSync(path)) return undefined;
    const bytes = await readFile(path).catch(absent);
    return bytes && (contentOf(bytes) ?? "damaged");
  }
  const write = folderWriter();
  const clockOf = rememberedClock(join(folder, clockFile));
  const index = new EntryIndex(folder);
  let comparing: Promise<void> | undefined;
  /** Resolves when the index may be relied upon; `surely`: it has all that there is. */
  async function indexed(surely = false): Promise<void> {
    if (!comparing && !surely && !isDue(index)) return;
    comparing ??= compareIndex(folder, index).finally(() => {
      comparing = undefined;
    });
    await comparing;
  }
  async function remove(key: string): Promise<void> {
    await rm(place(key), { force: true });
    if (existsSync(folder)) index.change([], [key]);
  }
  async function get(key: string): Promise<Uint8Array | undefined> {
    const content = await read(place(key));
    if (content === "damaged") await remove(key);
    else if (content) markUsed(folder, key, clockOf());
    return content === "damaged" ? undefined : content;
  }
  async function observe(key: string): Promise<Uint8Array | undefined> {
    const content = await read(place(key));
    return content === "damaged" ? undefined : content;
  }

  return {
    observed: { has: async (key) => (await observe(key)) !== undefined, get: observe },
    // Ten times as quick as asking a thread for it, and a look ahead asks of every node.
    holds: async (key) => existsSync(place(key)),
    digest: async (key) => {
      checkKey(key);
      return readDigest(folder, key);
    },
    async size() {
      if (!existsSync(folder)) return 0;
      await indexed();
      return index.bytes;
    },
    list: () => listEntries(folder),
    // Reads it all: a run relies on what `has` promises, and only the checksum knows.
    has: async (key) => (await get(key)) !== undefined,
    get,
    async put(key, bytes, ms = 0) {
      const path = place(key);
      const head = writeHead(bytes, { cost: ms, since: clockOf() });
      await write(path, [head, bytes]);
      const { cost, since } = readHead(head)!;
      // After the file: a row without one would be counted until it is worth least.
      index.put({ key, size: headBytes + bytes.byteLength, cost, since, used: Date.now() });
    },
    delete: remove,
    async trim(budget) {
      if (!existsSync(folder)) return [];
      await indexed(budget < 0);
      const { left, clock } = await letGo(folder, { index, clock: clockOf(), budget });
      if (left.length > 0) await replaceFile(join(folder, clockFile), [Buffer.from(String(clock))]);
      return left;
    },
  };
}

/** Reads a clock, anew only if its file has changed. */
function rememberedClock(path: string): () => number {
  let known = { stamp: "", clock: 0 };
  return () => {
    const info = statSync(path, { throwIfNoEntry: false, bigint: true });
    if (!info) return 0;
    const stamp = `${info.ino} ${info.mtimeNs}`;
    if (stamp === known.stamp) return known.clock;
    const clock = Number(readFileSync(path, "utf8"));
    known = { stamp, clock: Number.isFinite(clock) ? clock : 0 };
    return known.clock;
  };
}
