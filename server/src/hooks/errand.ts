import { setTimeout as wait } from "node:timers/promises";

/** After a failure, because the database cannot be written for example, it is done again so many milliseconds later, and not before. */
const retryMs = 5000;

/** Something that is done when there is a reason, and again when its time comes; never twice at once. */
export class Errand {
  readonly #work: () => Promise<number>;
  readonly #onFault: (error: unknown) => void;
  readonly #closing = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  /** There was a reason since it was begun last. */
  #woken = false;

  /** `work` resolves to when it is to be done again, in milliseconds. */
  constructor(work: () => Promise<number>, onFault: (error: unknown) => void) {
    this.#work = work;
    this.#onFault = onFault;
  }

  /** It is done now, or once more when it is done. */
  wake(): void {
    this.#woken = true;
    if (this.#working || this.#closing.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#working = this.#do().then((ms) => {
      this.#working = undefined;
      if (!this.#closing.signal.aborted) this.#timer = setTimeout(() => this.wake(), ms).unref();
    });
  }

  /** It is begun no more. Resolves when it is not being done. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.#working;
  }

  async #do(): Promise<number> {
    const { signal } = this.#closing;
    let ms = 0;
    while (this.#woken && !signal.aborted) {
      this.#woken = false;
      try {
        ms = await this.#work();
      } catch (error) {
        this.#onFault(error);
        this.#woken = true;
        await wait(retryMs, undefined, { signal, ref: false }).catch(() => {});
      }
    }
    return ms;
  }
}
