import type { RunEvent } from "@clipwork/engine";
import type { Shown } from "../worker/worker-protocol.ts";

/** Values of each node whose size is looked up: the items of a node are much alike. */
const most = 16;

/** What the nodes of a run have written: the values that are kept, by far the most of it. */
export class Written {
  readonly #sizeOf: (key: string) => number;
  readonly #sums = new Map<string, { readonly bytes: number; readonly count: number }>();

  /** `sizeOf`: the bytes of a kept value, 0 if it is not there. */
  constructor(sizeOf: (key: string) => number) {
    this.#sizeOf = sizeOf;
  }

  record(event: RunEvent | Shown): void {
    if (event.event !== "node.stored") return;
    const { bytes, count } = this.#sums.get(event.node) ?? { bytes: 0, count: 0 };
    if (count < most) this.#sums.set(event.node, { bytes: bytes + this.#sizeOf(event.key), count: count + 1 });
  }

  /** Bytes that an item of the node wrote, on average over those that were looked at. */
  anItemOf(node: string): number {
    const { bytes, count } = this.#sums.get(node) ?? { bytes: 0, count: 1 };
    return bytes / count;
  }
}
