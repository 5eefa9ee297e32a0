import type { Claim, Claims } from "@clipwork/engine";
import { type ClaimAsked, type ClaimTold, longestWaitMs } from "../worker/claim-desk.ts";

/** The claims that the host of this process asks for, of one run. */
export class HostClaims implements Claims {
  readonly #ask: (message: ClaimAsked) => void;
  readonly #open = new Map<number, { answer(mine: boolean): void; over(): void }>();
  #last = 0;

  constructor(ask: (message: ClaimAsked) => void) {
    this.#ask = ask;
  }

  claim: Claims["claim"] = (key, { ms, signal }) => {
    const id = ++this.#last;
    const over = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<Claim>();
    /** Of no further interest, whatever the host says. */
    const end = () => {
      signal.removeEventListener("abort", leave);
      if (this.#open.delete(id)) this.#ask({ type: "release", id });
    };
    const leave = () => {
      end();
      answer.resolve({ mine: false, over: over.promise });
      over.resolve();
    };
    this.#open.set(id, {
      answer(mine) {
        if (mine) signal.removeEventListener("abort", leave);
        answer.resolve(mine ? { mine: true, release: end } : { mine: false, over: over.promise });
      },
      over: () => {
        this.#open.delete(id);
        leave();
      },
    });
    this.#ask({ type: "claim", id, key, ms: Math.min(ms, longestWaitMs) });
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave);
    return answer.promise;
  };

  /** What the host said. */
  hear(message: ClaimTold): void {
    const known = this.#open.get(message.id);
    if (message.type === "claimed") known?.answer(message.mine);
    else known?.over();
  }
}
