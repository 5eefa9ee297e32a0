import type { Problem } from "./problem.ts";

/** The output of a definition by which a loop that runs "while" decides after each round whether to go on. */
export const againOutput = "again";

/** The id of a node of the graph that runs without the numbers of the rounds that it stands in: what all rounds have in common. */
export function withoutRounds(id: string): string {
  return id.replaceAll(/\/\d+(?=\/)/g, "");
}

/** The id of a node that reading a document puts between rounds: behind one of them, or behind them all. */
const between = /^(.+?)(?:\/\d+)?\/out(?:\/(\d+))?$/;

/** What a node between rounds, or one of its ports, is there for: the loop and the number of its output, or "again" for what decides on a round. */
export type LoopOutput = { readonly loop: string; readonly output: number | typeof againOutput };

/** What a node of that id stands between rounds for; undefined for any other node. */
export function loopOutput(id: string, port = ""): LoopOutput | undefined {
  const [, loop, output] = between.exec(id) ?? [];
  if (loop === undefined) return undefined;
  return { loop, output: output === undefined || port.startsWith(againOutput) ? againOutput : Number(output) };
}

/** What the same problem in all rounds of a loop has in common; undefined for one that stands in no round and between none. */
export function keyInRounds({ code, node, port = "" }: Pick<Problem, "code" | "node" | "port">): string | undefined {
  if (node === undefined) return undefined;
  const shared = withoutRounds(node);
  const stands = loopOutput(node, port);
  if (stands) return JSON.stringify([code, withoutRounds(stands.loop), stands.output]);
  return shared === node ? undefined : JSON.stringify([code, shared, port]);
}
