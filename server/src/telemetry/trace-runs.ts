import { endOfWork, isRunEnd, type ModelRun } from "@clipwork/engine";
import { type Context, ROOT_CONTEXT, type Span, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { Logged } from "../queue/port.ts";
import type { LoggedEvent } from "../wire/wire.ts";

/** An event as a queue tells it. */
type Told = Logged | LoggedEvent;

/** Runs of which it is remembered when they were queued. */
const remembered = 10_000;
/** Spans of one run; what is beyond is counted and left out. */
const mostSpans = 5_000;

/** A node whose items run or ran. Its span ends with the run, at the time of its last item's end. */
type NodeTrace = { readonly span: Span; readonly items: Map<number, Span>; end: number };
type RunTrace = {
  readonly root: Span;
  readonly context: Context;
  readonly nodes: Map<string, NodeTrace>;
  spans: number;
  leftOut: number;
};

/** Makes a trace of each run from its events: the run, its wait in the queue, each node with its items, each run of a model. */
export class RunTracer {
  readonly #tracer: Tracer;
  readonly #queued = new Map<string, number>();
  readonly #runs = new Map<string, RunTrace>();
  /** The runs that were queued here, where others are heard of too; undefined if there are none. */
  readonly #own: Set<string> | undefined;

  /** `shared`: other servers queue runs as well, and each makes the traces of its own. */
  constructor(tracer: Tracer, shared = false) {
    this.#tracer = tracer;
    this.#own = shared ? new Set() : undefined;
  }

  /** A run is being queued here. */
  expect(run: string, queued: Promise<unknown>): void {
    if (!this.#own) return;
    this.#own.add(run);
    const [oldest] = this.#own;
    if (this.#own.size > remembered) this.#own.delete(oldest!);
    queued.catch(() => this.#own!.delete(run));
  }

  /** The context of a run that is about to begin, as W3C Trace Context writes it, for the process that runs it. */
  traceparent(run: string): string {
    const { traceId, spanId, traceFlags } = this.#of(run, Date.now()).root.spanContext();
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
  }

  hear(event: Told): void {
    const { run, time } = event;
    if (this.#own?.has(run) === false) return;
    if (event.event === "run.queued") {
      if (this.#queued.size < remembered) this.#queued.set(run, time);
      return;
    }
    if (event.event === "run.started") {
      this.#begin(run, time, event.nodes);
      return;
    }
    const of = this.#runs.get(run);
    if (isRunEnd(event)) {
      this.#queued.delete(run);
      this.#own?.delete(run);
      if (of) this.#end(run, of, event);
    } else if (of) this.#hearWithin(of, event);
  }

  #hearWithin(of: RunTrace, event: Told): void {
    if (event.event === "node.started") this.#beginItem(of, event.node, event.item, event.time);
    else if (event.event === "node.finished") this.#endItem(of, event.node, event.item, event.time);
    else if (event.event === "node.failed") this.#endItem(of, event.node, event.item, event.time, event.message);
    else if (event.event === "run.work") for (const work of event.runs) this.#work(of, work);
  }

  #of(run: string, now: number): RunTrace {
    const known = this.#runs.get(run);
    if (known) return known;
    const startTime = this.#queued.get(run) ?? now;
    const root = this.#tracer.startSpan("run", { startTime, attributes: { "clipwork.run": run } }, ROOT_CONTEXT);
    const context = trace.setSpan(ROOT_CONTEXT, root);
    const begun = { root, context, nodes: new Map(), spans: 1, leftOut: 0 };
    this.#runs.set(run, begun);
    return begun;
  }

  #begin(run: string, time: number, nodes: number): void {
    const of = this.#of(run, time);
    of.root.setAttribute("clipwork.nodes", nodes);
    const queued = this.#queued.get(run);
    this.#queued.delete(run);
    if (queued !== undefined)
      this.#tracer.startSpan("queue wait", { startTime: queued }, of.context).end(Math.max(queued, time));
    // It was interrupted: what ran then runs once more.
    for (const [node, { items }] of of.nodes)
      for (const item of items.keys()) this.#endItem(of, node, item, time, "The run was interrupted.");
  }

  #beginItem(of: RunTrace, node: string, item: number, startTime: number): void {
    if (of.spans + 2 > mostSpans) {
      of.leftOut++;
      return;
    }
    let known = of.nodes.get(node);
    if (!known) {
      const attributes = { "clipwork.node": node };
      const span = this.#tracer.startSpan(`node ${node}`, { startTime, attributes }, of.context);
      known = { span, items: new Map(), end: startTime };
      of.nodes.set(node, known);
      of.spans++;
    }
    const attributes = { "clipwork.node": node, "clipwork.item": item };
    const within = trace.setSpan(of.context, known.span);
    known.items.set(item, this.#tracer.startSpan("item", { startTime, attributes }, within));
    of.spans++;
  }

  #endItem(of: RunTrace, node: string, item: number, time: number, failure?: string): void {
    const known = of.nodes.get(node);
    const span = known?.items.get(item);
    if (!known || !span) return;
    if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
    span.end(time);
    known.items.delete(item);
    known.end = Math.max(known.end, time);
  }

  #work(of: RunTrace, work: ModelRun): void {
    if (of.spans >= mostSpans) {
      of.leftOut++;
      return;
    }
    const { stage, nodes, rows, calls, start, wait, several } = work;
    const [only, ...others] = nodes;
    const node = others.length === 0 ? of.nodes.get(only ?? "") : undefined;
    const parent = node ? trace.setSpan(of.context, node.span) : of.context;
    const attributes = {
      ...{ "clipwork.stage": stage, "clipwork.rows": rows, "clipwork.calls": calls, "clipwork.wait_ms": wait },
      "clipwork.model_runs": several?.count ?? 1,
    };
    this.#tracer.startSpan(`model ${stage}`, { startTime: start, attributes }, parent).end(endOfWork(work));
    of.spans++;
  }

  #end(
    run: string,
    of: RunTrace,
    event: Extract<Told, { event: "run.finished" | "run.failed" | "run.cancelled" }>,
  ): void {
    for (const [node, { span, items, end }] of of.nodes) {
      for (const item of items.keys()) this.#endItem(of, node, item, event.time, "The run ended before it.");
      span.end(items.size > 0 ? event.time : end);
    }
    const { executed, cached } = event;
    of.root.setAttributes({
      "clipwork.state": event.event.slice("run.".length),
      "clipwork.executed": executed,
      "clipwork.cached": cached,
    });
    if (of.leftOut > 0) of.root.setAttribute("clipwork.spans_left_out", of.leftOut);
    if (event.event === "run.failed") of.root.setStatus({ code: SpanStatusCode.ERROR });
    of.root.end(event.time);
    this.#runs.delete(run);
  }
}
