import { setImmediate as nextTurn } from "node:timers/promises";
import type { Hash } from "../../wire/wire.ts";
import type { WrittenValues } from "../../worker/worker-protocol.ts";

/** Values of one batch, and characters of their JSON: few enough for one message, one row and one packet. */
const maxValues = 2000;
const maxLength = 256 * 1024;

/** Collects values that are shown together: an event of many costs hardly more than one of one. */
export class ValueBatch {
  readonly #show: (values: WrittenValues) => void;
  #waiting: string[] = [];
  #artifacts: Hash[] = [];
  #length = 0;

  constructor(show: (values: WrittenValues) => void) {
    this.#show = show;
  }

  /**
   * Takes a value, as the JSON of a `ShownValue`, with the artifacts that its view names. Shows what has been collected when it is
   * enough; then there is a promise, to be waited for so that others have a turn.
   */
  add(json: string, artifacts: readonly Hash[]): Promise<void> | undefined {
    this.#waiting.push(json);
    this.#length += json.length;
    for (const hash of artifacts) this.#artifacts.push(hash);
    if (this.#waiting.length < maxValues && this.#length < maxLength) return undefined;
    this.flush();
    return nextTurn();
  }

  /** Shows what is left, if anything is. */
  flush(): void {
    const values = this.#waiting;
    const artifacts = this.#artifacts;
    this.#waiting = [];
    this.#artifacts = [];
    this.#length = 0;
    if (values.length > 0) this.#show({ json: `[${values.join()}]`, count: values.length, artifacts });
  }
}
