/** Waiting frames may hold this many bytes of tensors. */
const defaultBytes = 256 * 2 ** 20;

type Work = { readonly bytes: number; readonly act: () => Promise<void> };

/**
 * Does one piece of work after the other: what is shown keeps its order, and encoding never takes more than one core from the
 * models. Waiting frames hold their tensors; once these fill more than `maxBytes`, the oldest frame gives way to newer ones.
 */
export class WorkQueue {
  readonly #maxBytes: number;
  /** In order. Removing from the middle of a set costs nothing, and a loop over it includes what is added meanwhile. */
  readonly #waiting = new Set<Work>();
  /** Those of them that may be dropped. */
  readonly #frames = new Set<Work>();
  #bytes = 0;
  #working: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(maxBytes = defaultBytes) {
    this.#maxBytes = maxBytes;
  }

  /** Work that has to be done. */
  add(act: () => Promise<void>): void {
    this.#push({ bytes: 0, act });
  }

  /** Work that may be dropped; until then it holds so many bytes. */
  addFrame(bytes: number, act: () => Promise<void>): void {
    const frame = { bytes, act };
    this.#frames.add(frame);
    this.#bytes += bytes;
    for (const oldest of this.#frames) {
      if (this.#bytes <= this.#maxBytes || oldest === frame) break;
      this.#leave(oldest);
    }
    this.#push(frame);
  }

  /** Resolves when nothing is left. Rejects with the first error of a piece of work; what came after it was not done. */
  async done(): Promise<void> {
    while (this.#working) await this.#working;
    if (this.#failure) throw this.#failure.error;
  }

  #push(work: Work): void {
    this.#waiting.add(work);
    this.#working ??= this.#work();
  }

  #leave(work: Work): void {
    this.#waiting.delete(work);
    if (this.#frames.delete(work)) this.#bytes -= work.bytes;
  }

  async #work(): Promise<void> {
    // What is added in this tick waits, too, so that the same order and the same bound hold for all work.
    await undefined;
    for (const work of this.#waiting) {
      this.#leave(work);
      if (!this.#failure)
        await work.act().catch((error: unknown) => {
          this.#failure = { error };
        });
    }
    this.#working = undefined;
  }
}
