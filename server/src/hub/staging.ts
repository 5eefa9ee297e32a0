import { hash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { PackError } from "@clipwork/models";
import { absent, createFile, replaceFile } from "../files/whole-file.ts";
import type { ModelChoices } from "../wire/wire.ts";

/** How a checkpoint was asked for, so that whoever goes on with it can ask the same. */
export type Choices = Omit<ModelChoices, "variant">;

/** What a download is of: these make it another one. */
export type Source = {
  readonly from: string;
  readonly repository: string;
  readonly revision: string;
  readonly commit: string;
  readonly variant?: ModelChoices["variant"];
  /** What else its user chose of it, which makes it no other one. */
  readonly choices: Choices;
  /** Hosts that its user allowed besides those that are known. */
  readonly hosts?: readonly string[];
};

/** A download that was begun. */
export type Unfinished = Source & {
  readonly folder: string;
  /** Bytes that came so far. */
  readonly bytes: number;
  /** Whether a process is at work on it. */
  readonly busy: boolean;
};

/** A download's folder, held by this process alone. */
export type Staging = {
  /** The files under their names in the repository. */
  readonly files: string;
  /** Whether an earlier try began it. */
  readonly begun: boolean;
  /** Lets go of it; its files stay for the next try. */
  release(): Promise<void>;
  /** Removes it. */
  discard(): Promise<void>;
};

const about = "source.json";
const lock = "lock";
/** What the name of a folder begins with that is being removed: whatever is left in it, no try goes on with it. */
const removed = ".removed-";

/** Where downloads are kept until they are whole. */
export const downloadsFolder = (dataFolder: string): string => join(dataFolder, "downloads");

/** Opens the folder of a download, a new one or one that was begun. Throws PackError if another process is at work on it. */
export async function openStaging(downloads: string, source: Source): Promise<Staging> {
  const folder = join(downloads, hash("sha256", JSON.stringify([source.from, source.commit, source.variant])));
  const files = join(folder, "files");
  const begun = (await mkdir(files, { recursive: true })) === undefined;
  const path = join(folder, lock);
  const own = await take(path).catch(async (error) => {
    await removeEmpty(files, folder);
    throw error;
  });
  if (own === undefined)
    throw new PackError(`${source.repository} is being downloaded already.`, "Wait for it, or cancel it.");
  const isOwn = async () => (await readLock(path)) === own;
  const release = async () => {
    if (await isOwn()) await rm(path, { force: true });
  };
  const discard = async () => {
    if (!(await isOwn())) return;
    const away = join(downloads, `${removed}${randomUUID()}`);
    await rename(folder, away);
    await rm(away, { recursive: true, force: true });
  };
  try {
    await removeLeft(downloads);
    await replaceFile(join(folder, about), [Buffer.from(JSON.stringify(source))]);
  } catch (error) {
    // On a full disk, say: nobody would know what the folder is of, and its lock would stay as long as this process.
    await (begun ? release() : discard());
    throw error;
  }
  return { files, begun, release, discard };
}

/** Removes the folders of a download that never began. */
async function removeEmpty(...folders: readonly string[]): Promise<void> {
  for (const folder of folders)
    if (
      !(await rmdir(folder).then(
        () => true,
        () => false,
      ))
    )
      return;
}

/** Removes what a process left that was killed while it removed a download. */
async function removeLeft(downloads: string): Promise<void> {
  for (const name of await readdir(downloads))
    if (name.startsWith(removed)) await rm(join(downloads, name), { recursive: true, force: true });
}

/** A lock without text is being written, for less than so many milliseconds; one that is older was left by a process that was killed. */
const writingMs = 10_000;

/** Takes a lock, also one whose process is gone. Returns its text, which no other has; undefined if another has it. */
async function take(path: string): Promise<string | undefined> {
  const text = `${await holder(process.pid)}\n${randomUUID()}`;
  if (createFile(path, text)) return text;
  const left = await readLock(path);
  if (left === undefined) return await take(path);
  if (await isHeld(path, left)) return undefined;
  // Of all that found this one left behind, one replaces it; whoever comes later finds another text.
  const turn = `${path}.${hash("sha256", left).slice(0, 16)}`;
  if ((await take(turn)) === undefined) return undefined;
  try {
    if ((await readLock(path)) !== left) return undefined;
    await replaceFile(path, [Buffer.from(text)]);
    return text;
  } finally {
    await rm(turn, { force: true });
  }
}

/** Whether somebody holds a lock of that text, or takes it just now: where a disk has no links, its file is there before its text. */
async function isHeld(path: string, text: string): Promise<boolean> {
  if (text !== "") return await isHolder(text);
  const info = await stat(path).catch(absent);
  return info !== undefined && Date.now() - info.mtimeMs < writingMs;
}

const readLock = (path: string) => readFile(path, "utf8").catch(absent);

/** Whether the process that wrote a lock is still there. */
async function isHolder(text: string): Promise<boolean> {
  const pid = Number.parseInt(text, 10);
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return text.split("\n")[0] === (await holder(pid));
}

/** A process as a lock names it: with when it began, if the system says so, as its number may be another's later. */
async function holder(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The 22nd field; the second is a name in brackets that may have spaces.
  const began = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return began === undefined ? `${pid}` : `${pid} ${began}`;
}

/** The downloads that were begun and are not whole, or wait to be imported. */
export async function unfinished(downloads: string): Promise<readonly Unfinished[]> {
  const found: Unfinished[] = [];
  for (const name of await readdir(downloads).catch(() => [])) {
    const folder = join(downloads, name);
    const source = await readFile(join(folder, about), "utf8").then(JSON.parse, () => undefined);
    if (!/^[0-9a-f]{64}$/.test(name) || typeof source?.repository !== "string") continue;
    const bytes = await bytesIn(join(folder, "files")).catch(absent);
    // An earlier version did not note the choices.
    const begun: Source = { choices: {}, ...source };
    if (bytes !== undefined)
      found.push({ ...begun, folder, bytes, busy: await isHolder((await readLock(join(folder, lock))) ?? "") });
  }
  return found;
}

/** The bytes of a folder's files. Those that get another name meanwhile, being whole, or go do not count. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(({ parentPath, name }) => stat(join(parentPath, name)).catch(absent)));
  return sizes.reduce((sum, info) => sum + (info?.size ?? 0), 0);
}
