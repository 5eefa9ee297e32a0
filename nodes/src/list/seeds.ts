import { list, maxSeed, NodeError, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

export const seeds = defineNode({
  type: "list.seeds",
  version: 1,
  title: "Seeds",
  summary: "A list of seeds that follow one another; what it is linked to runs once for each.",
  outputs: { seeds: list(t.integer("The seeds.")) },
  params: {
    first: p.seed("The first seed."),
    count: p.integer("How many.", { default: 16, min: 1, max: 1024 }),
  },
  listLength: ({ count }) => count,
  run(_, { first, count }) {
    if (first + count - 1 > maxSeed) {
      throw new NodeError(
        `${count} seeds from ${first} go beyond ${maxSeed}, the largest seed.`,
        `Set "first" to at most ${maxSeed - count + 1}.`,
      );
    }
    return { seeds: Array.from({ length: count }, (_, i) => first + i) };
  },
});
