/** Decides which pictures of a node go out as frames: at most `perSecond` of each node. */
export class FrameLimit {
  readonly #interval: number;
  readonly #clock: () => number;
  readonly #last = new Map<string, number>();

  /** `clock`: milliseconds that never go back. */
  constructor(perSecond: number, clock: () => number) {
    this.#interval = 1000 / perSecond;
    this.#clock = clock;
  }

  /** True when the node's next frame may go out now; it then counts as gone. */
  due(node: string): boolean {
    const now = this.#clock();
    if (now - (this.#last.get(node) ?? -Infinity) < this.#interval) return false;
    this.#last.set(node, now);
    return true;
  }
}
