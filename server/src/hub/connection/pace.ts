import { PackError } from "@clipwork/models";

/** How much has to come in how long, so that a transfer counts as going on. */
export type LeastPace = { readonly bytes: number; readonly ms: number };

/** A transfer that has all but stopped: what came is worth going on with, another time. */
export class TooSlow extends PackError {}

/**
 * Watches that a transfer goes on. One that drips keeps a connection open for days, however often it is resumed, so its tries count
 * together. `now`: milliseconds from any zero.
 */
export class Pace {
  readonly #host: string;
  readonly #least: LeastPace;
  readonly #now: () => number;
  #from: number;
  /** When something came last. */
  #last: number;
  #bytes = 0;

  constructor(host: string, least: LeastPace, now: () => number = () => performance.now()) {
    this.#host = host;
    this.#least = least;
    this.#now = now;
    this.#from = now();
    this.#last = this.#from;
  }

  /** Notes that an answer has begun: nothing could come while it was waited for, or while what is here was read. */
  begin(): void {
    const now = this.#now();
    this.#from += now - this.#last;
    this.#last = now;
  }

  /** Notes that so many bytes more have come. Throws TooSlow if it was too few for too long. */
  came(bytes: number): void {
    this.#bytes += bytes;
    const { bytes: least, ms } = this.#least;
    const now = this.#now();
    this.#last = now;
    if (this.#bytes >= least) {
      this.#bytes = 0;
      this.#from = now;
    } else if (now - this.#from >= ms)
      throw new TooSlow(
        `${this.#host} sent ${this.#bytes} bytes in ${Math.round((now - this.#from) / 1000)} seconds, so the download was given up.`,
        "What came so far is kept: try again later, the same command goes on from there.",
      );
  }
}
