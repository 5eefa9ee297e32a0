import type { AnyPlan, RunEvent } from "@clipwork/engine";
import { isShown } from "../worker/run-ledger.ts";
import type { Shown } from "../worker/worker-protocol.ts";
import type { Forecast } from "./forecast.ts";

type NodeProgress = {
  readonly items: Set<number>;
  readonly settled: Set<number>;
  /** Share done of each item that runs. */
  readonly share: Map<number, number>;
  began?: number;
};

/** How far a run has got, from its events: for the bar of a viewer, and for the forecast. */
export class RunProgress {
  readonly #kinds: ReadonlyMap<string, string>;
  readonly #nodes = new Map<string, NodeProgress>();
  readonly #forecast: Forecast;

  /** `ahead`: the nodes that are expected to run. */
  constructor(plan: AnyPlan, ahead: ReadonlySet<string>, forecast: Forecast) {
    this.#forecast = forecast;
    this.#kinds = forecast.kindsOf(plan);
    for (const id of ahead) this.#track(id);
  }

  record(event: RunEvent | Shown): void {
    if (isShown(event) || !("node" in event) || event.node === undefined || event.item === undefined) return;
    const node = this.#track(event.node);
    if (!node) return;
    node.items.add(event.item);
    switch (event.event) {
      case "node.started":
        node.began ??= event.time;
        node.share.set(event.item, 0);
        break;
      case "node.progress":
        node.share.set(event.item, event.step / event.steps);
        break;
      case "node.finished":
        this.#settle(node, event.item);
        // One item after the other or all in one batch: what counts is how long the node took for all of them.
        if (node.share.size === 0 && node.began !== undefined)
          this.#forecast.learn(this.#kinds.get(event.node)!, (event.time - node.began) / node.settled.size, event.time);
        break;
      case "node.cached":
      case "node.failed":
      case "node.skipped":
        this.#settle(node, event.item);
    }
  }

  /** A node may turn out to be one that nobody expected: its kept value may be gone by now. */
  #track(id: string): NodeProgress | undefined {
    const known = this.#nodes.get(id);
    if (known || !this.#kinds.has(id)) return known;
    const node = { items: new Set<number>(), settled: new Set<number>(), share: new Map<number, number>() };
    this.#nodes.set(id, node);
    return node;
  }

  #settle(node: NodeProgress, item: number): void {
    node.settled.add(item);
    node.share.delete(item);
  }

  /** Items done and all that are known of; a node that was not reached counts as one. */
  counts(): { readonly done: number; readonly all: number } {
    let done = 0;
    let all = 0;
    for (const { items, settled } of this.#nodes.values()) {
      done += settled.size;
      all += Math.max(1, items.size);
    }
    return { done, all };
  }

  /** Milliseconds left as earlier runs suggest, or undefined where nothing is known. */
  msLeft(): number | undefined {
    const most = Math.max(1, ...[...this.#nodes.values()].map(({ items }) => items.size));
    let left = 0;
    for (const [id, { items, settled, share }] of this.#nodes) {
      const ms = this.#forecast.msOf(this.#kinds.get(id)!);
      if (ms === undefined) return undefined;
      const shares = [...share.values()].reduce((sum, part) => sum + part, 0);
      left += ms * Math.max(0, (items.size > 0 ? items.size : most) - settled.size - shares);
    }
    return left;
  }
}
