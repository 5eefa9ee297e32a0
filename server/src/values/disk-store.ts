import { closeSync, existsSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { mkdir, open, opendir, readdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { absent, draftEnding, replaceFile } from "../files/whole-file.ts";
import { contentOf, headBytes, readHead, sinceAt, writeHead } from "./entry-file.ts";
import { chooseLeaving } from "./eviction.ts";
import { checkKey, type StoredEntry, type ValueStore } from "./value-store.ts";

/** An entry and where its file lies. */
type EntryFile = StoredEntry & { readonly path: string };

/**
 * A file that is being written has a temporary name; after this many milliseconds it must be left over from a process that
 * died.
 */
const draftAge = 60_000;
const clockFile = ".clock";
/** Between two of the folders that are measured, others have this many milliseconds. */
const measurePauseMs = 20;

/**
 * Keeps each entry as one file, `<folder>/<first two digits>/<key>` (`entry-file.ts`). A file appears complete or not at all
 * (temporary name, then rename). A damaged file is removed and counts as absent. Beside them `.clock` holds the L of
 * `eviction.ts`; processes that write it at once may set it back a little, which makes some entries look older than they
 * are. The first `put` creates the folder.
 */
export function diskStore(folder: string): ValueStore {
  const place = (key: string) => {
    checkKey(key);
    return join(folder, key.slice(0, 2), key);
  };
  /** What the file holds: undefined if there is none, "damaged" if it is not what was written. */
  async function read(path: string): Promise<Uint8Array | "damaged" | undefined> {
    // Most that is asked for is absent, and to hear that from a thread takes ten times as long.
    if (!existsSync(path)) return undefined;
    const bytes = await readFile(path).catch(absent);
    return bytes && (contentOf(bytes) ?? "damaged");
  }
  /** Folders that were there: to ask for each again with every entry takes longer than to write the entry. */
  const made = new Set<string>();
  async function write(path: string, parts: readonly Uint8Array[]): Promise<void> {
    const within = dirname(path);
    if (made.has(within)) {
      const isGone = await replaceFile(path, parts).then(() => false, absentFolder);
      if (!isGone) return;
    }
    await mkdir(within, { recursive: true });
    await replaceFile(path, parts);
    made.add(within);
  }
  const clockOf = rememberedClock(folder);
  async function get(key: string): Promise<Uint8Array | undefined> {
    const path = place(key);
    const content = await read(path);
    if (content === "damaged") await rm(path, { force: true });
    else if (content) markUsed(path, clockOf());
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
    digest: async (key) => readHead(await readBeginning(place(key)))?.digest,
    size: () => measureFiles(folder),
    list: async () => (await listFiles(folder)).map(withoutPath),
    // Reads it all: a run relies on what `has` promises, and only the checksum knows.
    has: async (key) => (await get(key)) !== undefined,
    get,
    async put(key, bytes, ms = 0) {
      const path = place(key);
      await write(path, [writeHead(bytes, { cost: ms, since: clockOf() }), bytes]);
    },
    delete: async (key) => rm(place(key), { force: true }),
    async trim(budget) {
      const { leaving, clock } = chooseLeaving(await listFiles(folder), budget, clockOf());
      for (const { path } of leaving) await rm(path, { force: true });
      if (leaving.length > 0) await replaceFile(join(folder, clockFile), [Buffer.from(String(clock))]);
      return leaving.map(withoutPath);
    },
  };
}

/** For `catch`: true if the folder of a file is gone; anything else is a fault. */
function absentFolder(error: NodeJS.ErrnoException): true {
  if (error.code === "ENOENT") return true;
  throw error;
}

/** Reads the clock of a folder, which is read anew only if its file has changed. */
function rememberedClock(folder: string): () => number {
  const path = join(folder, clockFile);
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

/**
 * Writes the clock into the entry's head, which also updates the file's time. Another process may have removed the file.
 */
function markUsed(path: string, clock: number): void {
  const since = Buffer.alloc(8);
  since.writeDoubleLE(clock);
  let file: number;
  try {
    file = openSync(path, "r+");
  } catch (error) {
    absent(error as NodeJS.ErrnoException);
    return;
  }
  try {
    writeSync(file, since, 0, since.length, sinceAt);
  } finally {
    closeSync(file);
  }
}

async function readBeginning(path: string): Promise<Uint8Array> {
  const file = await open(path).catch(absent);
  if (!file) return new Uint8Array();
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function withoutPath({ path: _, ...entry }: EntryFile): StoredEntry {
  return entry;
}

/** Bytes of all files, folder by folder: within one of them at once, which takes a tenth of the processor time. */
async function measureFiles(folder: string): Promise<number> {
  let bytes = 0;
  for (const { name } of (await readdir(folder, { withFileTypes: true }).catch(absent)) ?? []) {
    const within = join(folder, name);
    for (const file of name === clockFile ? [] : ((await readdir(within).catch(absent)) ?? []))
      bytes += statSync(join(within, file), { throwIfNoEntry: false })?.size ?? 0;
    await wait(measurePauseMs, undefined, { ref: false });
  }
  return bytes;
}

async function listFiles(folder: string): Promise<EntryFile[]> {
  const found: EntryFile[] = [];
  const walk = await opendir(folder, { recursive: true }).catch(absent);
  if (!walk) return [];
  for await (const entry of walk) {
    if (!entry.isFile() || entry.name.startsWith(clockFile)) continue;
    const path = join(entry.parentPath, entry.name);
    const info = await stat(path).catch(absent);
    if (!info || (entry.name.endsWith(draftEnding) && Date.now() - info.mtimeMs < draftAge)) continue;
    const { cost, since } = readHead(await readBeginning(path)) ?? { cost: 0, since: 0 };
    found.push({ path, key: entry.name, size: info.size, used: info.mtimeMs, cost, since });
  }
  return found;
}
