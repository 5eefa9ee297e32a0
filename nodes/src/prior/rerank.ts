import { list, NodeError, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

export const rerank = defineNode({
  type: "prior.rerank",
  version: 1,
  title: "Keep the best",
  summary: "Keeps the items of a list that have the best scores, the best first.",
  inputs: {
    items: list(t.variable("T", "The items, such as embeddings of several seeds.")),
    scores: list(t.number("A score for each item, in their order; list.column takes them from a table.")),
  },
  outputs: {
    items: list(t.variable("T", "The best items; of equal ones, the earlier first.")),
    scores: list(t.number("Their scores.")),
  },
  params: {
    count: p.integer("How many to keep.", { default: 1, min: 1, max: 100_000 }),
    best: p.choice("Which scores are the best.", ["highest", "lowest"], "highest"),
  },
  run({ items, scores }, { count, best }) {
    if (scores.length !== items.length)
      throw new NodeError(
        `There are ${scores.length} scores for ${items.length} items.`,
        "Give one score for each item.",
      );
    if (count > items.length)
      throw new NodeError(
        `"count" is ${count}, but there are only ${items.length} items.`,
        `Set "count" to at most ${items.length}.`,
      );
    const sign = best === "highest" ? -1 : 1;
    const ranked = [...scores.keys()].sort((a, b) => sign * (scores[a]! - scores[b]!) || a - b).slice(0, count);
    return { items: ranked.map((index) => items[index]!), scores: ranked.map((index) => scores[index]!) };
  },
});
