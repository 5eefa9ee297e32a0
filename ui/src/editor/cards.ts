import type { WorkflowJson } from "@clipwork/engine";
import type { Box, Point } from "../canvas/geometry.ts";
import { placeOf } from "../document/edit.ts";
import { groupsOf } from "../document/groups.ts";

/** What is seen as one card on the canvas: a node, or all of a collapsed group. */
export type Card = { readonly box: Box; readonly members: readonly string[] };

/** The cards of the nodes with these boxes, by their node; a collapsed group is one card, by its first member. */
export function cardsIn(workflow: WorkflowJson, boxes: ReadonlyMap<string, Box>): ReadonlyMap<string, Card> {
  const group = leaders(workflow);
  const cards = new Map<string, Card>();
  for (const [id, box] of boxes) {
    const members = group.get(id) ?? [id];
    if (!cards.has(members[0]!)) cards.set(members[0]!, { box, members });
  }
  return cards;
}

/** The id of the card that a node is seen in: the first member of its group if that is collapsed, else its own. */
export function cardOf(workflow: WorkflowJson): (id: string) => string {
  const group = leaders(workflow);
  return (id) => group.get(id)?.[0] ?? id;
}

/** The members of the collapsed groups, by each of them. */
function leaders(workflow: WorkflowJson): ReadonlyMap<string, readonly string[]> {
  const group = new Map<string, readonly string[]>();
  for (const { members, collapsed } of groupsOf(workflow).values())
    if (collapsed) for (const member of members) group.set(member, members);
  return group;
}

/** The places of all nodes whose cards get their corners to these places. What is hidden in a card keeps its place in it. */
export function placesOfCards(
  workflow: WorkflowJson,
  cards: ReadonlyMap<string, Card>,
  corners: ReadonlyMap<string, Point>,
): Map<string, Point> {
  const places = new Map<string, Point>();
  for (const [id, { x, y }] of corners) {
    const { box, members } = cards.get(id)!;
    for (const member of members) {
      const now = placeOf(workflow, member);
      places.set(member, { x: Math.round(now.x + x - box.left), y: Math.round(now.y + y - box.top) });
    }
  }
  return places;
}
