import { readdirSync } from "node:fs";
import { opendir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Database } from "../data-folder/database.ts";
import type { Hash } from "../wire/wire.ts";
import { type ArtifactFiles, isHash } from "./artifact-files.ts";

/** Owner of the pictures that were there before their database: it may have been lost, so that nobody knows what uses them. */
const earlier = "earlier database";

/** Knows which pictures are in use, and by what; removes those that nothing refers to any more. */
export class ArtifactKeeper {
  readonly #database: Database;
  readonly #files: ArtifactFiles;
  readonly #dropped = new Set<Hash>();
  readonly #onFault: (error: unknown) => void;
  #holders = 0;
  #closed = false;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(database: Database, files: ArtifactFiles, onFault: (error: unknown) => void) {
    this.#database = database;
    this.#files = files;
    this.#onFault = onFault;
    // Before anything is stored: a process that ends in the middle leaves the database blank, and the next one begins again.
    if (database.isBlank) database.transaction(() => this.refer(earlier, this.#filesNow()));
  }

  /** Says that `owner` (a run, a workflow, an upload) uses these pictures. */
  refer(owner: string, hashes: Iterable<Hash>): void {
    const insert = this.#database.sql.prepare("INSERT OR IGNORE INTO refs (hash, owner) VALUES (?, ?)");
    for (const hash of hashes) insert.run(hash, owner);
  }

  /** Says that the owner is gone. Its pictures go as soon as nobody holds them, but for those that another one uses. */
  release(owner: string): void {
    const rows = this.#database.sql.prepare("DELETE FROM refs WHERE owner = ? RETURNING hash").all(owner);
    for (const { hash } of rows) this.#dropped.add(String(hash));
    this.#sweep();
  }

  /** Those who use pictures. */
  owners(): readonly string[] {
    return this.#database.sql
      .prepare("SELECT DISTINCT owner FROM refs")
      .all()
      .map(({ owner }) => String(owner));
  }

  /** True where something uses it. */
  isUsed(hash: Hash): boolean {
    return this.#database.sql.prepare("SELECT 1 FROM refs WHERE hash = ? LIMIT 1").get(hash) !== undefined;
  }

  /**
   * From now on nothing is removed, until the function is called that it resolves to: for a writer who finds a picture to be there
   * already, and will refer to it only later.
   */
  async hold(): Promise<() => void> {
    this.#holders++;
    await this.#sweeping;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holders--;
      this.#sweep();
    };
  }

  /** To be called before the database is closed. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#sweeping;
  }

  /** Resolves when everything is removed that may be removed now. */
  async settled(): Promise<void> {
    await this.#sweeping;
  }

  #sweep(): void {
    this.#sweeping = this.#sweeping.then(() => this.#removeDropped()).catch(this.#onFault);
  }

  async #removeDropped(): Promise<void> {
    for (const hash of this.#dropped) {
      if (this.#holders > 0 || this.#closed) return;
      this.#dropped.delete(hash);
      if (!this.isUsed(hash)) await this.#files.remove(hash);
    }
  }

  /** Finds what an earlier process left without a use, and removes it as soon as nobody holds it. */
  async findLeftovers(): Promise<void> {
    let seen = 0;
    for await (const name of this.#names()) {
      if (this.#closed) return;
      if (!this.isUsed(name)) this.#dropped.add(name);
      // A pause now and then: a folder may hold very many.
      if (++seen % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    this.#sweep();
  }

  #filesNow(): Hash[] {
    try {
      const paths = readdirSync(this.#files.folder, { recursive: true, encoding: "utf8" });
      return paths.map((path) => basename(path)).filter(isHash);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  }

  async *#names(): AsyncGenerator<Hash> {
    const walk = await opendir(this.#files.folder, { recursive: true }).catch(() => undefined);
    if (!walk) return;
    for await (const entry of walk) {
      if (!entry.isFile()) continue;
      // What a process was writing when it was killed.
      if (entry.name.endsWith(".tmp")) await rm(join(entry.parentPath, entry.name), { force: true });
      else if (isHash(entry.name)) yield entry.name;
    }
  }
}
