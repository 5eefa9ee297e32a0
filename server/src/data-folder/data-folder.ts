import { access, constants, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Unusable } from "@clipwork/engine";
import { homeFolder } from "../files/home.ts";
import { keepFile, keepFolder } from "../files/whole-file.ts";
import { folderTrouble } from "./folder-trouble.ts";
import { migrations } from "./migrations.ts";

const versionFile = "clipwork-data.json";
const formatName = "clipwork-data/";
/** The layout that this version reads and writes: one more than the number of its migrations. */
const currentVersion = migrations.length + 1;

/**
 * Where values, packs and the server's database and pictures live: `--data`, then CLIPWORK_DATA, then the platform's data
 * folder. Throws NoHome.
 */
export function dataFolder(
  asked: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const named = asked ?? environment.CLIPWORK_DATA;
  if (named) return resolve(named);
  if (platform === "win32") return join(environment.LOCALAPPDATA ?? join(homeFolder(), "AppData", "Local"), "Clipwork");
  if (platform === "darwin") return join(homeFolder(), "Library", "Application Support", "Clipwork");
  return join(environment.XDG_DATA_HOME || join(homeFolder(), ".local", "share"), "clipwork");
}

/** Where the folder's values are. */
export function valuesFolder(folder: string): string {
  return join(folder, "values");
}

/** Values beyond this many bytes are evicted after a run (`eviction.ts`, `trimmer.ts`), unless the configuration says `keepBytes`. */
export const valuesBudget = 10 * 2 ** 30;

/** Where the hashes of large files are remembered. */
export function hashesFile(folder: string): string {
  return join(folder, "hashes.json");
}

/** Where the keys under which workflows last ran are remembered, for `explain`. */
export function keysFolder(folder: string): string {
  return join(folder, "explain");
}

/** Why the folder cannot be used to write in it, or only to read, or undefined. Writes nothing. */
export async function dataFolderTrouble(
  folder: string,
  use: "read" | "write" = "write",
): Promise<Unusable | undefined> {
  const unwritable = await folderTrouble(folder, "data folder");
  const there = await stat(folder).catch(() => undefined);
  if (unwritable && (use === "write" || (there && !there.isDirectory()))) return unwritable;
  const version = await readVersion(folder);
  if (version === "unreadable") {
    return {
      message: `The data folder ${folder} cannot be used: its ${versionFile} cannot be read, or is not one of Clipwork's.`,
      remedy: "Name another folder with --data, or allow reading it.",
    };
  }
  if (version !== undefined && version > currentVersion) {
    return {
      message: `The data folder ${folder} was written by a newer version of Clipwork: it has the layout ${version}, and this version knows those up to ${currentVersion}.`,
      remedy: "Use that version of Clipwork, or name another folder with --data.",
    };
  }
  if (!unwritable || version === undefined || version === currentVersion) return undefined;
  return {
    message: `The data folder ${folder} was written by an older version of Clipwork, and cannot be migrated: it is not writable.`,
    remedy: "Make it writable, or copy the folder and name the copy with --data.",
  };
}

/** Why the folder cannot be listed or emptied, or undefined: only one that bears our mark may be. Writes nothing. */
export async function openedDataFolderTrouble(
  folder: string,
  use: "read" | "write" = "write",
): Promise<Unusable | undefined> {
  const trouble = await dataFolderTrouble(folder, use);
  if (trouble || (await readVersion(folder)) !== undefined) return trouble;
  return {
    message: `${folder} is not a data folder of Clipwork: it has no ${versionFile}.`,
    remedy: "Name one with --data; the first run makes it.",
  };
}

/** Creates the folder and marks it as ours; a folder of an older version is migrated. */
export async function openDataFolder(folder: string): Promise<void> {
  await keepFolder(valuesFolder(folder));
  if ((await readVersion(folder)) === undefined) await writeVersion(folder, currentVersion);
  await updateDataFolder(folder);
}

/**
 * Migrates a folder of an older version, in place; any other is left as it is. The mark is set after each migration, so
 * that an interrupted one is done again. Several processes may do it at once: see `migrations.ts`.
 */
export async function updateDataFolder(folder: string): Promise<void> {
  const version = await readVersion(folder);
  if (typeof version !== "number") return;
  for (const [i, { apply }] of migrations.entries()) {
    if (i + 1 < version) continue;
    await apply(folder);
    await writeVersion(folder, i + 2);
  }
}

function writeVersion(folder: string, version: number): Promise<void> {
  return keepFile(join(folder, versionFile), Buffer.from(`${JSON.stringify({ format: formatName + version })}\n`));
}

/** The version of the folder's layout, undefined if it has no mark. */
async function readVersion(folder: string): Promise<number | "unreadable" | undefined> {
  const path = join(folder, versionFile);
  const there = await access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
  if (!there) return undefined;
  try {
    const { format } = JSON.parse(await readFile(path, "utf8"));
    const digits = String(format).startsWith(formatName) ? String(format).slice(formatName.length) : "";
    return /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : "unreadable";
  } catch {
    return "unreadable";
  }
}
