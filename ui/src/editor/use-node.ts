import {
  type AnyCatalogue,
  type ItemState,
  instanceType,
  type NodeView,
  nodeState,
  type WorkflowJson,
} from "@clipwork/engine";
import { endOf } from "../document/edit.ts";
import { definitionAt } from "../document/levels.ts";
import { inside, shownIn } from "../runs/inside.ts";
import { type NodeShow, type ShownRun, stateIn } from "../runs/run-view.ts";
import { useEditor, useStore } from "./use-editor.ts";

/** The id of a node on the canvas in the graph that runs: in runs, forecasts and what is kept. */
export function useRunId(id: string): string {
  return useStore(useEditor().workflow, ({ prefix }) => prefix) + id;
}

/** How a node on the canvas does in the shown run; an instance does as what is inside. */
export function useNodeRun(id: string): { readonly run: NodeView | undefined; readonly state: ItemState | undefined } {
  const at = useRunId(id);
  const run = useStore(useEditor().runs, ({ shown }) => shown && shownIn(shown, at));
  return { run, state: nodeState(run) };
}

/**
 * The node, by its id in the graph that runs, whose picture the card of a node on the canvas shows: of an instance, what gives its picture, and
 * while it runs the last one inside that has something to show.
 */
export function useSeenInside(id: string): string {
  const { workflow, runs, offer } = useEditor();
  const at = useRunId(id);
  const catalogue = useStore(offer, (now) => now.catalogue);
  const given = useStore(workflow, ({ whole, path }) => outputInside(whole, [...path, id], catalogue));
  const newest = useStore(runs, ({ shown }) =>
    given !== undefined && stateIn(shown, at) === "running" ? newestInside(shown, at) : undefined,
  );
  return newest ?? given ?? at;
}

/** The node inside an instance that gives its first picture, or else its first output; undefined for what is no instance. */
function outputInside(whole: WorkflowJson, path: readonly string[], catalogue: AnyCatalogue): string | undefined {
  const found = definitionAt(whole, path);
  const definition = found?.definition;
  const sockets = found && catalogue.get(instanceType(found.id))?.outputs;
  const isPicture = ([port]: readonly [string, unknown]) => sockets?.[port]?.of.card === "square";
  const outputs = Object.entries(definition?.outputs ?? {});
  for (const [, { from }] of [...outputs.filter(isPicture), ...outputs]) {
    const end = endOf(from);
    const inner = end && definition?.nodes[end.node] && [...path, end.node];
    if (inner) return outputInside(whole, inner, catalogue) ?? inner.join("/");
  }
  const [last] = Object.keys(definition?.nodes ?? {}).slice(-1);
  return last === undefined ? undefined : [...path, last].join("/");
}

/** The node inside that was the last to have something to show in a run. */
function newestInside(shown: ShownRun | undefined, instance: string): string | undefined {
  const shows = shown ? inside<NodeShow>(shown.shows, instance) : [];
  return shows.filter(([, { frames, values, outputs }]) => frames.size + values.size + outputs.size > 0).at(-1)?.[0];
}
