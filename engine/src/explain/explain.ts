import { itemAt } from "../document/lookup.ts";
import { show } from "../document/wording.ts";
import { movedTo, needsLinkAtAll, sourcesOf } from "../expansion/items.ts";
import { type NodeState, type Ref, selectingLinks } from "../expansion/state.ts";
import type { Cache } from "../values/cache.ts";
import type { ExpandedNode, ExpandedPlan, SeenEntry } from "./expand-plan.ts";
import { compareKeys, type NodeKey } from "./node-key.ts";

/** What a run would do with one node, and why. */
export type Explanation = {
  readonly node: string;
  readonly type: string;
  /**
   * cached: all its values are kept. would run: some are not, and they are needed. not needed: some are not, but everything
   * made from them is kept, or what they are for is not chosen. would fail: its inputs do not fit together. unknown: only a
   * run can find out which items it has or whether they are needed.
   */
  readonly state: "cached" | "would run" | "not needed" | "would fail" | "unknown";
  /** How many items it has, and how many of them have no kept value; 0 if unknown. */
  readonly items: number;
  readonly absent: number;
  /** What differs from the last run, or another reason for the state; empty for a cached node. */
  readonly reasons: readonly string[];
};

/** The fingerprints of all nodes whose items are known, by node id. Sinks and nodes that only move values have none. */
export function describePlan({ nodes }: ExpandedPlan): ReadonlyMap<string, NodeKey> {
  return new Map(nodes.flatMap(({ state, key }) => (key ? [[state.plan.id, key()] as const] : [])));
}

const listed = new WeakMap<ExpandedPlan, ReadonlyMap<string, readonly string[]>>();

/** The fingerprints alone, item by item, of the same nodes. */
export function planKeys(expanded: ExpandedPlan): ReadonlyMap<string, readonly string[]> {
  const known = listed.get(expanded);
  if (known) return known;
  const keys = new Map<string, readonly string[]>();
  for (const { state, key } of expanded.nodes) {
    const ofNode = state.entries.map((entry) => entry.key);
    if (key) keys.set(state.plan.id, ofNode);
  }
  listed.set(expanded, keys);
  return keys;
}

/** How much a node is expected to run: so many items; or, if only a run can tell, one for each value of the lists that `open` gives. */
export type NodeAhead = { readonly items: number; readonly open?: string };

/**
 * The nodes that a run of the plan is expected to run: those that `explainPlan` neither calls cached nor not needed. Asks the cache
 * only for what outputs need, which is little if they are kept.
 */
export async function nodesAhead(
  expanded: ExpandedPlan,
  cache: Pick<Cache, "has">,
): Promise<ReadonlyMap<string, NodeAhead>> {
  const { nodes } = expanded;
  const answers = new Map<SeenEntry, boolean>();
  const isAbsent = async (entry: SeenEntry) => {
    const absent = answers.get(entry) ?? !(await cache.has(entry.key).catch(() => false));
    answers.set(entry, absent);
    return absent;
  };
  const ahead = new Map<string, NodeAhead>();
  if (!expanded.decided && (await areKept(nodes, isAbsent))) return ahead;
  const { demanded, certainly, perhaps } = await findNeeded(nodes, isAbsent);
  for (const { state, key, fails, open } of nodes) {
    const { id } = state.plan;
    if (fails !== undefined) ahead.set(id, { items: 1 });
    else if (computes(state) && demanded.has(state)) {
      const isAhead = (entry: SeenEntry) => answers.get(entry) === true && (certainly.has(entry) || perhaps.has(entry));
      const items = new Set(state.entries.filter(isAhead)).size;
      if (!key) ahead.set(id, { items: 1, ...(open === undefined ? {} : { open }) });
      else if (items > 0) ahead.set(id, { items });
    }
  }
  return ahead;
}

/** Whether all that the outputs of a run return is kept, and no node fails: if no value decides about items, nothing else is needed. */
async function areKept(
  nodes: readonly ExpandedNode[],
  isAbsent: (entry: SeenEntry) => Promise<boolean>,
): Promise<boolean> {
  for (const { state, fails } of nodes) {
    if (fails !== undefined) return false;
    if (!state.plan.wanted) continue;
    for (const entry of state.entries) if (await isAbsent(entry)) return false;
    for (const refs of wantedRefs(state)) for (const { entry } of refs) if (await isAbsent(entry)) return false;
  }
  return true;
}

/**
 * Says for every node of a plan that computes something whether a run would run it, and why, compared with the keys
 * remembered from earlier runs. Runs nothing; the cache is only asked what it has.
 */
export async function explainPlan(
  { nodes }: ExpandedPlan,
  cache: Pick<Cache, "has">,
  remembered: ReadonlyMap<string, NodeKey>,
): Promise<readonly Explanation[]> {
  const entries = new Set(nodes.flatMap(({ state }) => state.entries));
  const absent = new Set<SeenEntry>();
  for (const entry of entries) if (!(await cache.has(entry.key).catch(() => false))) absent.add(entry);
  const { demanded, certainly, perhaps } = await findNeeded(nodes, async (entry) => absent.has(entry));
  return nodes
    .filter(({ state, fails }) => computes(state) || fails !== undefined)
    .map(({ state, key, open, fails }) => {
      const { plan: node, entries } = state;
      const base = { node: node.id, type: node.definition.type, items: 0, absent: 0 };
      if (fails !== undefined) return { ...base, state: "would fail", reasons: [fails] };
      if (!key && !demanded.has(state)) return { ...base, state: "not needed", reasons: [] };
      if (!key) return { ...base, state: "unknown", reasons: [dependsOn(open!)] };
      const missing = entries.filter((entry) => absent.has(entry));
      const counts = { ...base, items: entries.length, absent: missing.length };
      if (missing.length === 0) return { ...counts, state: "cached", reasons: [] };
      const reasons = reasonsFor(remembered.get(node.id), key);
      if (!demanded.has(state)) return { ...counts, state: "not needed", reasons };
      if (missing.some((entry) => certainly.has(entry))) return { ...counts, state: "would run", reasons };
      const [undecided] = missing.flatMap((entry) => perhaps.get(entry) ?? []);
      if (undecided !== undefined) return { ...counts, state: "unknown", reasons: [dependsOn(undecided)] };
      return { ...counts, state: "not needed", reasons };
    });
}

function computes({ plan: { definition } }: NodeState<SeenEntry>): boolean {
  return definition.run !== undefined && !definition.moves;
}

function dependsOn(node: string): string {
  return `depends on what ${show(node)} gives`;
}

function reasonsFor(before: NodeKey | undefined, now: () => NodeKey): readonly string[] {
  if (!before) return ["never run here"];
  const reasons = compareKeys(before, now());
  return reasons.length > 0 ? reasons : ["its kept value is gone"];
}

type Needed = {
  /** Nodes from which the outputs of the run need something, certainly or possibly. */
  readonly demanded: ReadonlySet<NodeState<SeenEntry>>;
  readonly certainly: ReadonlySet<SeenEntry>;
  /** With the node whose value decides. */
  readonly perhaps: ReadonlyMap<SeenEntry, string>;
};

/**
 * Works backwards, as a run does. Needed are: the values of the run's outputs, values that must be seen before an expansion
 * can continue, and the sources of any needed value that is absent. The sources of a node whose items are unknown count as
 * needed, except those it may choose not to need.
 */
async function findNeeded(
  known: readonly ExpandedNode[],
  isAbsent: (entry: SeenEntry) => Promise<boolean>,
): Promise<Needed> {
  const demanded = new Set<NodeState<SeenEntry>>();
  const certain: SeenEntry[] = [];
  const possible: [SeenEntry, string][] = [];
  /** Why a node has to be expanded: certainly, or if the value of the named node says so. */
  const demand: (string | true | undefined)[] = known.map(({ state }) => state.plan.wanted || undefined);
  for (const [i, { state, open }] of [...known.entries()].reverse()) {
    const why = demand[i];
    if (why === undefined) continue;
    demanded.add(state);
    const need = (entry: SeenEntry, why: string | true) =>
      void (why === true ? certain.push(entry) : possible.push([entry, why]));
    if (state.plan.wanted || state.emitsLists) for (const entry of state.entries) need(entry, why);
    for (const refs of wantedRefs(state)) for (const { entry } of refs) need(entry, why);
    const selecting = selectingLinks(state.plan);
    state.plan.links.forEach((link, at) => {
      const undecided = link.when && !state.selected;
      if (!undecided && link.when && !needsLinkAtAll(state, at)) return;
      const selects = selecting.includes(at);
      const perhaps = why === true ? (open ?? why) : why;
      if (demand[link.source] !== true) demand[link.source] = undecided ? perhaps : why;
      if (open === undefined && !selects) return;
      // The run may need only some of the values that such a node is given to move.
      const reason = undecided || (state.plan.definition.moves && !selects) ? perhaps : why;
      for (const entry of entriesAt(itemAt(known, link.source).state, link.sourcePort)) need(entry, reason);
    });
  }
  const certainly = new Set<SeenEntry>();
  for (let entry = certain.pop(); entry; entry = certain.pop()) {
    if (certainly.has(entry)) continue;
    certainly.add(entry);
    if (await isAbsent(entry)) certain.push(...sourcesOf(entry));
  }
  const perhaps = new Map<SeenEntry, string>();
  for (let next = possible.pop(); next; next = possible.pop()) {
    const [entry, why] = next;
    if (perhaps.has(entry)) continue;
    perhaps.set(entry, why);
    if (await isAbsent(entry)) for (const source of sourcesOf(entry)) possible.push([source, why]);
  }
  return { demanded, certainly, perhaps };
}

/** What a sink, or a chosen node that only moves values, has to return. */
function wantedRefs({ plan, sinkRefs, moved }: NodeState<SeenEntry>): readonly (readonly Ref<SeenEntry>[])[] {
  return [...sinkRefs.map(({ refs }) => refs), ...(plan.wanted ? Object.values(moved ?? {}) : [])];
}

/** The entries behind an output, as far as they are known. */
function entriesAt({ moved, entries }: NodeState<SeenEntry>, port: string): readonly SeenEntry[] {
  return moved ? movedTo(moved, port).map(({ entry }) => entry) : entries;
}
