import type { Definition } from "./read-definitions.ts";
import type { DocumentNode } from "./read-node.ts";
import type { Report } from "./report.ts";
import { show } from "./wording.ts";
import { loopOf } from "./workflow-json.ts";

/** The parameter of a loop that says how many rounds it runs, or runs at most. */
export const roundsName = "rounds";
/** The input of a definition that gives, in a loop and unless something feeds it, the number of the round, from 1. */
export const roundInput = "round";

/** What a loop may be set to. Each round is a part of the plan, so there has to be a bound. */
export const roundsLimits = { default: 4, min: 1, max: 1000 } as const;

/** How many rounds the parameters of a loop ask for; undefined if that is no number of rounds. */
function askedRounds(params: DocumentNode["params"]): number | undefined {
  const rounds = Object.hasOwn(params, roundsName) ? params[roundsName] : roundsLimits.default;
  const { min, max } = roundsLimits;
  return Number.isInteger(rounds) && (rounds as number) >= min && (rounds as number) <= max
    ? (rounds as number)
    : undefined;
}

/** How often the node runs its definition as it is written: 1 for what is no loop. */
export function writtenRounds({ type, params }: DocumentNode): number {
  return loopOf(type) === undefined ? 1 : (askedRounds(params) ?? 1);
}

/** What stands between two rounds at most: a node for each output and one that decides, with three links each. */
export function betweenRounds({ outputs }: Definition): { readonly nodes: number; readonly entries: number } {
  const nodes = outputs.size + 1;
  return { nodes, entries: 3 * nodes };
}

/** How many rounds a loop with these parameters runs: one, with a report, if they make no sense. */
export function readRounds(id: string, params: DocumentNode["params"], report: Report): number {
  const rounds = askedRounds(params);
  if (rounds !== undefined) return rounds;
  const { min, max } = roundsLimits;
  const asked = params[roundsName];
  const isNumber = Number.isFinite(asked);
  report.error(
    isNumber ? (Number.isInteger(asked) ? "out-of-range" : "not-an-integer") : "wrong-kind",
    { node: id, port: roundsName },
    `The loop "${id}" is to run ${show(asked)} rounds, but has to run from ${min} to ${max}.`,
    `Give ${roundsName} a whole number from ${min} to ${max}.`,
  );
  return 1;
}

/** The types of nodes that reading a document makes for loops. No document needs to name them. */
export const roundType = "loop.round";
export const keepType = "loop.keep";
export const collectPrefix = "loop.collect-";

/** Whether nodes of that type stand between rounds. */
export function standsBetween(type: string): boolean {
  return type === roundType || type === keepType || type.startsWith(collectPrefix);
}
