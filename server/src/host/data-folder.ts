import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Unusable } from "@clipwork/engine";
import { folderTrouble } from "./folder-trouble.ts";

const format = "clipwork-data/1";
const versionFile = "clipwork-data.json";

/** Where values, packs and later the queue live: `--data`, then CLIPWORK_DATA, then the platform's place for such data. */
export function dataFolder(
  asked: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const named = asked ?? environment.CLIPWORK_DATA;
  if (named) return resolve(named);
  const home = homedir();
  if (platform === "win32") return join(environment.LOCALAPPDATA ?? join(home, "AppData", "Local"), "Clipwork");
  if (platform === "darwin") return join(home, "Library", "Application Support", "Clipwork");
  return join(environment.XDG_DATA_HOME || join(home, ".local", "share"), "clipwork");
}

/** Where the folder's values are. */
export function valuesFolder(folder: string): string {
  return join(folder, "values");
}

/** Values beyond this many bytes leave the folder after a run, those used longest ago first. */
export const valuesBudget = 10 * 2 ** 30;

/** Where it is remembered under which keys workflows last ran, for `explain`. */
export function keysFolder(folder: string): string {
  return join(folder, "explain");
}

/** Why the folder cannot be used, or undefined. Writes nothing. */
export async function dataFolderTrouble(folder: string): Promise<Unusable | undefined> {
  const trouble = await folderTrouble(folder, "data folder");
  if (trouble) return trouble;
  const text = await readFile(join(folder, versionFile), "utf8").catch(() => undefined);
  if (text === undefined || readFormat(text) === format) return undefined;
  return {
    message: `The data folder ${folder} was written by another version of Clipwork: it is not in the format ${format}.`,
    remedy: "Name another folder with --data, or use the version of Clipwork that wrote it.",
  };
}

/** Why the folder cannot be looked into or emptied, or undefined: only one that bears our mark may be. Writes nothing. */
export async function openedDataFolderTrouble(folder: string): Promise<Unusable | undefined> {
  const trouble = await dataFolderTrouble(folder);
  if (
    trouble ||
    (await access(join(folder, versionFile)).then(
      () => true,
      () => false,
    ))
  )
    return trouble;
  return {
    message: `${folder} is not a data folder of Clipwork: it has no ${versionFile}.`,
    remedy: "Name one with --data; the first run makes it.",
  };
}

/** Makes the folder and marks it as ours. */
export async function openDataFolder(folder: string): Promise<void> {
  await mkdir(valuesFolder(folder), { recursive: true });
  await writeFile(join(folder, versionFile), `${JSON.stringify({ format })}\n`, { flag: "wx" }).catch((error) => {
    if (error.code !== "EEXIST") throw error;
  });
}

function readFormat(text: string): unknown {
  try {
    return JSON.parse(text)?.format;
  } catch {
    return undefined;
  }
}
