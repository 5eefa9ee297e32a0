import type { NodeView, RunEvent, RunView } from "@clipwork/engine";
import type { RunOutlook, Shown } from "../worker/worker-protocol.ts";
import type { Forecast } from "./forecast.ts";

/** How far a run has got, from its view: for the bar of a viewer, and for the forecast. */
export class RunProgress {
  readonly #kinds: ReadonlyMap<string, string>;
  readonly #ahead: ReadonlySet<string>;
  readonly #forecast: Forecast;
  #view: RunView | undefined;

  constructor({ kinds, ahead }: RunOutlook, forecast: Forecast) {
    this.#forecast = forecast;
    this.#kinds = kinds;
    this.#ahead = ahead;
  }

  /** Takes the view of the run after an event. When a node has finished all its items, the forecast learns how long it took. */
  record(event: RunEvent | Shown, view: RunView): void {
    this.#view = view;
    if (event.event !== "node.finished") return;
    const kind = this.#kinds.get(event.node);
    const node = view.nodes.get(event.node);
    // One item after the other or all in one batch: what counts is how long the node took for all of them.
    if (kind !== undefined && node?.started !== undefined && node.count.running === 0)
      this.#forecast.learn(kind, (event.time - node.started) / node.items.size, event.time);
  }

  /** The nodes that count, including unexpected ones: a kept value may be gone by now. */
  *#nodes(): Generator<{ readonly id: string; readonly kind: string; readonly node: NodeView | undefined }> {
    for (const id of this.#ahead) {
      const kind = this.#kinds.get(id);
      if (kind !== undefined) yield { id, kind, node: this.#view?.nodes.get(id) };
    }
    for (const [id, node] of this.#view?.nodes ?? []) {
      const kind = this.#kinds.get(id);
      if (kind !== undefined && node.items.size > 0 && !this.#ahead.has(id)) yield { id, kind, node };
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
