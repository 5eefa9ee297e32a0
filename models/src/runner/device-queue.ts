import { declaredFeeds } from "./declared-feeds.ts";
import { type Batch, measure, takeBatch, type Waiting } from "./next-batch.ts";
import { equalBits, joinRows, splitRows } from "./rows.ts";
import type { ModelRunner, StageCall } from "./runner.ts";
import type { Tensors } from "./tensor.ts";

export type DeviceQueueOptions = {
  /** Most rows of one run. Default 64. */
  readonly maxRows?: number;
  /** Most elements of all feeds of one run of several calls; bounds its memory. Default 2 ** 21. */
  readonly maxElements?: number;
  /** Most rows that the calls of one party have in a run while another party waits. Default 8. */
  readonly fairRows?: number;
  /**
   * "always": calls share runs. "probed": the first shared run of a stage and shape is compared with its first and last
   * call run alone, and if a bit differs, calls of that stage and shape run alone from then on; calls of one row are
   * probed apart from those of several. Default "always".
   */
  readonly sharing?: "always" | "probed";
  /** Called after every run of the device, including failed ones; not for the extra runs of a probe. */
  readonly onRun?: (run: DeviceRun) => void;
  /** Called with what a probe found. */
  readonly onProbe?: (probe: DeviceProbe) => void;
};

export type DeviceRun = {
  readonly pack: string;
  readonly stage: string;
  readonly rows: number;
  /** Calls that were packed into the run. */
  readonly calls: number;
  /** The owners of these calls, each once. */
  readonly owners: readonly string[];
  /** When it began, by the clock of `performance.now()`. */
  readonly start: number;
  readonly ms: number;
  /** How long the call that came first had waited for the device, in milliseconds. */
  readonly wait: number;
};

/** Whether rows in company had the same bits as the rows alone. */
export type DeviceProbe = { readonly pack: string; readonly stage: string; readonly exact: boolean };

const closedError = () => new Error("The device queue is closed; it takes no more calls.");

/**
 * A runner in front of another, which packs the calls that are ready at the same moment into one run along axis 0 and
 * returns to each its own rows of the answer. The device does one run at a time. The lowest lane goes first, then the call
 * that came first, with all waiting calls of its lane that have the same pack, stage and row shapes, as far as they fit; calls
 * of one row are not packed with those of several. A call that is aborted while it waits rejects with the reason; one
 * that has started ends as usual.
 */
export function deviceQueue(runner: ModelRunner, options: DeviceQueueOptions = {}): ModelRunner {
  const { maxRows = 64, maxElements = 2 ** 21, fairRows = 8, sharing = "always", onRun, onProbe } = options;
  const waiting: Waiting[] = [];
  /** By key: whether shared runs are exact. */
  const exact = new Map<string, boolean>();
  let busy = false;
  let closing: Promise<void> | undefined;
  let idle: (() => void) | undefined;

  const runAlone = ({ call: { pack, stage, feeds, onLoad } }: Waiting) => runner.run({ pack, stage, feeds, onLoad });

  /** The outputs of each call of a batch, or undefined if sharing was found not to be exact. */
  async function runShared(batch: Batch): Promise<Tensors[] | undefined> {
    const [first] = batch;
    // These came before it was known.
    if (exact.get(first.key) === false) return undefined;
    const { pack, stage } = first.call;
    const outputs = await runner.run({
      ...{ pack, stage },
      feeds: joinRows(batch.map(({ call }) => call.feeds)),
      onLoad: (loading) => {
        for (const { call } of batch) call.onLoad?.(loading);
      },
    });
    const parts = splitRows(
      outputs,
      batch.map(({ rows }) => rows),
    );
    if (sharing === "always" || exact.has(first.key)) return parts;
    const same = equalBits(await runAlone(first), parts[0]!) && equalBits(await runAlone(batch.at(-1)!), parts.at(-1)!);
    exact.set(first.key, same);
    onProbe?.({ pack, stage, exact: same });
    return same ? parts : undefined;
  }

  async function runBatch(batch: Batch): Promise<void> {
    const { pack, stage } = batch[0].call;
    const rows = batch.reduce((sum, item) => sum + item.rows, 0);
    for (const { call, leave } of batch) call.signal?.removeEventListener("abort", leave);
    const start = performance.now();
    try {
      const outputs = batch.length === 1 ? [await runAlone(batch[0])] : await runShared(batch);
      if (outputs) for (const [index, { resolve }] of batch.entries()) resolve(outputs[index]!);
      else retryAlone(batch);
    } catch (error) {
      // One bad call must not fail its companions.
      if (batch.length === 1) batch[0].reject(error);
      else retryAlone(batch);
    }
    onRun?.({ pack, stage, rows, calls: batch.length, ...waitOf(batch, start), start, ms: performance.now() - start });
  }

  function retryAlone(batch: readonly Waiting[]): void {
    const stay = batch.filter(({ call, reject }) => {
      if (closing) reject(closedError());
      else if (call.signal?.aborted) reject(call.signal.reason);
      else return true;
      return false;
    });
    for (const item of stay) {
      item.alone = true;
      item.call.signal?.addEventListener("abort", item.leave, { once: true });
    }
    waiting.unshift(...stay);
  }

  /**
   * One run per turn of the event loop: the continuations of a delivered run queue their next calls before the next run.
   */
  function dispatch(): void {
    if (waiting.length === 0) {
      busy = false;
      idle?.();
      return;
    }
    void runBatch(takeBatch(waiting, { maxRows, maxElements, fairRows })).then(() => setImmediate(dispatch));
  }

  async function run(call: StageCall): Promise<Tensors> {
    if (closing) throw closedError();
    call.signal?.throwIfAborted();
    const inputs = await runner.inputs(call.pack, call.stage, call);
    if (closing) throw closedError();
    call.signal?.throwIfAborted();
    const measured = measure({ ...call, feeds: declaredFeeds(call, inputs) });
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(item), 1);
        reject(call.signal?.reason);
      };
      const alone = exact.get(measured.key) === false;
      const item: Waiting = { ...measured, since: performance.now(), resolve, reject, leave, alone };
      call.signal?.addEventListener("abort", leave, { once: true });
      waiting.push(item);
      if (busy) return;
      busy = true;
      setImmediate(dispatch);
    });
  }

  async function shutDown(): Promise<void> {
    for (const { call, leave, reject } of waiting.splice(0)) {
      call.signal?.removeEventListener("abort", leave);
      reject(closedError());
    }
    if (busy) await new Promise<void>((resolve) => (idle = resolve));
    await runner.close();
  }

  function close(): Promise<void> {
    closing ??= shutDown();
    return closing;
  }

  return { run, inputs: (pack, stage, watch) => runner.inputs(pack, stage, watch), close };
}

/** Whom a run that begins now is for, and how long it was waited for. */
function waitOf(batch: Batch, now: number): Pick<DeviceRun, "owners" | "wait"> {
  const owners = [...new Set(batch.flatMap(({ call: { owner } }) => owner ?? []))];
  return { owners, wait: now - Math.min(...batch.map(({ since }) => since)) };
}
