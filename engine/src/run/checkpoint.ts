import type { Checkpoint } from "../catalogue/node.ts";
import type { Plan } from "../plan/plan.ts";
import { decodeValue, encodeValue } from "../values/encode.ts";
import type { Value } from "../values/value.ts";
import type { RunOptions } from "./run-options.ts";

/**
 * The least time between two writes of one item, and before its first: an item that takes less keeps no checkpoint.
 * Together with one step and the write itself, this stays below the one second of work that a kill may cost.
 */
const intervalMs = 750;

type RunParts = Pick<RunOptions<unknown>, "cache" | "clock" | "readCache"> & {
  readonly hash: Plan["hash"];
  /** Keeps the run open until the promise resolves. */
  readonly watch: (work: Promise<void>) => void;
};

/** What the checkpoints of one run share. */
type Host = RunParts & { readonly together: <T>(work: Promise<T>) => Promise<T> };

/** The checkpoints of one run. */
export class Checkpoints {
  readonly #host: Host;

  constructor(parts: RunParts) {
    this.#host = { ...parts, together: together() };
  }

  /** The checkpoint of the item with this fingerprint, which begins at `now`. Saves are ignored once `alive` is false. */
  open(fingerprint: string, now: number, alive: () => boolean): ItemCheckpoint {
    return new ItemCheckpoint(this.#host, fingerprint, now, alive);
  }
}

/**
 * What one item saves is cached under a key of its own, derived from the item's fingerprint. That covers everything the
 * result depends on, so a checkpoint that is found never belongs to another workflow, model or machine. A checkpoint is
 * expendable: any trouble with it counts as "there is none".
 */
export class ItemCheckpoint implements Checkpoint {
  readonly #host: Host;
  readonly #fingerprint: string;
  readonly #alive: () => boolean;
  readonly #began: number;
  #lastWrite: number;
  /** How long the interrupted runs that this one continues took, in milliseconds. */
  #before = 0;
  /** The newest state that was saved while a write was in progress. */
  #meanwhile: Value | undefined;
  #writing: Promise<void> | undefined;
  #used = false;

  constructor(host: Host, fingerprint: string, now: number, alive: () => boolean) {
    this.#host = host;
    this.#fingerprint = fingerprint;
    this.#alive = alive;
    this.#began = now;
    this.#lastWrite = now;
  }

  /** Milliseconds spent on the item until `now`, including interrupted runs. */
  spentAt(now: number): number {
    return this.#before + now - this.#began;
  }

  async load(): Promise<Value | undefined> {
    this.#used = true;
    return this.#host.readCache === false ? undefined : this.#host.together(this.#read());
  }

  save(value: Value): void {
    this.#used = true;
    if (!this.#alive()) return;
    if (this.#writing) {
      this.#meanwhile = value;
      return;
    }
    const now = this.#host.clock();
    if (now - this.#lastWrite < intervalMs) return;
    this.#lastWrite = now;
    this.#writing = this.#write(value).then(() => {
      this.#writing = undefined;
      const newest = this.#meanwhile;
      this.#meanwhile = undefined;
      if (newest !== undefined) this.save(newest);
    });
    this.#host.watch(this.#writing);
  }

  /** To be called once the item's result is kept. */
  remove(): void {
    if (this.#used) this.#host.watch(this.#delete());
  }

  get #key(): string {
    return this.#host.hash(JSON.stringify(["clipwork-checkpoint/1", this.#fingerprint]));
  }

  async #read(): Promise<Value | undefined> {
    try {
      const bytes = await this.#host.cache.get(this.#key);
      const found = bytes && (decodeValue(bytes) as { readonly [field: string]: Value } | null);
      if (found?.of !== this.#fingerprint) return undefined;
      if (typeof found.ms === "number") this.#before = found.ms;
      return found.value;
    } catch {
      return undefined;
    }
  }

  async #write(value: Value): Promise<void> {
    try {
      const ms = this.spentAt(this.#host.clock());
      await this.#host.cache.put(this.#key, encodeValue({ of: this.#fingerprint, ms, value }), ms);
    } catch {
      // The item continues; a later write may succeed.
    }
  }

  async #delete(): Promise<void> {
    await this.#writing;
    try {
      await this.#host.cache.delete(this.#key);
    } catch {
      // A checkpoint that stays is superfluous, not wrong.
    }
  }
}

/**
 * Makes promises that are open at the same time resolve at the same time. Items that ask for their checkpoints in one tick
 * then continue in one tick, so the model calls they make can share a device run.
 */
function together(): <T>(work: Promise<T>) => Promise<T> {
  let open = 0;
  let settled = Promise.withResolvers<void>();
  return async (work) => {
    const all = settled;
    open++;
    const value = await work;
    if (--open === 0) {
      all.resolve();
      settled = Promise.withResolvers();
    }
    await all.promise;
    return value;
  };
}
