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

/** The ids and views of what is inside an instance, in the order in which the run came to them. */
export function inside<V>(nodes: Iterable<readonly [string, V]>, instance: string): (readonly [string, V])[] {
  return [...nodes].filter(([id]) => id.startsWith(`${instance}/`));
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
