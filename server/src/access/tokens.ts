import { hash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { syncFolderNow } from "../files/whole-file.ts";
import { type Scope, scopes } from "./scopes.ts";

/** A token that somebody was given: what is known of it here, which does not help to use it. */
export type NamedToken = {
  readonly name: string;
  readonly scope: Scope;
  /** The SHA-256 of the token. */
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly created: number;
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
export function createToken(data: string, name: string, scope: Scope): string | undefined {
  if (!isTokenName(name)) throw new Error(`${name} names no token`);
  const token = `cw_${randomBytes(32).toString("base64url")}`;
  const kept: NamedToken = { name, scope, hash: digestOf(token), created: Date.now() };
  mkdirSync(folderOf(data), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(fileOf(data, name), `${JSON.stringify(kept)}\n`, { mode: 0o600, flag: "wx", flush: true });
    for (const folder of [folderOf(data), data]) syncFolderNow(folder);
    return token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  }
}

/** Takes a token back, or a file of that name that holds none: it would keep the name. Returns whether there was one. */
export function revokeToken(data: string, name: string): boolean {
  if (!isTokenName(name) || !existsSync(fileOf(data, name))) return false;
  rmSync(fileOf(data, name), { force: true });
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

function readToken(data: string, file: string): NamedToken | undefined {
  try {
    const { name, scope, hash, created } = JSON.parse(readFileSync(join(folderOf(data), file), "utf8"));
    const isWhole = `${name}.json` === file && scopes.includes(scope) && /^[0-9a-f]{64}$/.test(hash) && created > 0;
    return isWhole ? { name, scope, hash, created } : undefined;
  } catch {
    return undefined;
  }
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
    const isSame = found.length === this.#byHash.size && found.every(({ hash }) => this.#byHash.has(hash));
    if (isSame) return;
    this.#byHash = new Map(found.map((token) => [token.hash, token]));
    this.version++;
  }
}
