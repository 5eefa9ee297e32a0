import { loopOf, type RunView, type WorkflowJson } from "@clipwork/engine";
import { levelOf, type Path, type Rounds, runPrefix } from "../document/levels.ts";
import { roundIn } from "../document/loops.ts";
import { inside } from "../runs/inside.ts";
import type { OpenWorkflow } from "./workflow.ts";

/**
 * The furthest round that a run has come to of the loop at the end of a path, if it runs as long as it says so: there is nothing to see in those
 * behind it. Undefined for any other instance, and before the first round.
 */
function lastWhile(
  whole: WorkflowJson,
  path: Path,
  rounds: Rounds,
  run: Pick<RunView, "nodes"> | undefined,
): number | undefined {
  const [around, id = ""] = [path.slice(0, -1), path.at(-1)];
  if (!run || !isWhile(whole, path)) return undefined;
  return newestRound(run, runPrefix(whole, around, rounds) + id);
}

/** Whether the instance at the end of a path is a loop that runs as long as it says so. */
function isWhile(whole: WorkflowJson, path: Path): boolean {
  return loopOf(levelOf(whole, path.slice(0, -1)).nodes[path.at(-1) ?? ""]?.type ?? "") === "while";
}

/**
 * From now on each level of a loop that runs as long as it says so shows the furthest round that the shown run has come to, unless somebody chose
 * a round of it; a run that has come to none yet leaves what is shown. The result looks again: it is called whenever the run has gone on.
 */
export function followRounds(workflow: OpenWorkflow, shown: () => Pick<RunView, "nodes"> | undefined): () => void {
  const follow = () => {
    const { whole, path, chosen, rounds: before } = workflow.get();
    let rounds = chosen;
    for (const [i] of path.entries()) {
      const level = path.slice(0, i + 1);
      const loop = level.join("/");
      rounds = withLastWhile(whole, level, rounds, shown());
      if (rounds[loop] === undefined && before[loop] !== undefined && isWhile(whole, level))
        rounds = { ...rounds, [loop]: before[loop] };
    }
    workflow.reach(rounds);
  };
  workflow.listen(follow);
  return follow;
}

/** The rounds that are looked at, with that of `lastWhile` for the loop at the end of the path unless one was chosen. */
export function withLastWhile(
  whole: WorkflowJson,
  path: Path,
  rounds: Rounds,
  run: Pick<RunView, "nodes"> | undefined,
): Rounds {
  const loop = path.join("/");
  const last = rounds[loop] === undefined ? lastWhile(whole, path, rounds, run) : undefined;
  return last === undefined ? rounds : { ...rounds, [loop]: last };
}

/** The furthest round of a loop, by its id in the graph that runs, that a run has come to; undefined before the first. */
export function newestRound(run: Pick<RunView, "nodes">, loop: string): number | undefined {
  let newest: number | undefined;
  for (const [id] of inside(run.nodes, loop)) {
    // What numbers a round or stands behind it does not wait for the round.
    if (/^\/\d+\/(in|out)(\/|$)/.test(id.slice(loop.length))) continue;
    const round = roundIn(id, loop);
    if (round !== undefined && (newest === undefined || round > newest)) newest = round;
  }
  return newest;
}
