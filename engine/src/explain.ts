import type { Cache } from "./cache.ts";
import { readEntry } from "./entry.ts";
import { expandItems, outputRefs, sourcesOf } from "./expand.ts";
import { NodeError } from "./node-error.ts";
import { compareKeys, describeKey, type NodeKey } from "./node-key.ts";
import type { Plan } from "./plan.ts";
import { type Entry, initialStates, type NodeState, newEntry } from "./state.ts";
import { show } from "./wording.ts";

/** What a run would do with one node, and why. */
export type Explanation = {
  readonly node: string;
  readonly type: string;
  /**
   * cached: all its values are kept. would run: some are not, and they are needed. not needed: some are not, but all that is
   * made from them is kept. would fail: its inputs do not go together. unknown: only a run can tell how many items it has.
   */
  readonly state: "cached" | "would run" | "not needed" | "would fail" | "unknown";
  /** How many items it has, and for how many of them no value is kept; 0 where that is unknown. */
  readonly items: number;
  readonly absent: number;
  /** What differs from the last run, or other grounds for the state; empty for a cached node. */
  readonly reasons: readonly string[];
};

/** As much of a cache as explaining needs: it keeps nothing. */
type Readable = Pick<Cache, "has" | "get">;

/** A node's description and its state before it is known what is needed. */
export type Known<S> = {
  readonly state: NodeState<S>;
  readonly key?: NodeKey;
  readonly open?: string;
  readonly fails?: string;
};

/** The fingerprints of all nodes whose items can be known without running anything, by node id. Sinks have none. */
export async function describePlan<S>(plan: Plan<S>, cache: Readable): Promise<ReadonlyMap<string, NodeKey>> {
  const known = await expandPlan(plan, cache);
  return new Map(known.flatMap(({ state, key }) => (key ? [[state.plan.id, key] as const] : [])));
}

/**
 * Says for every node of a plan but its sinks whether a run would run it, and why, compared with the keys remembered from
 * earlier runs. Runs nothing; the cache is only read.
 */
export async function explainPlan<S>(
  plan: Plan<S>,
  cache: Readable,
  remembered: ReadonlyMap<string, NodeKey>,
): Promise<readonly Explanation[]> {
  const known = await expandPlan(plan, cache);
  const entries = new Set(known.flatMap(({ state }) => state.entries));
  const absent = new Set<Entry<S>>();
  for (const entry of entries) if (!(await cache.has(entry.key).catch(() => false))) absent.add(entry);
  const needed = findNeeded(known, absent);
  return known
    .filter(({ state }) => state.plan.definition.run)
    .map(({ state: { plan: node, entries }, key, open, fails }) => {
      const base = { node: node.id, type: node.definition.type, items: 0, absent: 0 };
      if (fails !== undefined) return { ...base, state: "would fail", reasons: [fails] };
      if (!key) return { ...base, state: "unknown", reasons: [`depends on what ${show(open)} gives`] };
      const missing = entries.filter((entry) => absent.has(entry));
      const counts = { ...base, items: entries.length, absent: missing.length };
      if (missing.length === 0) return { ...counts, state: "cached", reasons: [] };
      const reasons = reasonsFor(remembered.get(node.id), key);
      return { ...counts, state: missing.some((entry) => needed.has(entry)) ? "would run" : "not needed", reasons };
    });
}

function reasonsFor(before: NodeKey | undefined, now: NodeKey): readonly string[] {
  if (!before) return ["never run here"];
  const reasons = compareKeys(before, now);
  return reasons.length > 0 ? reasons : ["its kept value is gone"];
}

/** Forwards: the items of every node. A node behind a list that is not kept stays open, as does all behind it. */
export async function expandPlan<S>(plan: Plan<S>, cache: Readable): Promise<readonly Known<S>[]> {
  const states = initialStates(plan.nodes);
  const entries = new Map<string, Entry<S>>();
  const known: Known<S>[] = [];
  for (const state of states) {
    const node = expandNode(plan, state, states, known, entries);
    known.push(node);
    if (!state.emitsLists) continue;
    for (const entry of state.entries) {
      const values = await readEntry(cache, entry.key).catch(() => undefined);
      if (values) entry.lengths = Object.fromEntries(Object.entries(values).map(([port, list]) => [port, list.length]));
    }
  }
  return known;
}

function expandNode<S>(
  plan: Plan<S>,
  state: NodeState<S>,
  states: readonly NodeState<S>[],
  known: readonly Known<S>[],
  entries: Map<string, Entry<S>>,
): Known<S> {
  const { links, definition } = state.plan;
  for (const { source, sourcePort } of links) {
    const from = known[source]!;
    if (!from.key) return { state, open: from.open ?? from.state.plan.id };
    const emitted = from.state.plan.definition.outputs[sourcePort]!.list;
    if (emitted && from.state.entries.some(({ lengths }) => !lengths)) return { state, open: from.state.plan.id };
  }
  const lists = links.map(({ source, sourcePort }) => outputRefs(states[source]!, sourcePort));
  if (!definition.run) {
    state.sinkRefs.push(...links.map(({ port }, i) => ({ port, refs: lists[i]! })));
    return { state };
  }
  try {
    state.entries = expandItems(plan, state, lists).map(({ key, inputs }, item) => {
      const entry = entries.get(key) ?? newEntry(key, state, item, inputs);
      entries.set(key, entry);
      return entry;
    });
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    return { state, fails: error.message };
  }
  return { state, key: describeKey(plan, state.plan, lists, state.entries) };
}

/**
 * Backwards, as a run does it: sinks and chosen nodes need their values, so does who must know a list's length, and a value
 * that is needed and absent needs its sources. What a node of unknown items is made from counts as needed.
 */
function findNeeded<S>(known: readonly Known<S>[], absent: ReadonlySet<Entry<S>>): ReadonlySet<Entry<S>> {
  const needed = new Set<Entry<S>>();
  const open: Entry<S>[] = [];
  for (const { state, key } of known) {
    for (const { refs } of state.sinkRefs) for (const { entry } of refs) open.push(entry);
    if (state.plan.wanted || state.emitsLists) for (const entry of state.entries) open.push(entry);
    if (!key && state.plan.definition.run)
      for (const { source } of state.plan.links) for (const entry of known[source]!.state.entries) open.push(entry);
  }
  for (let entry = open.pop(); entry; entry = open.pop()) {
    if (needed.has(entry)) continue;
    needed.add(entry);
    if (absent.has(entry)) for (const source of sourcesOf(entry)) open.push(source);
  }
  return needed;
}
