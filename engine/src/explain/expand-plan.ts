import { explainFailure } from "../catalogue/node-error.ts";
import { itemAt } from "../document/lookup.ts";
import { Expansion } from "../expansion/expansion.ts";
import { incoming, needsLinkAtAll } from "../expansion/items.ts";
import { keepKeys } from "../expansion/kept-keys.ts";
import { type Entry, emitsList, type NodeState } from "../expansion/state.ts";
import type { AnyPlan } from "../plan/plan.ts";
import type { Cache } from "../values/cache.ts";
import { readEntry } from "../values/entry.ts";
import { describeKey, type NodeKey } from "./node-key.ts";

/** An entry that is only inspected. */
export interface SeenEntry extends Entry<SeenEntry> {}

/** A node of an expanded plan. */
export type ExpandedNode = {
  readonly state: NodeState<SeenEntry>;
  /**
   * Takes its fingerprints apart; absent for a sink, for a node that only moves values, and if its items are not known.
   */
  readonly key?: () => NodeKey;
  /** The node whose values have to be known before its items are. */
  readonly open?: string;
  /** Why it cannot have items. */
  readonly fails?: string;
};

/** A plan with the items of every node, as far as they are known: what `describePlan` and `explainPlan` read. */
export type ExpandedPlan = {
  readonly plan: AnyPlan;
  readonly nodes: readonly ExpandedNode[];
  /** Some value decided about items, or has to. */
  readonly decided: boolean;
};

/** Plans whose items no value decides: they have the same items whatever is kept. */
const undecided = new WeakMap<AnyPlan, ExpandedPlan>();

/**
 * Expands a plan without running anything: values that decide about items are read from the cache. A node that depends on a
 * value that is not kept stays open, and so does everything behind it. A plan whose items no value decides is expanded once.
 */
export async function expandPlan(plan: AnyPlan, cache: Pick<Cache, "get">): Promise<ExpandedPlan> {
  const known = undecided.get(plan);
  if (known) return known;
  let decided = false;
  const asked: SeenEntry[] = [];
  const failures = new Map<NodeState<SeenEntry>, string>();
  const expansion = new Expansion<SeenEntry>(
    plan,
    {
      entry: (key, { node, item }, inputs, lost) => ({
        key,
        node,
        item,
        inputs,
        lost,
        lengths: undefined,
        readers: undefined,
      }),
      again: () => {},
      ask: (entry) => asked.push(entry),
      want: () => {},
      failed: ({ node }, error) => void failures.set(node, failures.get(node) ?? explainFailure(error).message),
      skipped: () => {},
    },
    { everything: true },
  );
  for (;;) {
    while (expansion.step());
    const entry = asked.pop();
    if (!entry) break;
    decided = true;
    if (!entry.readers) continue;
    if (entry.lost !== undefined) expansion.answer(entry, { lost: entry.lost });
    else {
      const values = await readEntry(cache, entry.key).catch(() => undefined);
      expansion.answer(entry, values ? { values } : {});
    }
  }
  const nodes: ExpandedNode[] = [];
  for (const state of expansion.nodes) nodes.push(settle(plan, state, expansion.nodes, nodes, failures.get(state)));
  const expanded = { plan, nodes, decided };
  if (!decided) undecided.set(plan, expanded);
  keepKeys(plan, expansion.nodes);
  return expanded;
}

/**
 * What is known of a node once its sources are known: if some items depend on something unknown, its items count as
 * unknown.
 */
function settle(
  plan: AnyPlan,
  state: NodeState<SeenEntry>,
  states: readonly NodeState<SeenEntry>[],
  before: readonly ExpandedNode[],
  fails: string | undefined,
): ExpandedNode {
  const { plan: node } = state;
  const open = openSource(state, before) ?? state.lost;
  const unknown = fails !== undefined ? { fails } : open !== undefined ? { open } : undefined;
  if (unknown) {
    state.entries = [];
    state.moved = undefined;
    state.sinkRefs = [];
    return { state, ...unknown };
  }
  if (!node.definition.run || node.definition.moves) return { state };
  const lists = () => node.links.map((_, i) => incoming(states, state, i));
  return { state, key: () => describeKey(plan, node, lists(), state.entries) };
}

/** The node because of which the items of some needed link are not known. */
function openSource(state: NodeState<SeenEntry>, before: readonly ExpandedNode[]): string | undefined {
  for (const [i, { source, sourcePort, when }] of state.plan.links.entries()) {
    if (when && !(state.selected && needsLinkAtAll(state, i))) continue;
    const from = itemAt(before, source);
    if (from.open !== undefined) return from.open;
    if (from.fails !== undefined) return from.state.plan.id;
    if (from.state.listsLost !== undefined && emitsList(from.state.plan.definition, sourcePort))
      return from.state.listsLost;
  }
  return undefined;
}
