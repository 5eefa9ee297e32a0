import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { dataFolderTrouble } from "../data-folder/data-folder.ts";
import { Database } from "../data-folder/database.ts";
import { absent, keepFolder, syncToDisk } from "../files/whole-file.ts";
import { headBytes, readHead } from "../values/entry-file.ts";
import { BackupError, expectRoom } from "./backup-error.ts";
import {
  type About,
  aboutName,
  backupFormat,
  type Check,
  checkOf,
  endName,
  hasDatabase,
  isAbout,
  isEnd,
} from "./contents.ts";
import { BadArchive, ByteReader, block, type Head, padding, readTarHead } from "./tar.ts";

/** Bytes of a description, at most. */
const longestText = 10_000;

/** What was restored. `damaged`: files that were damaged in the folder that was backed up, and are left out. */
export type Restored = { readonly created: number; readonly files: number; readonly damaged: readonly string[] };

type Options = {
  /** Called with the bytes that were read, and all that there are. */
  readonly onProgress: (done: number, all: number) => void;
  readonly signal: AbortSignal;
};

/**
 * Restores a backup to a folder that is not there, or empty: it is written and checked beside it, and gets its name when all of it is whole
 * and on the disk. Whatever goes wrong, nothing of it stays. Throws BackupError, or the reason of the signal.
 */
export async function restoreBackup(file: string, folder: string, options: Options): Promise<Restored> {
  await expectFree(folder);
  const { size } = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new BackupError(`${file} cannot be read: ${error.code}.`, "Name a file that clipwork backup wrote.");
  });
  await keepFolder(dirname(folder));
  await expectRoom(dirname(folder), size);
  const draft = join(dirname(folder), `.${basename(folder)}.${randomBytes(6).toString("hex")}.restoring`);
  try {
    const restored = await unpack(file, { ...options, draft, size });
    await expectOpens(draft);
    await rmdir(folder).catch(absent);
    await rename(draft, folder);
    await syncToDisk(dirname(folder));
    return restored;
  } catch (error) {
    if (!(error instanceof BadArchive)) throw error;
    throw new BackupError(`${file} cannot be restored: ${error.message}.`, "Use another backup. Nothing was written.");
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Throws unless nothing is in that place: a folder in use is never overwritten. */
async function expectFree(folder: string): Promise<void> {
  const names = await readdir(folder).catch(absent);
  if (names === undefined || names.length === 0) return;
  const what = names.includes("clipwork-data.json") ? "is a data folder already" : "is not empty";
  throw new BackupError(`${folder} ${what}.`, "Name a new folder with --data; nothing is ever overwritten.");
}

/** Writes all files of the archive below `draft`, synced. Throws BadArchive. */
async function unpack(
  file: string,
  { draft, size, onProgress, signal }: Options & { readonly draft: string; readonly size: number },
): Promise<Restored> {
  const source = new ByteReader(createReadStream(file));
  const all = createHash("sha256");
  const folders = new Set<string>([draft]);
  const damaged: string[] = [];
  const seen = new Set<string>();
  let done = 0;
  const reader = {
    async *take(count: number) {
      for await (const piece of source.take(count)) {
        signal.throwIfAborted();
        done += piece.length;
        onProgress(done, size);
        yield piece;
      }
    },
  };
  const bytes = async (count: number) => {
    const pieces: Buffer[] = [];
    for await (const piece of reader.take(count)) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  let about: About | undefined;
  for (;;) {
    const raw = await bytes(block);
    const head = readTarHead(raw);
    if (!head) throw new BadArchive("its end is missing");
    const padded = head.size + padding(head.size).length;
    if (head.name === endName) {
      const end = parse(await bytes(shortText(head) + padding(head.size).length), head.size, isEnd);
      if (end.sha256 !== all.digest("hex") || end.files !== seen.size)
        throw new BadArchive("it was changed or damaged");
      break;
    }
    all.update(raw);
    if (!about) {
      if (head.name !== aboutName) throw new BadArchive("Clipwork did not write it");
      const text = await bytes(shortText(head) + padding(head.size).length);
      all.update(text);
      about = parse(text, head.size, isAbout);
      if (about.format !== backupFormat) throw new BadArchive("a newer version of Clipwork wrote it");
      continue;
    }
    const check = checkOf(head.name);
    if (!check || seen.has(head.name)) throw new BadArchive(`it has no place for ${JSON.stringify(head.name)}`);
    seen.add(head.name);
    const path = join(draft, ...head.name.split("/"));
    await keepFolder(dirname(path));
    folders.add(dirname(path));
    const target = await open(path, "wx", 0o600);
    try {
      const sound = await write(target, reader.take(padded), { head, check, all });
      if (!sound) damaged.push(head.name);
      // Values are checked whenever they are read.
      else if (check !== "value") await target.sync();
    } finally {
      await target.close();
    }
    if (damaged.at(-1) === head.name) await rm(path);
  }
  for (const folder of folders) await syncToDisk(folder);
  return { created: about!.created, files: seen.size - damaged.length, damaged };
}

/** Writes the bytes of a file, without the zeroes behind. Returns whether they are what its name or beginning says. */
async function write(
  target: FileHandle,
  pieces: AsyncIterable<Buffer>,
  { head, check, all }: { readonly head: Head; readonly check: Check; readonly all: ReturnType<typeof createHash> },
): Promise<boolean> {
  const digest = createHash("sha256");
  let beginning = Buffer.alloc(0);
  let left = head.size;
  for await (const piece of pieces) {
    all.update(piece);
    let own = piece.subarray(0, left);
    left -= own.length;
    await target.writeFile(own);
    if (check === "value" && beginning.length < headBytes) {
      const missing = headBytes - beginning.length;
      beginning = Buffer.concat([beginning, own.subarray(0, missing)]);
      own = own.subarray(missing);
    }
    digest.update(own);
  }
  if (check === "opened") return true;
  const wanted = check === "artifact" ? basename(head.name) : readHead(beginning)?.digest;
  return wanted === digest.digest("hex");
}

/** The size of a description, unless it is none. */
function shortText({ name, size }: Head): number {
  if (size > longestText) throw new BadArchive(`${name} is too large`);
  return size;
}

/** What a description says. Throws BadArchive for anything else. */
function parse<T>(padded: Buffer, size: number, is: (value: unknown) => value is T): T {
  let json: unknown;
  try {
    json = JSON.parse(padded.toString("utf8", 0, size));
  } catch {
    json = undefined;
  }
  if (!is(json)) throw new BadArchive("its description cannot be read");
  return json;
}

/** Throws unless a server of this version can use the folder as it is. */
async function expectOpens(folder: string): Promise<void> {
  const trouble = await dataFolderTrouble(folder);
  if (trouble) throw new BadArchive(trouble.message.replace(/\.$/, ""));
  if (!hasDatabase(folder)) return;
  const database = new Database(folder);
  database.close();
  if (database.mended !== undefined) throw new BadArchive("its database is damaged");
}
