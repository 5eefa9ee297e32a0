import type { ItemSpan } from "./profile.ts";

/** A row of a timeline: spans that do not overlap, in their order. `node` is absent if spans of any node share it. */
export type Lane = { readonly node?: string; readonly spans: readonly ItemSpan[] };

/** With more nodes than this a row for each is of no use to anybody: they share rows. */
const mostNodes = 200;

/**
 * The rows of a timeline: one for each node in the order in which they began, more of them if its items ran at once; of a run of many
 * nodes, as few as hold all spans.
 */
export function lanesOf(items: readonly ItemSpan[]): readonly Lane[] {
  const nodes = new Set(items.map(({ node }) => node));
  const apart = nodes.size <= mostNodes;
  const groups = new Map<string, ItemSpan[][]>();
  for (const span of items.toSorted((a, b) => a.start - b.start)) {
    const name = apart ? span.node : "";
    const lanes = groups.get(name) ?? [];
    groups.set(name, lanes);
    const free = lanes.find((lane) => lane.at(-1)!.end <= span.start);
    if (free) free.push(span);
    else lanes.push([span]);
  }
  return [...groups].flatMap(([node, lanes]) => lanes.map((spans) => (apart ? { node, spans } : { spans })));
}
