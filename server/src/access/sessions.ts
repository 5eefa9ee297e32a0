import { randomBytes } from "node:crypto";
import type { Database } from "../data-folder/database.ts";
import { digestOf } from "./tokens.ts";

/** How long a session lasts without being used, in milliseconds. */
export const sessionMs = 30 * 24 * 3600 * 1000;
/** A use is written down at most this often. */
const noteMs = 3600 * 1000;
/** Sessions of one token: whoever begins one more ends the one that was used longest ago. */
export const maxSessions = 50;

/** What browsers show in place of a token: it ends by itself, and with the token. */
export class Sessions {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number = Date.now) {
    this.#database = database;
    this.#now = now;
    this.#removeEnded();
  }

  #removeEnded(): void {
    this.#database.sql.prepare("DELETE FROM sessions WHERE used < ?").run(this.#now() - sessionMs);
  }

  #makeRoom(token: string): void {
    this.#removeEnded();
    const oldest = "SELECT hash FROM sessions WHERE token = ? ORDER BY used DESC LIMIT -1 OFFSET ?";
    this.#database.sql.prepare(`DELETE FROM sessions WHERE hash IN (${oldest})`).run(token, maxSessions - 1);
  }

  /** Begins a session of the token of that digest. What is returned is kept nowhere else. */
  begin(token: string): string {
    const session = randomBytes(32).toString("base64url");
    this.#makeRoom(token);
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
