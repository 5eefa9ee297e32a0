import { existsSync } from "node:fs";
import { join } from "node:path";
import { isTime } from "../files/time.ts";

/** The first file of a backup, and what it says. */
export const aboutName = "clipwork-backup.json";
export const backupFormat = "clipwork-backup/1";
/** `bytes`: about what all files have together, for whoever shows how far it is. */
export type About = {
  readonly format: string;
  readonly clipwork: string;
  readonly created: number;
  readonly bytes: number;
};

/** Whether JSON is such a description, of this version's format or of another's. */
export function isAbout(json: unknown): json is About {
  const { format, created } = (json ?? {}) as Partial<Record<keyof About, unknown>>;
  return typeof format === "string" && (format !== backupFormat || isTime(created));
}

/** The last one: what came before it, so that a backup which breaks off or was changed is known. */
export const endName = "clipwork-backup-end.json";
/** `sha256`: of all bytes of the archive before the head of this file. */
export type End = { readonly files: number; readonly sha256: string };

/** Whether JSON is such a description. */
export function isEnd(json: unknown): json is End {
  const { files, sha256 } = (json ?? {}) as Partial<Record<keyof End, unknown>>;
  return typeof files === "number" && typeof sha256 === "string";
}

export const databaseName = "server.db";

/** Whether a data folder has a database: one in which no server was has none. */
export function hasDatabase(data: string): boolean {
  return existsSync(join(data, databaseName));
}

/** How a file of a backup is checked when it is restored, by itself: by its name, by what its beginning says, or by what opens it. */
export type Check = "artifact" | "value" | "opened";

/**
 * What a backup may hold. No other name is ever written or joined to a folder. Model packs are left out, since they are downloaded again, and
 * so is the token of the owner, which opens every door: the next server makes another.
 */
const names: readonly (readonly [RegExp, Check])[] = [
  [/^clipwork-data\.json$/, "opened"],
  [/^server\.db$/, "opened"],
  [/^config\.json$/, "opened"],
  [/^tokens\/[a-z0-9][a-z0-9-]{0,63}\.json$/, "opened"],
  [/^explain\/[0-9a-f]{32}\.json$/, "opened"],
  [/^artifacts\/([0-9a-f]{2})\/\1[0-9a-f]{62}$/, "artifact"],
  [/^values\/([0-9a-f]{2})\/\1[0-9a-f]{62}$/, "value"],
];

/** How a file of that name is checked; undefined if no backup has one. */
export function checkOf(name: string): Check | undefined {
  return names.find(([pattern]) => pattern.test(name))?.[1];
}
