import { hash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Unusable } from "@clipwork/engine";
import { isTime } from "../files/time.ts";
import { createFile, syncFolderNow } from "../files/whole-file.ts";
import { type Scope, scopes } from "./scopes.ts";

/** What a token may at most do. What is left out has no limit of its own. */
export type Limits = {
  /** Runs that it may submit within any hour. */
  readonly runsPerHour?: number;
  /** Runs of its own that may wait at once. */
  readonly queued?: number;
  /** Calls of any kind within a minute. */
  readonly callsPerMinute?: number;
};

/** The names of the limits. */
export const limitNames = ["runsPerHour", "queued", "callsPerMinute"] as const satisfies readonly (keyof Limits)[];
/** The largest limit; larger ones would limit nothing. */
export const largestLimit = 1_000_000;

/** A token that somebody was given: what is known of it here, which does not help to use it. */
export type NamedToken = {
  readonly name: string;
  readonly scope: Scope;
  /** The SHA-256 of the token. */
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly limits: Limits;
};

/** Tokens lie in a file each, so that commands and a server may work beside one another. */
const folderOf = (data: string) => join(data, "tokens");
const fileOf = (data: string, name: string) => join(folderOf(data), `${name}.json`);

/** Whether it may name a token, and so its file. "owner" is whoever has the server's own. */
export function isTokenName(text: string): boolean {
  return text !== "owner" && /^[a-z0-9][a-z0-9-]{0,39}$/.test(text);
}

/** The text by which a token is known. */
export function digestOf(token: string): string {
  return hash("sha256", token, "hex");
}

/** Makes a token, which is nowhere but in what is returned; undefined if there is one of that name. */
export function createToken(data: string, name: string, scope: Scope, limits: Limits = {}): string | undefined {
  if (!isTokenName(name)) throw new Error(`${name} names no token`);
  const token = `cw_${randomBytes(32).toString("base64url")}`;
  const kept: NamedToken = { name, scope, hash: digestOf(token), created: Date.now(), limits };
  mkdirSync(folderOf(data), { recursive: true, mode: 0o700 });
  if (!createFile(fileOf(data, name), `${JSON.stringify(kept)}\n`)) return undefined;
  syncFolderNow(data);
  return token;
}

/** Takes a token back, or a file of that name that holds none: it would keep the name. Returns whether there was one. */
export function revokeToken(data: string, name: string): boolean {
  if (!isTokenName(name) || !existsSync(fileOf(data, name))) return false;
  rmSync(fileOf(data, name), { force: true });
  // A power failure brings none back.
  syncFolderNow(folderOf(data));
  return true;
}

/** The tokens of a data folder, by name. A file that holds none opens no door, and is left out. */
export function listTokens(data: string): readonly NamedToken[] {
  let files: readonly string[];
  try {
    files = readdirSync(folderOf(data));
  } catch {
    return [];
  }
  return files.toSorted().flatMap((file) => readToken(data, file) ?? []);
}

/** Why the tokens of a data folder cannot be listed, or undefined: that there are none, or not one of some name, would be untrue. */
export function tokensTrouble(data: string): Unusable | undefined {
  try {
    readdirSync(folderOf(data));
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    return {
      message: `The tokens in ${folderOf(data)} cannot be read: ${code}.`,
      remedy: "Run this as the user whose data folder it is.",
    };
  }
}

function readToken(data: string, file: string): NamedToken | undefined {
  try {
    const { name, scope, hash, created, limits = {} } = JSON.parse(readFileSync(join(folderOf(data), file), "utf8"));
    const isWhole =
      `${name}.json` === file &&
      scopes.includes(scope) &&
      typeof hash === "string" &&
      /^[0-9a-f]{64}$/.test(hash) &&
      isTime(created) &&
      areLimits(limits);
    return isWhole ? { name, scope, hash, created, limits } : undefined;
  } catch {
    return undefined;
  }
}

/** A limit that is not known here, or is no number, would limit nothing: the token opens no door. */
function areLimits(limits: unknown): limits is Limits {
  if (typeof limits !== "object" || limits === null) return false;
  const known: readonly string[] = limitNames;
  return Object.entries(limits).every(
    ([name, value]) => known.includes(name) && Number.isSafeInteger(value) && value >= 0,
  );
}

/** A change this recent may be followed by another of the same time, in milliseconds. */
const unsettledMs = 2000;

/** The tokens of a data folder as they are at each moment: one that is revoked stands no longer. */
export class Tokens {
  readonly #data: string;
  #byHash: ReadonlyMap<string, NamedToken> = new Map();
  #changed = Number.NaN;
  /** Rises with each change. */
  version = 0;

  constructor(data: string) {
    this.#data = data;
    this.look();
  }

  /** The token of that digest, if it stands. */
  find(digest: string): NamedToken | undefined {
    this.look();
    return this.#byHash.get(digest);
  }

  /** Looks whether tokens came or went. */
  look(): void {
    const changed = statSync(folderOf(this.#data), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (changed === this.#changed && Date.now() - changed > unsettledMs) return;
    this.#changed = changed;
    const found = listTokens(this.#data);
    const byHash = new Map(found.map((token) => [token.hash, token]));
    if (isDeepStrictEqual(byHash, this.#byHash)) return;
    this.#byHash = byHash;
    this.version++;
  }
}
