import type { ModelRun, WorkEvent } from "@clipwork/engine";
import type { DeviceRun } from "@clipwork/models";

/** Where the model runs of this process, and its memory, can be learnt. */
export type WorkSource = {
  /** Calls `hear` after each run of a model, until the returned function is called. */
  listen(hear: (run: DeviceRun) => void): () => void;
  /** Bytes of the models that are loaded. */
  loaded(): number;
};

/** Whom a call of a model is for, among all runs of the process. `run`: its token, which no node's id can be taken for. */
export function ownerOf(run: string, node: string): string {
  return `${run} ${node}`;
}

/** How often it is reported what the models did, in milliseconds. */
const periodMs = 1000;
/** From so many model runs of one run on, those of a stage within a period are reported together. */
const apart = 5_000;

type Parts = {
  /** The token of the run whose calls are reported; of a model run that it shares with others all rows count. */
  readonly run: string;
  readonly report: (event: WorkEvent) => void;
  /** Bytes of memory that the process takes. */
  readonly rss?: () => number;
  /** Milliseconds, with the same zero as `performance.now()`, and how far the events' clock is ahead of it. */
  readonly now?: () => number;
  readonly offset?: number;
  readonly every?: (ms: number, act: () => void) => () => void;
};

/**
 * Reports once a second what the models of this process do for a run, and its memory, from now until it is disposed of, when it reports the rest.
 * A run that needs no model and ends within a second has no report.
 */
export function reportWork(
  source: WorkSource,
  {
    run,
    report,
    rss = () => process.memoryUsage.rss(),
    now = () => performance.now(),
    offset = performance.timeOrigin,
    every = realTimer,
  }: Parts,
): Disposable {
  let waiting: ModelRun[] = [];
  let seen = 0;
  const send = () => {
    const runs = waiting;
    waiting = [];
    report({ event: "run.work", time: now() + offset, runs, rss: rss(), loaded: source.loaded() });
  };
  const leave = source.listen((done) => {
    const nodes = nodesOf(run, done.owners);
    if (nodes.length === 0) return;
    const one = asModelRun(done, nodes, offset);
    if (seen++ < apart) waiting.push(one);
    else waiting = joined(waiting, one);
  });
  const stop = every(periodMs, send);
  return {
    [Symbol.dispose]() {
      leave();
      stop();
      if (waiting.length > 0) send();
    },
  };
}

/** The nodes of that run among the owners. */
function nodesOf(run: string, owners: readonly string[]): string[] {
  const start = ownerOf(run, "");
  return owners.flatMap((owner) => (owner.startsWith(start) ? owner.slice(start.length) : []));
}

function asModelRun(
  { pack, stage, rows, calls, start, ms, wait }: DeviceRun,
  nodes: readonly string[],
  offset: number,
): ModelRun {
  return {
    stage: `${pack}/${stage}`,
    nodes,
    ...{ rows, calls },
    ...{ start: rounded(start + offset), ms: rounded(ms), wait: rounded(wait) },
  };
}

/** With one run more: one of a stage and nodes that are there already becomes part of it. */
function joined(runs: readonly ModelRun[], one: ModelRun): ModelRun[] {
  const same = runs.findIndex(({ stage, nodes }) => stage === one.stage && nodes.join() === one.nodes.join());
  const before = runs[same];
  if (!before) return [...runs, one];
  const both: ModelRun = {
    ...before,
    rows: before.rows + one.rows,
    calls: before.calls + one.calls,
    ms: rounded(before.ms + one.ms),
    wait: rounded(before.wait + one.wait),
    several: { count: (before.several?.count ?? 1) + 1, end: rounded(one.start + one.ms) },
  };
  return runs.with(same, both);
}

/** To a hundredth of a millisecond: the rest is noise, and long to write. */
function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}

function realTimer(ms: number, act: () => void): () => void {
  const timer = setInterval(act, ms).unref();
  return () => clearInterval(timer);
}
