import { list, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

const limits = { min: -1_000_000, max: 1_000_000 };

export const range = defineNode({
  type: "list.range",
  version: 1,
  title: "Range",
  summary: "A list of evenly spaced numbers; what it is linked to runs once for each.",
  outputs: { numbers: list(t.number("The numbers, both ends included.")) },
  params: {
    from: p.number("The first number.", { default: 0, ...limits }),
    to: p.number("The last number.", { default: 1, ...limits }),
    count: p.integer("How many numbers; 1 is the first number alone.", { default: 5, min: 1, max: 1024 }),
  },
  listLength: ({ count }) => count,
  run: (_, { from, to, count }) => ({
    numbers: Array.from({ length: count }, (_, i) =>
      i > 0 && i === count - 1 ? to : from + ((to - from) * i) / Math.max(count - 1, 1),
    ),
  }),
});
