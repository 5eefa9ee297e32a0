import { type NodeView, PersistentList, type RunView } from "@clipwork/engine";

const joined = new WeakMap<RunView["nodes"], Map<string, NodeView | undefined>>();

/** How a node does in a run, by its id in the graph that runs; for an instance, all that is inside together. */
export function shownIn(run: Pick<RunView, "nodes">, id: string): NodeView | undefined {
  const own = run.nodes.get(id);
  if (own) return own;
  const known = joined.get(run.nodes) ?? new Map<string, NodeView | undefined>();
  joined.set(run.nodes, known);
  if (!known.has(id)) known.set(id, together(inside(run.nodes, id)));
  return known.get(id);
}

/** By instance what is inside it, for each collection of nodes that was asked about. */
const indexes = new WeakMap<object, ReadonlyMap<string, (readonly [string, unknown])[]>>();

/** The ids and views of what is inside an instance, in the order in which the run came to them. The nodes are gone through once. */
export function inside<V>(nodes: Iterable<readonly [string, V]>, instance: string): readonly (readonly [string, V])[] {
  const index = indexes.get(nodes) ?? indexed(nodes);
  indexes.set(nodes, index);
  return (index.get(instance) ?? []) as (readonly [string, V])[];
}

function indexed<V>(nodes: Iterable<readonly [string, V]>): ReadonlyMap<string, (readonly [string, V])[]> {
  const index = new Map<string, (readonly [string, V])[]>();
  for (const entry of nodes)
    for (let slash = entry[0].indexOf("/"); slash >= 0; slash = entry[0].indexOf("/", slash + 1)) {
      const instance = entry[0].slice(0, slash);
      const known = index.get(instance);
      if (known) known.push(entry);
      else index.set(instance, [entry]);
    }
  return index;
}

/** Several nodes as one: their sums, the first failure, and the time of all. */
function together(nodes: readonly (readonly [string, NodeView])[]): NodeView | undefined {
  const [first, ...others] = nodes.map(([, view]) => view);
  if (!first) return undefined;
  return others.reduce((all, view) => {
    const failure = all.failure ?? view.failure;
    const started = least(all.started, view.started);
    const doing = all.doing ?? view.doing;
    const ms = all.ms === undefined && view.ms === undefined ? undefined : (all.ms ?? 0) + (view.ms ?? 0);
    return {
      items: PersistentList.empty,
      count: {
        running: all.count.running + view.count.running,
        finished: all.count.finished + view.count.finished,
        cached: all.count.cached + view.count.cached,
        failed: all.count.failed + view.count.failed,
        skipped: all.count.skipped + view.count.skipped,
        stopped: all.count.stopped + view.count.stopped,
      },
      steps: { done: all.steps.done + view.steps.done, all: all.steps.all + view.steps.all },
      plain: { done: all.plain.done + view.plain.done, all: all.plain.all + view.plain.all },
      ran: all.ran || view.ran,
      notices: [...view.notices].reduce((list, notice) => list.push(notice), all.notices),
      ...(failure && { failure }),
      ...(started !== undefined && { started }),
      ...(doing !== undefined && { doing }),
      ...(ms !== undefined && { ms }),
    };
  }, first);
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}
