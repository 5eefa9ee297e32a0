import type { Claim } from "../values/claims.ts";
import type { RunEntry } from "./run-entry.ts";
import type { RunOptions } from "./run-options.ts";

/**
 * How often an entry waits for somebody else. Whoever had it may have failed or been cancelled, and the next one too: after that many it is computed
 * without a claim, so that the wait of a run is bounded whatever becomes of others.
 */
const mostWaits = 2;

/** The claims of one run. A claim is held only while its item runs, all of whose inputs are there: who holds one waits for nobody's. */
export class Claiming {
  readonly #ask: RunOptions<unknown>["claim"];
  readonly #cache: RunOptions<unknown>["cache"];
  readonly #signal: AbortSignal;
  readonly #held = new Map<RunEntry, Extract<Claim, { mine: true }>>();
  readonly #waits = new Map<RunEntry, number>();

  /** Of a run that computes everything anew nothing is claimed: what others find is of no use to it. */
  constructor(
    { claim, cache, readCache }: Pick<RunOptions<unknown>, "claim" | "cache" | "readCache">,
    signal: AbortSignal,
  ) {
    this.#cache = cache;
    this.#ask = readCache === false ? undefined : claim;
    this.#signal = signal;
  }

  /**
   * Asks to be the one who computes the entry; undefined if that need not be asked. Resolves to undefined if this run is to compute it, else to what
   * settles when the cache should be asked again.
   */
  ask(entry: RunEntry): Promise<{ readonly over: Promise<void> } | undefined> | undefined {
    if (!this.#ask || entry.distrusted) return undefined;
    const waits = this.#waits.get(entry) ?? 0;
    if (waits >= mostWaits) return undefined;
    const { key, node } = entry;
    return this.#ask({ key, node: node.plan.id, signal: this.#signal })?.then(async (claim) => {
      if (claim.mine) {
        this.#held.set(entry, claim);
        // The run asked its cache when it began. Another may have computed the value since.
        if (!(await this.#cache.has(key).catch(() => false))) return undefined;
        this.release(entry);
      }
      this.#waits.set(entry, waits + 1);
      return claim.mine ? { over: Promise.resolve() } : claim;
    });
  }

  /** The entry is kept, or will not be. */
  release(entry: RunEntry): void {
    this.#held.get(entry)?.release();
    this.#held.delete(entry);
  }

  /** Nothing runs any more. */
  releaseAll(): void {
    for (const claim of this.#held.values()) claim.release();
    this.#held.clear();
  }
}
