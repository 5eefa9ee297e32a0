import { list, NodeError, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { column } from "../kinds/table.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import { cosine } from "../vectors/vectors.ts";

export const nearest = defineNode({
  type: "probe.nearest",
  version: 1,
  title: "Nearest of a set",
  summary: "Finds the image embeddings of a set that are nearest to others by cosine, and what belongs to them.",
  inputs: {
    queries: list(t.sharedImageEmbedding("The embeddings whose neighbours to find.")),
    set: list(t.sharedImageEmbedding("The embeddings among which to find them.")),
    items: list(t.variable("T", "What belongs to each embedding of the set, such as its picture or caption.")),
  },
  outputs: {
    items: list(
      t.variable("T", "What belongs to the nearest of the first query, the nearest first, then of the next."),
    ),
    table: t.table("A row for each of them: the query, the rank, the place in the set and the cosine."),
  },
  params: { count: p.integer("How many neighbours of each query.", { default: 5, min: 1, max: 1000 }) },
  run({ queries, set, items }, { count }) {
    if (items.length !== set.length)
      throw new NodeError(
        `There are ${items.length} items for ${set.length} embeddings of the set.`,
        "Link one item for each embedding, in their order.",
      );
    if (count > set.length)
      throw new NodeError(
        `"count" is ${count}, but the set has only ${set.length}.`,
        `Set "count" to at most ${set.length}.`,
      );
    const vectors = vectorsOf([...queries, ...set], (index) =>
      index < queries.length ? `Query ${index + 1}` : `Embedding ${index - queries.length + 1} of the set`,
    );
    const among = vectors.slice(queries.length);
    const found = queries.flatMap((_, query) => {
      const cosines = among.map((vector) => cosine(vectors[query]!, vector));
      const order = [...cosines.keys()].sort((a, b) => cosines[b]! - cosines[a]! || a - b).slice(0, count);
      return order.map((place, i) => ({ query, rank: i + 1, place, cosine: cosines[place]! }));
    });
    const columns = [
      column("query", "integer", found, ({ query }) => query),
      column("rank", "integer", found, ({ rank }) => rank),
      column("item", "integer", found, ({ place }) => place),
      column("cosine", "number", found, ({ cosine }) => cosine),
    ];
    return { items: found.map(({ place }) => items[place]!), table: { columns } };
  },
});
