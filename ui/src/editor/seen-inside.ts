import { type AnyCatalogue, instanceType, type WorkflowJson } from "@clipwork/engine";
import { type End, endOf } from "../document/edit.ts";
import { definitionAt, type Path, type Rounds, runPrefix } from "../document/levels.ts";
import { inside } from "../runs/inside.ts";
import { type NodeShow, type ShownRun, stateIn } from "../runs/run-view.ts";
import { withLastWhile } from "./newest-round.ts";
import { runIdOf, type WorkflowState } from "./workflow.ts";

/** What of the editor's state says which node a card's picture is that of. */
type Seen = Pick<WorkflowState, "whole" | "path" | "rounds" | "prefix">;

/**
 * The node, by its id in the graph that runs, whose picture the card of a node on the canvas shows: of an instance, what gives its picture, and
 * while it runs the last one inside that has something to show.
 */
export function seenInside(now: Seen, id: string, catalogue: AnyCatalogue, shown: ShownRun | undefined): string {
  return seenOf(runIdOf(now, id), givenInside(now, id, catalogue, shown), shown);
}

/** Of the node `at`, or of `given`, which gives the picture of the instance that it is, the one whose picture is shown. */
export function seenOf(at: string, given: string | undefined, shown: ShownRun | undefined): string {
  if (given === undefined) return at;
  return (stateIn(shown, at) === "running" ? newestInside(shown, at) : undefined) ?? given;
}

/** The node, by its id in the graph that runs, that gives the picture of an instance on the canvas; undefined for any other node. */
export function givenInside(
  { whole, path, rounds }: Seen,
  id: string,
  catalogue: AnyCatalogue,
  shown: ShownRun | undefined,
): string | undefined {
  return outputInside({ whole, catalogue, shown }, [...path, id], along(path, rounds));
}

/** The rounds that are looked at on the way to what is open: a loop on the canvas gives what its last round gave, whichever was looked at inside. */
function along(path: Path, rounds: Rounds): Rounds {
  const loops = path.map((_, i) => path.slice(0, i + 1).join("/"));
  return Object.fromEntries(loops.flatMap((loop) => (rounds[loop] === undefined ? [] : [[loop, rounds[loop]]])));
}

/** The end inside, by the ids of the graph that runs, that gives what a socket on the canvas gives; undefined if nothing gives it. */
export function sourceInside(
  { whole, path, rounds }: Pick<Seen, "whole" | "path" | "rounds">,
  end: End,
  shown: ShownRun | undefined,
): End | undefined {
  return sourceAlong({ whole, shown }, path, along(path, rounds), end);
}

function sourceAlong(
  { whole, shown }: Pick<Looked, "whole" | "shown">,
  path: Path,
  rounds: Rounds,
  { node, port }: End,
): End | undefined {
  const within = [...path, node];
  const found = definitionAt(whole, within);
  if (!found) return { node: runPrefix(whole, path, rounds) + node, port };
  const end = endOf(found.definition.outputs?.[port]?.from);
  return end && Object.hasOwn(found.definition.nodes, end.node)
    ? sourceAlong({ whole, shown }, within, withLastWhile(whole, within, rounds, shown), end)
    : undefined;
}

/** The document that is looked at, and the run that is shown of it. */
type Looked = {
  readonly whole: WorkflowJson;
  readonly catalogue: AnyCatalogue;
  readonly shown: ShownRun | undefined;
};

/** The node inside an instance that gives its first picture, or else its first output; undefined for what is no instance. */
function outputInside(looked: Looked, path: Path, before: Rounds): string | undefined {
  const { whole, catalogue, shown } = looked;
  const found = definitionAt(whole, path);
  const rounds = withLastWhile(whole, path, before, shown);
  const definition = found?.definition;
  const sockets = found && catalogue.get(instanceType(found.id))?.outputs;
  const isPicture = ([port]: readonly [string, unknown]) => sockets?.[port]?.of.card === "square";
  const outputs = Object.entries(definition?.outputs ?? {});
  for (const [, { from }] of [...outputs.filter(isPicture), ...outputs]) {
    const end = endOf(from);
    const inner = end && definition?.nodes[end.node] && [...path, end.node];
    if (inner) return outputInside(looked, inner, rounds) ?? runPrefix(whole, path, rounds) + end.node;
  }
  const [last] = Object.keys(definition?.nodes ?? {}).slice(-1);
  return last === undefined ? undefined : runPrefix(whole, path, rounds) + last;
}

/** The node inside that was the last to have something to show in a run. */
function newestInside(shown: ShownRun | undefined, instance: string): string | undefined {
  const shows = shown ? inside<NodeShow>(shown.shows, instance) : [];
  return shows.filter(([, { frames, values, outputs }]) => frames.size + values.size + outputs.size > 0).at(-1)?.[0];
}
