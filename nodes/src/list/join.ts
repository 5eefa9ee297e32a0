import { list, optional } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

const more = (which: string) => optional(list(t.variable("T", `The ${which} list.`)));

export const join = defineNode({
  type: "list.join",
  version: 1,
  title: "Join lists",
  summary: "Joins lists into one: the items of the first, then those of the second, and so on.",
  inputs: {
    first: list(t.variable("T", "The first list; a single item is a list too.")),
    second: more("second"),
    third: more("third"),
    fourth: more("fourth"),
  },
  outputs: { items: list(t.variable("T", "All items.")) },
  moves: true,
  listLength: (_, { first = 1, second = 0, third = 0, fourth = 0 }) => first + second + third + fourth,
  run: ({ first, second = [], third = [], fourth = [] }) => ({ items: [...first, ...second, ...third, ...fourth] }),
});
