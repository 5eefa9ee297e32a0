import { list, NodeError, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { countNumbers, readNumbers } from "./read-numbers.ts";

export const integers = defineNode({
  type: "list.integers",
  version: 1,
  title: "Whole numbers",
  summary:
    "A list of the whole numbers that are written down, such as steps or seeds; what it is linked to runs once for each.",
  outputs: { integers: list(t.integer("The whole numbers.")) },
  params: {
    integers: p.text('The whole numbers, with commas between, such as "7, 12"; "1..9" and "10..50 by 10" count up.', {
      default: "1, 2, 3",
      maxLength: 20_000,
    }),
  },
  listLength: ({ integers }) => countNumbers(integers),
  run: (_, { integers }) => ({ integers: readNumbers(integers).map(whole) }),
});

function whole(number: number): number {
  if (Number.isSafeInteger(number)) return number;
  throw new NodeError(`${number} is no whole number.`, "Write whole numbers, or take the node Numbers.");
}
