import type { LoggedEvent, RunOutput, RunState, View } from "@clipwork/server/wire";

/** A picture or other view of what an item looked like after a step. */
export type Frame = { readonly item: number; readonly port: string; readonly step: number; readonly view: View };

export type ItemState = "running" | "finished" | "cached" | "failed" | "skipped";

/** What a run has done in one item of a node. */
export type ItemView = {
  readonly state: ItemState;
  readonly step?: number;
  readonly steps?: number;
  readonly ms?: number;
};

/** What a run has done in one node. */
export type NodeView = {
  readonly items: { readonly [item: number]: ItemView };
  /** The first failure, in words. */
  readonly failure?: { readonly item: number; readonly message: string; readonly remedy?: string };
  /** The failed node because of which this one was skipped. */
  readonly because?: string;
  readonly frames: readonly Frame[];
  readonly values: readonly { readonly item: number; readonly port: string; readonly view: View }[];
  readonly outputs: readonly RunOutput[];
  readonly notices: readonly string[];
};

/** A run as its events tell it: the same events give the same view, however late and in whatever portions they come. */
export type RunView = {
  readonly run: string;
  readonly state: RunState;
  /** The number of the newest event that is in the view. */
  readonly seq: number;
  /** How many nodes the run looks at, once it has started. */
  readonly size?: number;
  readonly started?: number;
  readonly ms?: number;
  readonly executed?: number;
  readonly cached?: number;
  readonly nodes: { readonly [node: string]: NodeView };
  readonly notices: readonly string[];
};

/** A run of which nothing is known but its name. */
export function emptyRun(run: string): RunView {
  return { run, state: "queued", seq: 0, nodes: {}, notices: [] };
}

const emptyNode: NodeView = { items: {}, frames: [], values: [], outputs: [], notices: [] };

/**
 * The view after one more event. What is known already changes nothing. An event that leaves a gap is not taken: the
 * caller sees by `seq` that it has to ask for what is missing.
 */
export function heard(view: RunView, event: LoggedEvent): RunView {
  if (event.run !== view.run || event.seq !== view.seq + 1) return view;
  const next = { ...view, seq: event.seq };
  switch (event.event) {
    case "run.queued":
      return { ...next, state: "queued" };
    case "run.started":
      // After a crash a run begins anew, and says so by a notice, which is kept.
      return { ...next, state: "running", size: event.nodes, started: event.time, nodes: {} };
    case "run.finished":
    case "run.failed":
    case "run.cancelled": {
      const { executed, cached, ms } = event;
      const state = event.event.slice(4) as RunState;
      return { ...next, state, executed, cached, ms };
    }
    case "run.output":
      return change(next, event.output.node, (node) => ({ ...node, outputs: [...node.outputs, event.output] }));
    case "notice": {
      const { node, message } = event;
      if (node === undefined) return { ...next, notices: [...next.notices, message] };
      return change(next, node, (known) => ({ ...known, notices: [...known.notices, message] }));
    }
    case "node.preview": {
      const { item, port, step, view: picture } = event;
      const frame = { item, port, step, view: picture };
      return change(next, event.node, (node) => ({ ...node, frames: [...node.frames, frame] }));
    }
    case "node.value": {
      const { item, port, view: value } = event;
      return change(next, event.node, (node) => ({ ...node, values: [...node.values, { item, port, view: value }] }));
    }
    default:
      return change(next, event.node, (node) => nodeHeard(node, event));
  }
}

type NodeEvent = Extract<
  LoggedEvent,
  { event: "node.started" | "node.cached" | "node.progress" | "node.finished" | "node.failed" | "node.skipped" }
>;

function nodeHeard(node: NodeView, event: NodeEvent): NodeView {
  const { item } = event;
  const put = (change: ItemView): NodeView => ({ ...node, items: { ...node.items, [item]: change } });
  switch (event.event) {
    case "node.started":
      return put({ state: "running" });
    case "node.cached":
      return put({ state: "cached" });
    case "node.progress":
      return put({ ...node.items[item], state: "running", step: event.step, steps: event.steps });
    case "node.finished":
      return put({ ...node.items[item], state: "finished", ms: event.ms });
    case "node.skipped":
      return { ...put({ state: "skipped" }), because: event.because };
    case "node.failed": {
      const { message, remedy } = event;
      const failure = node.failure ?? { item, message, ...(remedy === undefined ? {} : { remedy }) };
      return { ...put({ ...node.items[item], state: "failed" }), failure };
    }
  }
}

function change(view: RunView, id: string, how: (node: NodeView) => NodeView): RunView {
  const known = Object.hasOwn(view.nodes, id) ? view.nodes[id]! : emptyNode;
  return { ...view, nodes: { ...view.nodes, [id]: how(known) } };
}

/** How a node as a whole is doing: what is worst or most alive among its items. */
export function nodeState(node: NodeView | undefined): ItemState | undefined {
  const states = new Set(Object.values(node?.items ?? {}).map(({ state }) => state));
  return (["running", "failed", "skipped", "finished", "cached"] as const).find((state) => states.has(state));
}

/** Steps done and steps in all over the node's items that count them, or undefined. */
export function nodeProgress(node: NodeView | undefined): { readonly done: number; readonly all: number } | undefined {
  let done = 0;
  let all = 0;
  for (const { state, step = 0, steps = 0 } of Object.values(node?.items ?? {})) {
    all += steps;
    done += state === "finished" ? steps : step;
  }
  return all === 0 ? undefined : { done, all };
}

/** Milliseconds that the node's slowest item took, or undefined while none has finished. */
export function nodeTime(node: NodeView | undefined): number | undefined {
  const times = Object.values(node?.items ?? {}).flatMap(({ ms }) => (ms === undefined ? [] : [ms]));
  return times.length === 0 ? undefined : Math.max(...times);
}

/** The share of the run that is done, from 0 to 1: settled nodes, and the steps of those that count them. */
export function runProgress({ nodes, size, state }: RunView): number {
  if (state === "finished") return 1;
  if (!size) return 0;
  const shares = Object.values(nodes).map((node) => {
    const now = nodeState(node);
    if (now !== "running") return now === undefined ? 0 : 1;
    const progress = nodeProgress(node);
    return progress ? progress.done / progress.all : 0;
  });
  return Math.min(1, shares.reduce((sum, share) => sum + share, 0) / size);
}

/** True when the run can still change. */
export function isLive(state: RunState): boolean {
  return state === "queued" || state === "running";
}
