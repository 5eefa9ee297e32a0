import type { Dirent } from "node:fs";
import { opendir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Recent } from "@clipwork/engine";
import { absent } from "../../files/whole-file.ts";
import type { Hash } from "../../wire/wire.ts";
import { isHash } from "../artifact-files.ts";

/** How much of the budget may come before it is looked again how much there is, and is made free at once. */
const spareShare = 1 / 64;
/** What was used so recently, in milliseconds, may be about to be read by a run that was given its path: it stays. */
const graceMs = 3_600_000;

/** Of so many it is remembered when they were used. */
const rememberedUses = 20_000;

type Parts = {
  /** Where the copies lie, as `artifactFiles` places them. */
  readonly folder: string;
  /** Bytes that they may have. */
  readonly budget: number;
  /** Whether the store that is shared has it: then the copy is no loss. */
  readonly isShared: (hash: Hash) => Promise<boolean>;
  readonly onFault: (error: unknown) => void;
  readonly now?: () => number;
};

type Copy = { readonly hash: Hash; readonly path: string; readonly size: number; readonly used: number };

/**
 * The copies of shared artifacts on the disk of this machine: when they have more bytes than they may, those go that were used longest ago and
 * that the store has. What was used within the hour stays, so there may be more for that long.
 */
export class LocalCopies {
  readonly #parts: Parts;
  /** When this process used them last; of others their file says when they came. */
  readonly #used = new Recent<number>(rememberedUses, rememberedUses);
  /** Bytes that came since it was looked how many there are; at first that is not known. */
  #grown = Number.POSITIVE_INFINITY;
  #looking: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** An artifact is about to be read. */
  used(hash: Hash): void {
    this.#used.set(hash, this.#now(), 1);
  }

  /** So many bytes have come. */
  grew(bytes: number): void {
    this.#grown += bytes;
    if (this.#grown <= this.#parts.budget * spareShare || this.#looking) return;
    this.#grown = 0;
    this.#looking = this.#trim()
      .catch(this.#parts.onFault)
      .finally(() => {
        this.#looking = undefined;
      });
  }

  /** Resolves when nothing more is being removed. */
  async settled(): Promise<void> {
    await this.#looking;
  }

  #now = () => (this.#parts.now ?? Date.now)();

  async #trim(): Promise<void> {
    const { budget, isShared } = this.#parts;
    const all = await this.#all();
    let over = all.reduce((sum, { size }) => sum + size, -budget);
    if (over <= 0) return;
    over += budget * spareShare;
    const before = this.#now() - graceMs;
    for (const { hash, path, size, used } of all.sort((a, b) => a.used - b.used)) {
      if (over <= 0) break;
      // It may have been used while others were removed.
      if (this.#lastUse(hash, used) > before || !(await isShared(hash))) continue;
      await rm(path, { force: true });
      over -= size;
    }
  }

  #lastUse = (hash: Hash, came: number) => Math.max(came, this.#used.get(hash) ?? 0);

  async #all(): Promise<Copy[]> {
    const walk: AsyncIterable<Dirent> | undefined = await opendir(this.#parts.folder, { recursive: true }).catch(
      absent,
    );
    const all: Copy[] = [];
    let seen = 0;
    for await (const { name, parentPath } of walk ?? []) {
      if (!isHash(name)) continue;
      const path = join(parentPath, name);
      const info = await stat(path).catch(absent);
      if (info) all.push({ hash: name, path, size: info.size, used: this.#lastUse(name, info.mtimeMs) });
      // A pause now and then: a folder may hold very many.
      if (++seen % 500 === 0) await setImmediate();
    }
    return all;
  }
}
