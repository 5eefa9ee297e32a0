import type { RunView } from "@clipwork/engine";
import { roundIn } from "../document/loops.ts";
import { inside } from "../runs/inside.ts";

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
