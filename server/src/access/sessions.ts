import { randomBytes } from "node:crypto";
import type { Database } from "../data-folder/database.ts";
import { digestOf } from "./tokens.ts";

/** How long a session lasts without being used, in milliseconds. */
export const sessionMs = 30 * 24 * 3600 * 1000;
/** A use is written down at most this often. */
const noteMs = 3600 * 1000;

/** What browsers show in place of a token: it ends by itself, and with the token. */
export class Sessions {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number = Date.now) {
    this.#database = database;
    this.#now = now;
    database.sql.prepare("DELETE FROM sessions WHERE used < ?").run(now() - sessionMs);
  }

  /** Begins a session of the token of that digest. What is returned is kept nowhere else. */
  begin(token: string): string {
    const session = randomBytes(32).toString("base64url");
    const insert = this.#database.sql.prepare("INSERT INTO sessions (hash, token, used) VALUES (?, ?, ?)");
    insert.run(digestOf(session), token, this.#now());
    return session;
  }

  /** The digest of the session's token; undefined if it is none or has ended. Being used, it lasts longer. */
  tokenOf(session: string): string | undefined {
    const digest = digestOf(session);
    const row = this.#database.sql.prepare("SELECT token, used FROM sessions WHERE hash = ?").get(digest);
    if (!row) return undefined;
    const age = this.#now() - Number(row.used);
    if (age > sessionMs) {
      this.#database.sql.prepare("DELETE FROM sessions WHERE hash = ?").run(digest);
      return undefined;
    }
    if (age > noteMs)
      this.#database.sql.prepare("UPDATE sessions SET used = ? WHERE hash = ?").run(this.#now(), digest);
    return String(row.token);
  }
}
