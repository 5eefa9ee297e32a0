import { setImmediate as nextTurn } from "node:timers/promises";
import type { ShownValue } from "../../wire/wire.ts";

/** Values of one batch, and characters of their views as JSON: few enough for one message, one row and one packet. */
const maxValues = 2000;
const maxLength = 256 * 1024;

/** Collects values that are shown together: an event of many costs hardly more than one of one. */
export class ValueBatch {
  readonly #show: (values: readonly ShownValue[]) => void;
  #waiting: ShownValue[] = [];
  #length = 0;

  constructor(show: (values: readonly ShownValue[]) => void) {
    this.#show = show;
  }

  /**
   * Takes a value whose view has so many characters as JSON. Shows what has been collected when it is enough; then there is a promise,
   * to be waited for so that others have a turn.
   */
  add(value: ShownValue, length: number): Promise<void> | undefined {
    this.#waiting.push(value);
    this.#length += length;
    if (this.#waiting.length < maxValues && this.#length < maxLength) return undefined;
    this.flush();
    return nextTurn();
  }

  /** Shows what is left, if anything is. */
  flush(): void {
    const values = this.#waiting;
    this.#waiting = [];
    this.#length = 0;
    if (values.length > 0) this.#show(values);
  }
}
