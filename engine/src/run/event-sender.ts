import type { Checkpoint, RunContext } from "../catalogue/node.ts";
import { explainFailure } from "../catalogue/node-error.ts";
import type { At, NodeState } from "../expansion/state.ts";
import type { RunEvent, RunEventBody } from "./event.ts";
import type { RunEntry } from "./run-entry.ts";
import type { Failure, RunOptions } from "./run-options.ts";

type BodyAt = RunEventBody extends infer E ? (E extends RunEventBody ? Omit<E, "node" | "item"> : never) : never;

/** Sends the host the events of one run, and remembers its failures. */
export class EventSender<S> {
  readonly failures: Failure[] = [];
  /** Nodes with at least one item taken from the cache. */
  readonly cachedNodes = new Set<NodeState<RunEntry>>();
  readonly #options: RunOptions<S>;
  #seq: number;

  constructor(options: RunOptions<S>) {
    this.#options = options;
    this.#seq = options.firstSeq ?? 1;
  }

  send(body: RunEventBody): void {
    const { runId, clock, emit } = this.#options;
    emit({ seq: this.#seq++, run: runId, time: clock(), ...body } as RunEvent);
  }

  sendAt({ node, item }: At<RunEntry>, body: BodyAt, time = this.#options.clock()): void {
    const { runId, emit } = this.#options;
    emit({ seq: this.#seq++, run: runId, time, node: node.plan.id, item, ...body } as RunEvent);
  }

  /** `key` is that of the value. */
  cached(at: At<RunEntry>, key: string): void {
    this.cachedNodes.add(at.node);
    this.sendAt(at, { event: "node.cached", key });
  }

  failed(at: At<RunEntry>, error: unknown): void {
    const failure = explainFailure(error);
    this.failures.push({ node: at.node.plan.id, item: at.item, ...failure });
    this.sendAt(at, { event: "node.failed", ...failure });
  }

  /** What a running item is given: the host's services, and the means to report, unheard once `alive` is false. */
  context(at: At<RunEntry>, signal: AbortSignal, alive: () => boolean, checkpoint: Checkpoint): RunContext & S {
    const { preview, runId, services, servicesOf } = this.#options;
    let done = { step: 0, steps: 0 };
    const context: RunContext = {
      signal,
      checkpoint,
      progress: (step, steps) => {
        done = { step, steps };
        if (alive()) this.sendAt(at, { event: "node.progress", step, steps });
      },
      doing: (what) => {
        if (alive()) this.sendAt(at, { event: "node.progress", ...done, doing: what });
      },
      preview: (port, value, kind) => {
        const { node, item } = at;
        if (alive())
          preview?.({ event: "preview", run: runId, node: node.plan.id, item, port, value, ...(kind && { kind }) });
      },
      notice: (message) => {
        if (alive()) this.sendAt(at, { event: "notice", message });
      },
    };
    return { ...services, ...servicesOf?.(context, at.node.plan.id), ...context };
  }
}
