import type { Card, Graph, Places } from "./graph.ts";
import { shelve } from "./shelve.ts";
import { layStages } from "./stages.ts";

/** Canvas units between parts that no link joins. */
const apart = 96;

/**
 * Places for all cards, from (0, 0) on: what is linked stands in stages from left to right, and parts that no link joins stand in rows
 * which make a block about as wide as a screen is. No two cards overlap. Links to cards that are not there do not count.
 */
export function arrange(graph: Graph): Places {
  const parts = partsOf(graph).map((part) => layStages(part));
  const corners = shelve(parts, apart);
  const places = new Map<string, { x: number; y: number }>();
  for (const [i, { places: inside }] of parts.entries())
    for (const [id, { x, y }] of inside)
      places.set(id, { x: Math.round(corners[i]!.x + x), y: Math.round(corners[i]!.y + y) });
  return places;
}

/** The parts that hang together, in the order in which their first cards come. */
function partsOf({ cards, links }: Graph): Graph[] {
  const root = new Map(cards.map(({ id }) => [id, id]));
  const rootOf = (id: string): string => {
    let at = id;
    while (root.get(at) !== at) {
      root.set(at, root.get(root.get(at)!)!);
      at = root.get(at)!;
    }
    return at;
  };
  const inside = links.filter(({ from, to }) => from !== to && root.has(from) && root.has(to));
  for (const { from, to } of inside) root.set(rootOf(from), rootOf(to));
  const parts = new Map<string, { cards: Card[]; links: { from: string; to: string }[] }>();
  for (const card of cards) {
    const part = parts.get(rootOf(card.id));
    if (part) part.cards.push(card);
    else parts.set(rootOf(card.id), { cards: [card], links: [] });
  }
  for (const link of inside) parts.get(rootOf(link.from))!.links.push(link);
  return [...parts.values()];
}
