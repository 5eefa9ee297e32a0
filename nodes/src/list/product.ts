import { list, NodeError } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

const maxPairs = 100_000;

export const product = defineNode({
  type: "list.product",
  version: 1,
  title: "Product",
  summary: "All pairs of two lists: each item of the first with every item of the second.",
  inputs: {
    first: list(t.variable("A", "The list whose items change slowly.")),
    second: list(t.variable("B", "The list that is repeated for each item of the first.")),
  },
  outputs: {
    first: list(t.variable("A", "The first of each pair.")),
    second: list(t.variable("B", "The second of each pair.")),
  },
  moves: true,
  listLength: (_, { first = 1, second = 1 }) => first * second,
  run({ first, second }) {
    if (first.length * second.length > maxPairs)
      throw new NodeError(
        `${first.length} items with ${second.length} are ${first.length * second.length} pairs; at most ${maxPairs} are made.`,
        "Give shorter lists.",
      );
    return { first: first.flatMap((item) => second.map(() => item)), second: first.flatMap(() => second) };
  },
});
