import { rowsOf } from "./rows.ts";
import type { StageCall } from "./runner.ts";
import type { Tensors } from "./tensor.ts";

/** A call in the device queue. */
export type Waiting = {
  readonly call: StageCall;
  readonly lane: number;
  readonly rows: number;
  /** Elements of all feeds. */
  readonly elements: number;
  /** Calls with equal keys may share a run. */
  readonly key: string;
  /** When it came, by the clock of `performance.now()`. */
  readonly since: number;
  readonly resolve: (outputs: Tensors) => void;
  readonly reject: (reason: unknown) => void;
  /** Takes the aborted call out of the queue; its signal calls it while it waits. */
  readonly leave: () => void;
  /** Whether it shares no run: a shared one failed or was not exact. */
  alone: boolean;
};

/** The calls of one run, at least one. */
export type Batch = readonly [Waiting, ...Waiting[]];

export type BatchLimits = {
  readonly maxRows: number;
  readonly maxElements: number;
  /** Rows that the calls of one party may have while another party waits. */
  readonly fairRows: number;
};

/** What the queue needs to know of a call. Throws RangeError if the rows of the feeds differ. */
export function measure(call: StageCall): Pick<Waiting, "call" | "lane" | "rows" | "elements" | "key"> {
  const { pack, stage, feeds, lane = 0 } = call;
  const rows = rowsOf(feeds);
  const byName = Object.entries(feeds).sort(([a], [b]) => (a < b ? -1 : 1));
  const shapes = byName.map(([name, { data, shape }]) => [name, data instanceof Int32Array, ...shape.slice(1)]);
  const elements = byName.reduce((sum, [, { data }]) => sum + data.length, 0);
  // A single row may go through other kernels than several do, so a probe of the one says nothing of the other.
  const key = JSON.stringify([pack, stage, rows === 1, shapes]);
  return { call, lane, rows, elements, key };
}

/**
 * Takes the calls of the next run out of `waiting`, which must not be empty: the first of the lowest lane, and with it, in
 * order, those of its lane and key that fit the limits. A single call that exceeds the limits goes by itself. While several parties
 * wait, none has more than its share of the run: many calls of one do not hold up the few of another for long.
 */
export function takeBatch(waiting: Waiting[], { maxRows, maxElements, fairRows }: BatchLimits): Batch {
  const first = waiting.reduce((lowest, item) => (item.lane < lowest.lane ? item : lowest));
  const batch: [Waiting, ...Waiting[]] = [first];
  let { rows, elements } = first;
  const several = waiting.some(({ lane, call }) => lane === first.lane && call.party !== first.call.party);
  const rowsOfParty = new Map([[first.call.party, first.rows]]);
  for (const item of first.alone ? [] : waiting) {
    if (item === first || item.lane !== first.lane || item.key !== first.key || item.alone) continue;
    const { party } = item.call;
    const share = (rowsOfParty.get(party) ?? 0) + item.rows;
    if (several && share > fairRows) continue;
    if (rows + item.rows > maxRows || elements + item.elements > maxElements) break;
    batch.push(item);
    rowsOfParty.set(party, share);
    rows += item.rows;
    elements += item.elements;
  }
  const taken = new Set(batch);
  const stay = waiting.filter((item) => !taken.has(item));
  waiting.splice(0, waiting.length, ...stay);
  return batch;
}
