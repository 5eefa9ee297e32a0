import type { Claims } from "@clipwork/engine";

/** What a worker's process asks about the claims of a run. `id`: its own number for the claim. */
export type ClaimAsked =
  | { readonly type: "claim"; readonly id: number; readonly key: string; readonly ms: number }
  /** The claim is not needed any more, or it is not waited for. */
  | { readonly type: "release"; readonly id: number };

/** What it is told. */
export type ClaimTold =
  | { readonly type: "claimed"; readonly id: number; readonly mine: boolean }
  /** Whoever had it has it no more. */
  | { readonly type: "claim-over"; readonly id: number };

/** Milliseconds for which a claim may be waited for at most. */
export const longestWaitMs = 3_600_000;
/** Claims that a run may have or wait for at once; whatever asks for more, which no run of ours does, is told nothing. */
const most = 100_000;

/** Asks for claims on behalf of one run, whose process may ask anything, and may be lost with what it has. */
export class ClaimDesk {
  readonly #claims: Claims;
  readonly #tell: (message: ClaimTold) => void;
  /** What ends each claim or each wait. */
  readonly #open = new Map<number, () => void>();

  constructor(claims: Claims, tell: (message: ClaimTold) => void) {
    this.#claims = claims;
    this.#tell = tell;
  }

  async hear(message: ClaimAsked): Promise<void> {
    const { id } = message;
    if (message.type === "release") {
      this.#open.get(id)?.();
      this.#open.delete(id);
      return;
    }
    const { key, ms } = message;
    const isWrong =
      typeof key !== "string" ||
      typeof ms !== "number" ||
      !/^[0-9a-f]{64}$/.test(key) ||
      !(ms >= 0 && ms <= longestWaitMs);
    if (isWrong || this.#open.has(id) || this.#open.size >= most) return;
    const leave = new AbortController();
    this.#open.set(id, () => leave.abort());
    const claim = await this.#claims.claim(key, { ms, signal: leave.signal });
    if (claim.mine) {
      // It may have been given up meanwhile, with the whole run.
      if (leave.signal.aborted) return claim.release();
      this.#open.set(id, claim.release);
      return this.#tell({ type: "claimed", id, mine: true });
    }
    this.#tell({ type: "claimed", id, mine: false });
    await claim.over;
    if (this.#open.delete(id)) this.#tell({ type: "claim-over", id });
  }

  /** The run has ended, or its process. */
  close(): void {
    for (const end of this.#open.values()) end();
    this.#open.clear();
  }
}
