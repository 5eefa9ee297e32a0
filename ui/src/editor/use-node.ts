import { type ItemState, type NodeView, nodeState } from "@clipwork/engine";
import { shownIn } from "../runs/inside.ts";
import { givenInside, seenOf } from "./seen-inside.ts";
import { useEditor, useStore } from "./use-editor.ts";
import { runIdOf } from "./workflow.ts";

/** The id of a node on the canvas in the graph that runs: in runs, forecasts and what is kept. */
export function useRunId(id: string): string {
  return useStore(useEditor().workflow, (now) => runIdOf(now, id));
}

/** How a node on the canvas does in the shown run; an instance does as what is inside. */
export function useNodeRun(id: string): { readonly run: NodeView | undefined; readonly state: ItemState | undefined } {
  const at = useRunId(id);
  const run = useStore(useEditor().runs, ({ shown }) => shown && shownIn(shown, at));
  return { run, state: nodeState(run) };
}

/** The node, by its id in the graph that runs, whose picture the card of a node on the canvas shows. */
export function useSeenInside(id: string): string {
  const { workflow, runs, offer } = useEditor();
  const at = useRunId(id);
  const catalogue = useStore(offer, (now) => now.catalogue);
  const given = useStore(workflow, (now) => givenInside(now, id, catalogue, runs.get().shown));
  return useStore(runs, ({ shown }) =>
    given === undefined ? at : seenOf(at, givenInside(workflow.get(), id, catalogue, shown), shown),
  );
}
