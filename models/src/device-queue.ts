import { joinRows, rowsOf, takeRows } from "./rows.ts";
import type { ModelRunner, StageCall } from "./runner.ts";
import type { Tensors } from "./tensor.ts";

export type DeviceQueueOptions = {
  /** Most rows of one run. Default 64. */
  readonly maxRows?: number;
  /** Most elements of all feeds of one run of several calls; bounds its memory. Default 2 ** 21. */
  readonly maxElements?: number;
  /** Told after every run of the device, failed ones included. */
  readonly onRun?: (run: DeviceRun) => void;
};

export type DeviceRun = {
  readonly pack: string;
  readonly stage: string;
  readonly rows: number;
  /** Calls that were packed into the run. */
  readonly calls: number;
  readonly ms: number;
};

type Waiting = {
  readonly call: StageCall;
  readonly lane: number;
  readonly rows: number;
  readonly elements: number;
  /** Calls with equal keys may share a run. */
  readonly key: string;
  readonly resolve: (outputs: Tensors) => void;
  readonly reject: (reason: unknown) => void;
  /** Takes an aborted call out of the queue; called by its signal while it waits. */
  readonly leave: () => void;
  alone: boolean;
};

/**
 * A runner in front of another, which packs the calls that are ready at the same moment into one run along axis 0 and
 * gives each its own rows of the answer. The device does one run at a time. The lowest lane goes first, then the call that
 * came first, with all waiting calls of its lane that have the same pack, stage and row shapes, as far as they fit.
 */
export function deviceQueue(runner: ModelRunner, options: DeviceQueueOptions = {}): ModelRunner {
  const { maxRows = 64, maxElements = 2 ** 21, onRun } = options;
  const waiting: Waiting[] = [];
  let busy = false;
  let closed: Promise<void> | undefined;
  let idle: (() => void) | undefined;

  function nextBatch(): Waiting[] {
    const lane = Math.min(...waiting.map((item) => item.lane));
    const first = waiting.find((item) => item.lane === lane)!;
    const batch = [first];
    let { rows, elements } = first;
    for (const item of first.alone ? [] : waiting) {
      if (item === first || item.lane !== lane || item.key !== first.key || item.alone) continue;
      if (rows + item.rows > maxRows || elements + item.elements > maxElements) break;
      batch.push(item);
      rows += item.rows;
      elements += item.elements;
    }
    for (const item of batch) waiting.splice(waiting.indexOf(item), 1);
    return batch;
  }

  async function runBatch(batch: readonly Waiting[]): Promise<void> {
    const { pack, stage } = batch[0]!.call;
    const rows = batch.reduce((sum, item) => sum + item.rows, 0);
    for (const { call, leave } of batch) call.signal?.removeEventListener("abort", leave);
    const start = performance.now();
    try {
      const outputs = await runner.run({ pack, stage, feeds: joinRows(batch.map(({ call }) => call.feeds)) });
      let at = 0;
      for (const item of batch) {
        item.resolve(batch.length === 1 ? outputs : takeRows(outputs, at, at + item.rows));
        at += item.rows;
      }
    } catch (error) {
      if (batch.length === 1) batch[0]!.reject(error);
      else retryAlone(batch);
    }
    onRun?.({ pack, stage, rows, calls: batch.length, ms: performance.now() - start });
  }

  /** One bad call must not fail its companions: after a shared run failed, each of its calls runs by itself. */
  function retryAlone(batch: readonly Waiting[]): void {
    const stays = batch.filter(({ call, reject }) => {
      if (closed) reject(closedError());
      else if (call.signal?.aborted) reject(call.signal.reason);
      else return true;
      return false;
    });
    for (const item of stays) {
      item.alone = true;
      item.call.signal?.addEventListener("abort", item.leave, { once: true });
    }
    waiting.unshift(...stays);
  }

  /** One run a turn of the event loop: the continuations of a delivered run queue their next calls before the next. */
  function dispatch(): void {
    if (waiting.length === 0) {
      busy = false;
      idle?.();
      return;
    }
    void runBatch(nextBatch()).then(() => setImmediate(dispatch));
  }

  function run(call: StageCall): Promise<Tensors> {
    return new Promise((resolve, reject) => {
      const { signal } = call;
      if (closed) throw closedError();
      signal?.throwIfAborted();
      const leave = () => {
        waiting.splice(waiting.indexOf(item), 1);
        reject(signal!.reason);
      };
      const item: Waiting = {
        call,
        lane: call.lane ?? 0,
        rows: rowsOf(call.feeds),
        elements: Object.values(call.feeds).reduce((sum, { data }) => sum + data.length, 0),
        key: keyOf(call),
        resolve,
        reject,
        leave,
        alone: false,
      };
      signal?.addEventListener("abort", leave, { once: true });
      waiting.push(item);
      if (busy) return;
      busy = true;
      setImmediate(dispatch);
    });
  }

  function close(): Promise<void> {
    closed ??= (async () => {
      for (const item of waiting.splice(0)) {
        item.call.signal?.removeEventListener("abort", item.leave);
        item.reject(closedError());
      }
      if (busy) await new Promise<void>((resolve) => (idle = resolve));
      await runner.close();
    })();
    return closed;
  }

  return { run, close };
}

const closedError = () => new Error("The device queue is closed; it takes no more calls.");

/** Pack, stage and the names, types and row shapes of the feeds. */
function keyOf({ pack, stage, feeds }: StageCall): string {
  const shapes = Object.keys(feeds)
    .sort()
    .map((name) => [name, feeds[name]!.data instanceof Int32Array, ...feeds[name]!.shape.slice(1)]);
  return JSON.stringify([pack, stage, shapes]);
}
