import type { DownloadProgress } from "../wire/wire.ts";

/** How far a download is; the rate is that of the last seconds, and missing at first. */
export type Progress = DownloadProgress;

const windowMs = 5_000;

/** The rate of a download over its last seconds. `now`: milliseconds. */
export class Rate {
  readonly #now: () => number;
  #marks: { readonly at: number; readonly bytes: number }[] = [];

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** So many bytes have come in all: how fast, and how long the rest takes. */
  at(bytes: number, all: number): Pick<Progress, "bytesPerSecond" | "secondsLeft"> {
    const at = this.#now();
    // What is removed to begin anew does not make a rate.
    if (bytes < (this.#marks.at(-1)?.bytes ?? 0)) this.#marks = [];
    this.#marks.push({ at, bytes });
    while (this.#marks.length > 2 && this.#marks[0]!.at < at - windowMs) this.#marks.shift();
    const [first] = this.#marks;
    const seconds = (at - first!.at) / 1000;
    if (seconds < 0.5 || bytes === first!.bytes) return {};
    const bytesPerSecond = (bytes - first!.bytes) / seconds;
    return { bytesPerSecond, secondsLeft: (all - bytes) / bytesPerSecond };
  }
}
