import { collectPrefix, keepType, roundsLimits, roundType } from "../document/loop.ts";
import { t, when } from "../kinds/socket.ts";
import { Recent } from "../values/recent.ts";
import type { AnyCatalogue, Catalogue } from "./environment.ts";
import { type AnyNodeDefinition, type NodeDefinition, nodeDefiner } from "./node.ts";
import { p } from "./param.ts";

const defineNode = nodeDefiner<unknown>();

/** The parameter of a loop that says how many rounds it runs. */
export const roundsParam = p.integer("How many rounds it runs, or runs at most.", roundsLimits);

const round = defineNode({
  type: roundType,
  version: 1,
  title: "Round",
  summary: "Outputs the number of a round.",
  outputs: { round: t.integer("The number of the round, from 1.") },
  params: { number: p.integer("The number of the round.", { ...roundsLimits, default: 1 }) },
  run: (_, { number }) => ({ round: number }),
});

/** What stands after a round that may not run: its value if it did, else that of the last round that ran. */
const keep = defineNode({
  type: keepType,
  version: 1,
  title: "Last round",
  summary: "Passes on the value of the last round that ran.",
  inputs: {
    fresh: when("again", true, t.variable("T", "The value of this round.")),
    kept: when("again", false, t.variable("T", "The value of the rounds before.")),
  },
  outputs: { value: t.variable("T", "The value.") },
  params: { again: p.boolean("Whether this round runs.", true) },
  moves: true,
  run: ({ fresh, kept }, { again }) => ({ value: again ? fresh! : kept! }),
});

const fixed: ReadonlyMap<string, NodeDefinition> = new Map([round, keep].map((one) => [one.type, one]));
/** Those that were asked for last, up to so many rounds together: each round takes some 400 bytes. */
const collectors = new Recent<NodeDefinition>(10_000);

/** The node type that makes one list of each item's values of so many rounds. */
function collectorOf(rounds: number): NodeDefinition {
  const known = collectors.get(`${rounds}`);
  if (known) return known;
  const numbers = Array.from({ length: rounds }, (_, i) => i + 1);
  const value = (number: number) => when(`again${number}`, true, t.variable("T", `The value of round ${number}.`));
  const made: NodeDefinition = {
    type: `${collectPrefix}${rounds}`,
    version: 1,
    title: "Every round",
    summary: "Makes a list of the values of all rounds that ran.",
    inputs: Object.fromEntries(numbers.map((number) => [`value${number}`, value(number)])),
    outputs: { values: { ...t.variable("T", "The values, round by round."), list: true } },
    params: Object.fromEntries(
      numbers.map((number) => [`again${number}`, p.boolean(`Whether round ${number} runs.`, true)]),
    ),
    ...{ stages: [], optionalStages: [], arrays: [], optionalArrays: [], migrations: [] },
    moves: true,
    // A loop that runs "while" may end before: this is the most.
    listLength: () => rounds,
    run: (inputs: { readonly [port: string]: unknown }) => ({
      values: numbers.flatMap((number) => inputs[`value${number}`] ?? []),
    }),
  };
  collectors.set(`${rounds}`, made, rounds);
  return made;
}

/** The type of a node: one of the catalogue, or one that reading a document makes for loops. */
export function findNodeType<Services>(
  catalogue: Catalogue<Services>,
  type: string,
): NodeDefinition<Services> | undefined;
export function findNodeType(catalogue: AnyCatalogue, type: string): AnyNodeDefinition | undefined;
export function findNodeType(catalogue: AnyCatalogue, type: string): AnyNodeDefinition | undefined {
  const known = catalogue.get(type) ?? fixed.get(type);
  if (known || !type.startsWith(collectPrefix)) return known;
  const rounds = Number(type.slice(collectPrefix.length));
  const { min, max } = roundsLimits;
  return Number.isInteger(rounds) && rounds >= min && rounds <= max ? collectorOf(rounds) : undefined;
}
