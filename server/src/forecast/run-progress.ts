import type { NodeView, RunEvent, RunView } from "@clipwork/engine";
import type { Shown, WorkAhead } from "../worker/worker-protocol.ts";
import type { Forecast } from "./forecast.ts";
import { Written } from "./written.ts";

/** How far a run has got, from its view: for the bar of a viewer, and for the forecast. */
export class RunProgress {
  readonly #ahead: WorkAhead;
  /** The kinds of the nodes that run against all expectation: a kept value may be gone by now. */
  readonly #unforeseen = new Map<string, string>();
  readonly #forecast: Forecast;
  #view: RunView | undefined;
  #time: number | undefined;
  /** When the process last released a model. */
  #released = Number.NEGATIVE_INFINITY;
  /** Milliseconds that each node took, where several run at once each its share: together no more than the run took. */
  readonly #spent = new Map<string, number>();
  readonly #written: Written;

  /** `sizeOf`: the bytes of a kept value. */
  constructor(ahead: WorkAhead, forecast: Forecast, sizeOf: (key: string) => number) {
    this.#ahead = ahead;
    this.#forecast = forecast;
    this.#written = new Written(sizeOf);
  }

  /** To be called before a node begins that was not ahead. */
  unforeseen(node: string, kind: string): void {
    this.#unforeseen.set(node, kind);
  }

  /** Takes the view of the run after an event. */
  record(event: RunEvent | Shown, view: RunView): void {
    if (event.event === "run.work" && this.#forecast.holds(event.loaded)) this.#released = event.time;
    this.#written.record(event);
    if ("time" in event) {
      const running = new Set(this.#view?.running.map(({ node }) => node));
      const share = (event.time - (this.#time ?? event.time)) / running.size;
      for (const node of running) this.#spent.set(node, (this.#spent.get(node) ?? 0) + share);
      this.#time = event.time;
    }
    this.#view = view;
  }

  /** To be called when the run is over: the forecast learns from the nodes that came to an end what an item of them takes and writes. */
  finish(): void {
    const items = new Map<string, { ms: number; bytes: number; count: number; warm: boolean }>();
    for (const [id, { count, changed = 0 }] of this.#view?.nodes ?? []) {
      const kind = this.#kindOf(id);
      if (kind === undefined || count.finished === 0 || count.failed + count.stopped + count.running > 0) continue;
      const sum = items.get(kind) ?? { ms: 0, bytes: 0, count: 0, warm: false };
      items.set(kind, {
        ms: sum.ms + (this.#spent.get(id) ?? 0),
        bytes: sum.bytes + count.finished * this.#written.anItemOf(id),
        count: sum.count + count.finished,
        warm: sum.warm || changed > this.#released,
      });
    }
    for (const [kind, { ms, bytes, count, warm }] of items)
      this.#forecast.learn(kind, { ms: ms / count, bytes: bytes / count, time: this.#time ?? 0, warm });
  }

  #kindOf(id: string): string | undefined {
    return this.#ahead.get(id)?.kind ?? this.#unforeseen.get(id);
  }

  /** The nodes that count: those ahead, and others that run or turned out to be kept; only these have no kind. */
  *#nodes(): Generator<{
    readonly id: string;
    readonly kind: string | undefined;
    /** How many it is expected to run. */
    readonly items: number;
    readonly node: NodeView | undefined;
  }> {
    for (const [id, { kind, items }] of this.#ahead) yield { id, kind, items, node: this.#view?.nodes.get(id) };
    for (const [id, node] of this.#view?.nodes ?? []) {
      if (this.#ahead.has(id) || node.items.size === 0) continue;
      const kind = this.#unforeseen.get(id);
      if (kind !== undefined || node.count.cached > 0) yield { id, kind, items: node.items.size, node };
    }
  }

  /** Items done and items known; of a node that was not reached those that are expected. */
  counts(): { readonly done: number; readonly all: number } {
    let done = 0;
    let all = 0;
    for (const { items, node } of this.#nodes()) {
      done += node ? node.items.size - node.count.running : 0;
      all += Math.max(items, node?.items.size ?? 0);
    }
    return { done, all };
  }

  /** Milliseconds left, judged by earlier runs; undefined if a kind of node has never run. */
  msLeft(): number | undefined {
    // If more items run than were expected, as many more will in what comes after.
    let more = 1;
    for (const { items, node } of this.#nodes())
      if (node) more = Math.max(more, (node.count.running + ranIn(node)) / items);
    const shares = this.#sharesDone();
    let left = 0;
    for (const { id, kind, items, node } of this.#nodes()) {
      if (kind === undefined) continue;
      const ms = this.#forecast.msOf(kind);
      if (ms === undefined) return undefined;
      const open = node && node.items.size > 0 ? openIn(node, items) : items * more;
      left += ms * Math.max(0, open - (shares.get(id) ?? 0));
    }
    return left;
  }

  /** By node, how much of its running items is done, in items. */
  #sharesDone(): ReadonlyMap<string, number> {
    const shares = new Map<string, number>();
    for (const { node, item } of this.#view?.running ?? []) {
      const { step, steps } = this.#view!.nodes.get(node)!.items.at(item)!;
      if (steps > 0) shares.set(node, (shares.get(node) ?? 0) + step / steps);
    }
    return shares;
  }
}

function ranIn({ count }: NodeView): number {
  return count.finished + count.failed + count.skipped + count.stopped;
}

/** How many items of a node are still to be run, of those expected. */
function openIn(node: NodeView, items: number): number {
  const { running, cached } = node.count;
  const ran = ranIn(node);
  // What was expected to run turns out to be kept.
  const kept = ran + running === 0 ? cached : 0;
  return Math.max(running, items - ran - kept);
}
