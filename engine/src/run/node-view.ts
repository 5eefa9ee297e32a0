import type { RunEvent } from "./event.ts";
import { PersistentList } from "./persistent-list.ts";

/** "stopped": it was running when the run came to its end. */
export type ItemState = "running" | "finished" | "cached" | "failed" | "skipped" | "stopped";

/** What a run has done in one item of a node. An item that counts no steps has 0 of 0. */
export type ItemView = { readonly state: ItemState; readonly step: number; readonly steps: number };

type Amount = { readonly done: number; readonly all: number };

/**
 * What a run has done in one node. Everything but `items` is a sum over the items, kept so that nobody has to add them up.
 */
export type NodeView = {
  /** By number. */
  readonly items: PersistentList<ItemView>;
  /** How many items are in each state. */
  readonly count: { readonly [state in ItemState]: number };
  /** Steps of the items that count them. */
  readonly steps: Amount;
  /** Items that count no steps: how many have finished, and how many there are. */
  readonly plain: Amount;
  /** Whether an item was run to its end: it finished or failed after it had begun. */
  readonly ran: boolean;
  /** When its first item began, and when one last changed, in milliseconds. */
  readonly started?: number;
  readonly changed?: number;
  /** Milliseconds that its slowest item took, once one has finished. */
  readonly ms?: number;
  /** The first failure. */
  readonly failure?: { readonly item: number; readonly message: string; readonly remedy?: string };
  /** The failed node because of which this one was skipped. */
  readonly because?: string;
  readonly notices: PersistentList<string>;
  /** What an item does that is no step, such as loading a model; until its next step. */
  readonly doing?: string | undefined;
};

/** A node that the run has not reached. */
export const newNode: NodeView = {
  items: PersistentList.empty,
  count: { running: 0, finished: 0, cached: 0, failed: 0, skipped: 0, stopped: 0 },
  steps: { done: 0, all: 0 },
  plain: { done: 0, all: 0 },
  ran: false,
  notices: PersistentList.empty,
};

/** Shared by the many items that count no steps. */
const stepless: { readonly [state in ItemState]: ItemView } = {
  running: { state: "running", step: 0, steps: 0 },
  finished: { state: "finished", step: 0, steps: 0 },
  cached: { state: "cached", step: 0, steps: 0 },
  failed: { state: "failed", step: 0, steps: 0 },
  skipped: { state: "skipped", step: 0, steps: 0 },
  stopped: { state: "stopped", step: 0, steps: 0 },
};

/** The events that report how an item is doing. */
export type ItemEvent = Extract<RunEvent, { event: `node.${"started" | "progress" | ItemState}` }>;

/** The node after an event of one of its items. */
export function nodeAfter(node: NodeView, event: ItemEvent): NodeView {
  const { item, time } = event;
  const doing = event.event === "node.progress" ? event.doing : undefined;
  const before = node.items.at(item);
  const after = itemAfter(before, event);
  const count = { ...node.count };
  if (before) count[before.state]--;
  count[after.state]++;
  const ended = before?.state === "running" && (after.state === "finished" || after.state === "failed");
  return {
    ...node,
    items: node.items.with(item, after),
    count,
    steps: exchange(node.steps, before, after, stepsOf),
    plain: exchange(node.plain, before, after, plainOf),
    ran: node.ran || ended,
    changed: time,
    ...detailsOf(node, event),
    ...(doing === node.doing ? {} : { doing }),
  };
}

/** The node after its run has ended while one of its items was running. */
export function nodeStopped(node: NodeView, item: number): NodeView {
  const { step, steps } = node.items.at(item) ?? stepless.stopped;
  const stopped: ItemView = steps === 0 ? stepless.stopped : { state: "stopped", step, steps };
  const count = { ...node.count, running: node.count.running - 1, stopped: node.count.stopped + 1 };
  const { doing: _, ...rest } = node;
  return { ...rest, items: node.items.with(item, stopped), count };
}

function itemAfter(before: ItemView | undefined, event: ItemEvent): ItemView {
  const { step, steps } = before ?? stepless.running;
  switch (event.event) {
    case "node.progress":
      return { state: "running", step: event.step, steps: event.steps };
    case "node.finished":
      return steps === 0 ? stepless.finished : { state: "finished", step: steps, steps };
    case "node.failed":
      return steps === 0 ? stepless.failed : { state: "failed", step, steps };
    case "node.started":
      return stepless.running;
    case "node.cached":
      return stepless.cached;
    case "node.skipped":
      return stepless.skipped;
  }
}

function detailsOf(node: NodeView, event: ItemEvent): Partial<NodeView> {
  switch (event.event) {
    case "node.started":
      return { started: node.started ?? event.time };
    case "node.finished":
      return { ms: Math.max(node.ms ?? 0, event.ms) };
    case "node.skipped":
      return { because: event.because };
    case "node.failed": {
      const { item, message, remedy } = event;
      return { failure: node.failure ?? { item, message, ...(remedy === undefined ? {} : { remedy }) } };
    }
    default:
      return {};
  }
}

/** The sum with one item's part replaced. */
function exchange(
  sum: Amount,
  before: ItemView | undefined,
  after: ItemView,
  part: (item: ItemView) => Amount,
): Amount {
  const old = before ? part(before) : none;
  const now = part(after);
  if (old.done === now.done && old.all === now.all) return sum;
  return { done: sum.done - old.done + now.done, all: sum.all - old.all + now.all };
}

const none: Amount = { done: 0, all: 0 };
const one: Amount = { done: 1, all: 1 };
const oneOpen: Amount = { done: 0, all: 1 };

function stepsOf({ step, steps }: ItemView): Amount {
  return steps === 0 ? none : { done: step, all: steps };
}

function plainOf({ state, steps }: ItemView): Amount {
  if (steps > 0) return none;
  return state === "finished" || state === "cached" ? one : oneOpen;
}

/**
 * How a node as a whole is doing: the worst or liveliest state among its items. Undefined if the run has not reached it.
 */
export function nodeState(node: NodeView | undefined): ItemState | undefined {
  return (["running", "failed", "stopped", "skipped", "finished", "cached"] as const).find(
    (state) => node && node.count[state] > 0,
  );
}

/** Steps done and steps in total over the node's items that count them, or undefined if none does. */
export function nodeProgress(node: NodeView | undefined): Amount | undefined {
  return node && node.steps.all > 0 ? node.steps : undefined;
}
