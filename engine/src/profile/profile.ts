import type { RunEvent } from "../run/event.ts";
import { isRunEnd } from "../run/run-state.ts";
import { endOfWork, type ModelRun, type WorkEvent } from "./work.ts";

/** When the report with the number of a step came. */
export type StepTime = { readonly step: number; readonly time: number };

/** From when to when an item of a node ran. Times are in milliseconds of the events' clock. */
export type ItemSpan = {
  readonly node: string;
  readonly item: number;
  readonly start: number;
  readonly end: number;
  /** "running": it has not ended yet. "stopped": the run ended first. */
  readonly state: "running" | "finished" | "failed" | "stopped";
  /** When steps ended, in their order. Where an item reports several together, only the last of them is here. */
  readonly steps: readonly StepTime[];
  /** Its first report, unless that was the end of step 1: it went on from there. */
  readonly from?: StepTime;
};

export type Memory = Pick<WorkEvent, "time" | "rss" | "loaded">;

/** Where the time of a run went, as far as its events say. */
export type Profile = {
  /** When the run began and ended, or up to when it is known. */
  readonly start: number;
  readonly end: number;
  readonly ended: boolean;
  /** In the order in which they began. */
  readonly items: readonly ItemSpan[];
  /** Items that were kept. */
  readonly cached: number;
  readonly work: readonly ModelRun[];
  readonly memory: readonly Memory[];
};

type OpenSpan = { readonly node: string; readonly item: number; readonly start: number; readonly steps: StepTime[] } & {
  end?: number;
  from?: StepTime;
  state: ItemSpan["state"];
};

/** An event as logs keep it, numbered or not. */
type AnyEvent = { readonly event: string; readonly time: number };

/** Reads a profile from the events of one run, those that a host logs between them included, in their order. */
export class ProfileReader {
  #start: number | undefined;
  #newest = 0;
  #ended = false;
  #spans: OpenSpan[] = [];
  readonly #running = new Map<string, OpenSpan>();
  #cached = 0;
  #work: ModelRun[] = [];
  #memory: Memory[] = [];

  add(given: AnyEvent): void {
    const event = given as RunEvent | WorkEvent;
    this.#newest = Math.max(this.#newest, event.time);
    switch (event.event) {
      case "run.started":
        // After a crash a run begins anew.
        this.#clear(event.time);
        break;
      case "node.started":
        this.#begin(event.node, event.item, event.time);
        break;
      case "node.progress":
        this.#step(event);
        break;
      case "node.finished":
      case "node.failed":
        this.#settle(event.node, event.item, event.time, event.event === "node.failed" ? "failed" : "finished");
        break;
      case "node.cached":
        this.#cached++;
        break;
      case "run.work":
        this.#work.push(...event.runs);
        this.#memory.push({ time: event.time, rss: event.rss, loaded: event.loaded });
        break;
      default:
        if (isRunEnd(event)) this.#finish(event.time);
    }
  }

  /** The profile up to the newest event. */
  profile(): Profile {
    const start = this.#start ?? this.#newest;
    const end = this.#work.reduce((latest, run) => Math.max(latest, endOfWork(run)), this.#newest);
    const items = this.#spans.map((span): ItemSpan => ({ ...span, steps: [...span.steps], end: span.end ?? end }));
    return {
      ...{ start, end, ended: this.#ended, items },
      cached: this.#cached,
      work: [...this.#work],
      memory: [...this.#memory],
    };
  }

  #clear(time: number): void {
    this.#start = time;
    this.#ended = false;
    this.#spans = [];
    this.#running.clear();
    this.#cached = 0;
    this.#work = [];
    this.#memory = [];
  }

  #begin(node: string, item: number, start: number): void {
    const span: OpenSpan = { node, item, start, steps: [], state: "running" };
    this.#spans.push(span);
    this.#running.set(keyOf(node, item), span);
  }

  #step({ node, item, step, time, doing }: Extract<RunEvent, { readonly event: "node.progress" }>): void {
    const span = this.#running.get(keyOf(node, item));
    // Before its first step an item reports 0 beside what it does, wherever it then goes on.
    if (!span || (step === 0 && doing !== undefined)) return;
    const last = span.steps.at(-1) ?? span.from;
    if (last === undefined && step !== 1) span.from = { step, time };
    else if (last === undefined || step > last.step) span.steps.push({ step, time });
  }

  #settle(node: string, item: number, time: number, state: "finished" | "failed"): void {
    const key = keyOf(node, item);
    const span = this.#running.get(key);
    // One that fails for want of an input has never begun.
    if (!span) return;
    span.end = time;
    span.state = state;
    this.#running.delete(key);
  }

  #finish(time: number): void {
    for (const span of this.#running.values()) {
      span.end = time;
      span.state = "stopped";
    }
    this.#running.clear();
    this.#ended = true;
  }
}

function keyOf(node: string, item: number): string {
  return `${item} ${node}`;
}
