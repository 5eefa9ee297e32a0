import { emptyRun, type RunEvent, type RunView, reduce } from "@clipwork/engine";

/** An event as logs keep it. */
type Event = Pick<RunEvent, "run" | "seq" | "time"> & { readonly event: string };

/** What a run's events say that a report shows: how each node did, and under which fingerprints its values are kept. */
export class RunLog {
  #view: RunView;
  readonly #keys = new Map<string, string[]>();

  constructor(run: string) {
    this.#view = emptyRun(run);
  }

  /** Takes the next event; they come in their order, without gaps. */
  add(event: Event): void {
    this.#view = reduce(this.#view, event);
    const { event: kind, node, item, key } = event as { event: string; node?: string; item?: number; key?: string };
    // After a crash a run begins anew.
    if (kind === "run.started") this.#keys.clear();
    if ((kind !== "node.cached" && kind !== "node.stored") || node === undefined || key === undefined) return;
    const ofNode = this.#keys.get(node) ?? [];
    ofNode[item ?? 0] = key;
    this.#keys.set(node, ofNode);
  }

  get view(): RunView {
    return this.#view;
  }

  /** The fingerprints of a node's items; those that are not known are left out. */
  keysOf(node: string): readonly string[] {
    return (this.#keys.get(node) ?? []).filter((key) => key !== undefined);
  }
}
