import { Graph as Dagre, layout } from "@dagrejs/dagre";
import type { Graph, Places } from "./graph.ts";
import { plainStages, type Stages } from "./plain-stages.ts";
import { spread } from "./spread.ts";

/** Canvas units between stages, in which links turn, and between the cards of a stage, through which long links go. */
const between = { stages: 64, cards: 48 };
/** From so many cards on the quicker ranking, whose links are a little longer. */
const many = 150;
/** Beyond so many cards dagre takes minutes, and beyond so many stages its recursion has no room. */
const most = { cards: 3_000, stages: 300 };
/** How often cards are moved towards those that they are linked with. */
const rounds = 6;

/** A part whose cards hang together, laid out from (0, 0) on. */
export type Laid = { readonly places: Places; readonly width: number; readonly height: number };

/**
 * Places linked cards in stages from left to right. dagre chooses the stages and the order in each of them, but for parts that are too large for it; the heights are then chosen
 * anew, so that cards begin at one height, and not end at one middle: their sockets are at the top, and links become straight.
 */
export function layStages({ cards, links }: Graph): Laid {
  const plain = plainStages({ cards, links }, between.cards);
  const isLarge = cards.length > most.cards || plain.stages.length > most.stages;
  const { stages, top } = isLarge ? plain : stagesOf({ cards, links });
  const before = neighbours(links, "to", "from");
  const after = neighbours(links, "from", "to");
  for (let round = 0; round < rounds; round++) {
    const forwards = round % 2 === 1;
    for (const stage of forwards ? stages : stages.toReversed()) {
      const wanted = stage.map(({ id }) => {
        const near = (forwards ? before : after).get(id) ?? [];
        return near.length === 0 ? top.get(id)! : near.reduce((sum, other) => sum + top.get(other)!, 0) / near.length;
      });
      for (const [i, y] of spread(stage, wanted, between.cards).entries()) top.set(stage[i]!.id, y);
    }
  }
  const highest = [...top.values()].reduce((least, y) => Math.min(least, y));
  const places = new Map<string, { x: number; y: number }>();
  let [x, height] = [0, 0];
  for (const stage of stages) {
    for (const card of stage) {
      const y = top.get(card.id)! - highest;
      places.set(card.id, { x, y });
      height = Math.max(height, y + card.height);
    }
    x += stage.reduce((most, { width }) => Math.max(most, width), 0) + between.stages;
  }
  return { places, width: x - between.stages, height };
}

/** The stages that dagre chooses. */
function stagesOf({ cards, links }: Graph): Stages {
  const dagre = new Dagre();
  const ranker = cards.length < many ? "network-simplex" : "tight-tree";
  dagre.setGraph({ rankdir: "LR", ranksep: between.stages, nodesep: between.cards, ranker });
  dagre.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of cards) dagre.setNode(id, { width, height });
  for (const { from, to } of links) dagre.setEdge(from, to);
  layout(dagre);
  const top = new Map(cards.map(({ id, height }) => [id, dagre.node(id).y - height / 2]));
  const stages = Map.groupBy(cards, ({ id }) => Math.round(dagre.node(id).x));
  const inOrder = [...stages].sort(([a], [b]) => a - b).map(([, stage]) => stage);
  for (const stage of inOrder) stage.sort((a, b) => dagre.node(a.id).y - dagre.node(b.id).y);
  return { stages: inOrder, top };
}

type Side = "from" | "to";

function neighbours(links: Graph["links"], of: Side, other: Side): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const link of links) {
    const there = found.get(link[of]);
    if (there) there.push(link[other]);
    else found.set(link[of], [link[other]]);
  }
  return found;
}
