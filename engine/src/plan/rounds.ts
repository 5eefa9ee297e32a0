import { againOutput } from "../document/loop.ts";
import type { Problem } from "../document/problem.ts";
import { show } from "../document/wording.ts";

/**
 * The problems as people look for them in loops: what is wrong in many rounds stands once, as an error if it is one in any of them; what is wrong
 * with a node between rounds, which no document has, is at the loop.
 */
export function onceARound(problems: readonly Problem[]): readonly Problem[] {
  if (!problems.some(({ node }) => node?.includes("/"))) return problems;
  const kept = new Map<string, Problem>();
  for (const found of problems) {
    const problem = atLoop(found);
    const key = keyOf(problem, problem !== found);
    const before = key === undefined ? undefined : kept.get(key);
    if (key === undefined) kept.set(`${kept.size}`, problem);
    else if (!before || (before.severity === "warning" && problem.severity === "error")) kept.set(key, problem);
  }
  return [...kept.values()];
}

const round = /\/\d+(?=\/)/g;

/** What the problems of all rounds have in common; undefined for one that stands in no round and between none. */
function keyOf({ code, node, port }: Problem, between: boolean): string | undefined {
  if (node === undefined || (!between && node.search(round) < 0)) return undefined;
  return JSON.stringify([code, node.replaceAll(round, ""), between ? "between" : (port ?? "")]);
}

/** The id of a node that reading a document puts between rounds: behind one of them, or behind them all. */
const between = /^(.+?)(?:\/\d+)?\/out(?:\/\d+)?$/;

function atLoop(problem: Problem): Problem {
  const { port = "", ...rest } = problem;
  const { node, code, message } = rest;
  const loop = node === undefined ? undefined : between.exec(node)?.[1];
  if (loop === undefined) return problem;
  if (code !== "wrong-type" || !port.startsWith("again"))
    return { ...rest, node: loop, message: message.replace(`"${node}.${port}"`, `"${loop}"`) };
  return {
    ...rest,
    ...{ node: loop, port: againOutput },
    message: `The loop "${loop}" goes on as long as its output ${show(againOutput)} is true, but that gives something else than true or false.`,
    remedy: `Open the subgraph and let ${show(againOutput)} give true or false.`,
  };
}

/** Whether a link leads from a round of a loop into the next one, by the ids of its ends. */
export function isCarried(from: string, to: string): boolean {
  const [before, after] = [from.split("/"), to.split("/")];
  const at = before.findIndex((part, i) => part !== after[i]);
  return at > 0 && /^\d+$/.test(before[at]!) && Number(after[at]) === Number(before[at]) + 1;
}
