import { explainFailure, NodeError } from "../catalogue/node-error.ts";
import type { Plan, PlanLink } from "../plan/plan.ts";
import { type Incoming, ItemCount, needsLinkAtAll, outputRefs, zipItems } from "../run/expand.ts";
import { fingerprint } from "../run/fingerprint.ts";
import { joinMoved, moveItem } from "../run/move.ts";
import { type Entry, emitsList, initialStates, type NodeState, newEntry, selectingLinks } from "../run/state.ts";
import type { Cache } from "../values/cache.ts";
import { readEntry } from "../values/entry.ts";
import { describeKey, type NodeKey } from "./node-key.ts";

type Readable = Pick<Cache, "get">;

/** A node before it is known what is needed: with its description, unless it has none, or its items cannot be known. */
export type Known<S> = {
  readonly state: NodeState<S>;
  readonly key?: NodeKey;
  /** The node whose values have to be known first. */
  readonly open?: string;
  readonly fails?: string;
};

/** Forwards, without running anything: the items of every node. A node that has to see a value that is not kept stays open, as does all behind it. */
export async function foresee<S>(plan: Plan<S>, cache: Readable): Promise<readonly Known<S>[]> {
  const states = initialStates(plan.nodes);
  const entries = new Map<string, Entry<S>>();
  const known: Known<S>[] = [];
  const count = new ItemCount();
  for (const state of states) {
    try {
      const open = openSource(state, known, ({ when }) => !when) ?? (await select(state, states, cache));
      known.push(open === undefined ? expandNode(plan, state, known, entries, count) : { state, open });
    } catch (error) {
      if (!(error instanceof NodeError)) throw error;
      known.push({ state, fails: explainFailure(error).message });
    }
    if (!state.emitsLists) continue;
    for (const entry of state.entries) {
      const values = await readEntry(cache, entry.key).catch(() => undefined);
      if (values) entry.lengths = Object.fromEntries(Object.entries(values).map(([port, list]) => [port, list.length]));
    }
  }
  return known;
}

/** The node because of which the items that come by some link are not known. */
function openSource<S>(
  { plan: { links } }: NodeState<S>,
  known: readonly Known<S>[],
  counts: (link: PlanLink, i: number) => boolean,
): string | undefined {
  for (const [i, link] of links.entries()) {
    if (!counts(link, i)) continue;
    const { state, open, fails } = known[link.source]!;
    if (open !== undefined) return open;
    if (fails !== undefined) return state.plan.id;
    if (emitsList(state.plan.definition, link.sourcePort) && state.entries.some(({ lengths }) => !lengths))
      return state.plan.id;
  }
  return undefined;
}

/** Reads the values that decide what the node's items need. Gives the node whose value is not kept, if there is one. */
async function select<S>(
  state: NodeState<S>,
  states: readonly NodeState<S>[],
  cache: Readable,
): Promise<string | undefined> {
  if (state.selected) return undefined;
  const selected = new Map<number, unknown[]>();
  for (const link of selectingLinks(state.plan)) {
    const { source, sourcePort } = state.plan.links[link]!;
    const values: unknown[] = [];
    for (const { entry, port, index } of outputRefs(states[source]!, sourcePort)) {
      const kept = await readEntry(cache, entry.key).catch(() => undefined);
      if (!kept) return entry.node.plan.id;
      values.push(kept[port]![index]);
    }
    selected.set(link, values);
  }
  state.selected = selected;
  return undefined;
}

function expandNode<S>(
  plan: Plan<S>,
  state: NodeState<S>,
  known: readonly Known<S>[],
  entries: Map<string, Entry<S>>,
  count: ItemCount,
): Known<S> {
  const { links, definition } = state.plan;
  const open = openSource(state, known, (_, i) => needsLinkAtAll(state, i));
  if (open !== undefined) return { state, open };
  const lists = links.map(({ source, sourcePort }, i) =>
    needsLinkAtAll(state, i) ? outputRefs(known[source]!.state, sourcePort) : [],
  );
  count.add(lists.reduce((sum, { length }) => sum + length, 0));
  if (!definition.run) {
    state.sinkRefs = links.map(({ port }, i) => ({ port, refs: lists[i]! }));
    return { state };
  }
  const items = zipItems(state, lists);
  count.add(items.length);
  if (definition.moves) return moveNode(state, items);
  state.entries = items.map((inputs, item) => {
    const key = fingerprint(plan, state.plan, inputs);
    const entry = entries.get(key) ?? newEntry(key, state, item, inputs);
    entries.set(key, entry);
    return entry;
  });
  return { state, key: describeKey(plan, state.plan, lists, state.entries) };
}

function moveNode<S>(state: NodeState<S>, items: readonly (readonly Incoming<S>[])[]): Known<S> {
  try {
    state.moved = joinMoved(items.map((inputs, item) => moveItem(state, inputs, item)));
    return { state };
  } catch (error) {
    return { state, fails: explainFailure(error).message };
  }
}
