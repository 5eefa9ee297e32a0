import { list, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { countNumbers, readNumbers } from "./read-numbers.ts";

export const numbers = defineNode({
  type: "list.numbers",
  version: 1,
  title: "Numbers",
  summary: "A list of the numbers that are written down; what it is linked to runs once for each.",
  outputs: { numbers: list(t.number("The numbers.")) },
  params: {
    numbers: p.text('The numbers, with commas between, such as "1, 2.5"; "1..9" and "0..1 by 0.25" count up.', {
      default: "1, 2, 3",
      maxLength: 20_000,
    }),
  },
  listLength: ({ numbers }) => countNumbers(numbers),
  run: (_, { numbers }) => ({ numbers: [...readNumbers(numbers)] }),
});
