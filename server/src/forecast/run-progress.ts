import type { NodeView, RunEvent, RunView } from "@clipwork/engine";
import type { Shown, WorkAhead } from "../worker/worker-protocol.ts";
import type { Forecast } from "./forecast.ts";

/** How far a run has got, from its view: for the bar of a viewer, and for the forecast. */
export class RunProgress {
  readonly #ahead: WorkAhead;
  /** The kinds of the nodes that run against all expectation: a kept value may be gone by now. */
  readonly #unforeseen = new Map<string, string>();
  readonly #forecast: Forecast;
  #view: RunView | undefined;

  constructor(ahead: WorkAhead, forecast: Forecast) {
    this.#ahead = ahead;
    this.#forecast = forecast;
  }

  /** To be called before a node begins that was not ahead. */
  unforeseen(node: string, kind: string): void {
    this.#unforeseen.set(node, kind);
  }

  /** Takes the view of the run after an event. When a node has finished all its items, the forecast learns how long it took. */
  record(event: RunEvent | Shown, view: RunView): void {
    this.#view = view;
    if (event.event !== "node.finished") return;
    const kind = this.#ahead.get(event.node) ?? this.#unforeseen.get(event.node);
    const node = view.nodes.get(event.node);
    // One item after the other or all in one batch: what counts is how long the node took for all of them.
    if (kind !== undefined && node?.started !== undefined && node.count.running === 0)
      this.#forecast.learn(kind, (event.time - node.started) / node.items.size, event.time);
  }

  /** The nodes that count: those ahead, and others that run or turned out to be kept; only these have no kind. */
  *#nodes(): Generator<{
    readonly id: string;
    readonly kind: string | undefined;
    readonly node: NodeView | undefined;
  }> {
    for (const [id, kind] of this.#ahead) yield { id, kind, node: this.#view?.nodes.get(id) };
    for (const [id, node] of this.#view?.nodes ?? []) {
      if (this.#ahead.has(id) || node.items.size === 0) continue;
      const kind = this.#unforeseen.get(id);
      if (kind !== undefined || node.count.cached > 0) yield { id, kind, node };
    }
  }

  /** Items done and items known; a node that was not reached counts as one item. */
  counts(): { readonly done: number; readonly all: number } {
    let done = 0;
    let all = 0;
    for (const { node } of this.#nodes()) {
      done += node ? node.items.size - node.count.running : 0;
      all += Math.max(1, node?.items.size ?? 0);
    }
    return { done, all };
  }

  /** Milliseconds left, judged by earlier runs; undefined if a kind of node has never run. */
  msLeft(): number | undefined {
    let most = 1;
    for (const { node } of this.#nodes()) most = Math.max(most, node?.items.size ?? 0);
    const shares = this.#sharesDone();
    let left = 0;
    for (const { id, kind, node } of this.#nodes()) {
      if (kind === undefined) continue;
      const ms = this.#forecast.msOf(kind);
      if (ms === undefined) return undefined;
      left += ms * Math.max(0, (node && node.items.size > 0 ? node.count.running : most) - (shares.get(id) ?? 0));
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
