import { type Lane, lanesOf } from "./lanes.ts";
import type { ItemSpan, Profile } from "./profile.ts";
import { endOfWork, type ModelRun } from "./work.ts";

/** An event of the trace format that chrome://tracing and Perfetto open. `ts` and `dur` are microseconds from the run's beginning. */
export type TraceEvent = {
  readonly name: string;
  /** M: a name. X: from when to when. C: a counter. */
  readonly ph: "M" | "X" | "C";
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly args: { readonly [name: string]: string | number };
};

export type ChromeTrace = { readonly traceEvents: readonly TraceEvent[]; readonly displayTimeUnit: "ms" };

/** The processes of the trace. */
const nodes = { pid: 1, name: "Nodes" };
const models = { pid: 2, name: "Models" };

/**
 * A profile in Chrome's trace format ("Trace Event Format", JSON object form): a row for each node with its items and their steps, a row
 * of model runs with their batches, and the memory as a counter. `nameOf` finds what a node is called.
 */
export function chromeTrace(profile: Profile, nameOf: (node: string) => string = (node) => node): ChromeTrace {
  const at = (time: number) => Math.round((time - profile.start) * 1000);
  const lanes = lanesOf(profile.items);
  const laneNames = namesOf(lanes, nameOf);
  const traceEvents: TraceEvent[] = [
    name("process_name", nodes.pid, 0, nodes.name),
    name("process_name", models.pid, 0, models.name),
    name("thread_name", models.pid, 1, "Model runs"),
    ...laneNames.map((lane, i) => name("thread_name", nodes.pid, i + 1, lane)),
  ];
  lanes.forEach(({ spans }, i) => {
    for (const span of spans) traceEvents.push(...itemEvents(span, i + 1, at, nameOf));
  });
  for (const run of profile.work) traceEvents.push(workEvent(run, at));
  for (const { time, rss, loaded } of profile.memory)
    traceEvents.push({ name: "memory", ph: "C", pid: models.pid, tid: 0, ts: at(time), args: { rss, loaded } });
  return { traceEvents, displayTimeUnit: "ms" };
}

function namesOf(lanes: readonly Lane[], nameOf: (node: string) => string): string[] {
  const seen = new Map<string | undefined, number>();
  return lanes.map(({ node }) => {
    const count = (seen.get(node) ?? 0) + 1;
    seen.set(node, count);
    const called = node === undefined ? "nodes" : nameOf(node);
    return count === 1 ? called : `${called} (${count})`;
  });
}

function name(what: string, pid: number, tid: number, called: string): TraceEvent {
  return { name: what, ph: "M", pid, tid, args: { name: called } };
}

function itemEvents(
  { node, item, start, end, state, steps, from: first }: ItemSpan,
  tid: number,
  at: (time: number) => number,
  nameOf: (node: string) => string,
): TraceEvent[] {
  const span = (called: string, from: number, to: number, args: TraceEvent["args"]): TraceEvent => {
    const ts = at(from);
    return { name: called, ph: "X", cat: "node", pid: nodes.pid, tid, ts, dur: at(to) - ts, args };
  };
  return [
    span(nameOf(node), start, end, { node, item, state }),
    ...steps.map(({ step, time }, i) => span(`step ${step}`, (steps[i - 1] ?? first)?.time ?? start, time, { step })),
  ];
}

function workEvent(run: ModelRun, at: (time: number) => number): TraceEvent {
  const { stage, rows, calls, ms, wait, start, several } = run;
  const ts = at(start);
  const args = { rows, calls, ms, wait, nodes: run.nodes.join(", "), ...(several && { runs: several.count }) };
  return { name: stage, ph: "X", cat: "model", pid: models.pid, tid: 1, ts, dur: at(endOfWork(run)) - ts, args };
}
