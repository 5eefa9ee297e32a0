import type { WorkflowJson } from "@clipwork/engine";
import { type Box, boxAround, boxAt, type Point, type Size } from "../canvas/geometry.ts";
import { typicalCard } from "../canvas/shapes.ts";
import { placeOf } from "../document/edit.ts";
import { groupsOf } from "../document/groups.ts";
import { linksOf } from "../document/links.ts";

/** Canvas units from a group's frame to its cards, and the height of its header. */
const padding = 16;
export const groupHeader = 36;
/** Of a collapsed group. */
const cardWidth = 208;
const rowHeight = 24;

/** The size of a node's card; undefined if it is not drawn. */
export type SizeOf = (id: string) => Size | undefined;

/** Where the frames of the groups stand around their cards as the document has them; a collapsed one keeps its frame's corner. */
export function framesOf(workflow: WorkflowJson, sizeOf: SizeOf): ReadonlyMap<string, Box> {
  const docks = docksOf(workflow, sizeOf);
  return new Map(
    [...groupsOf(workflow)].map(([id, { members }]) => [id, docks.get(id)?.box ?? frameOf(workflow, members, sizeOf)]),
  );
}

function frameOf(workflow: WorkflowJson, members: readonly string[], sizeOf: SizeOf): Box {
  const cards = members.map((member) => boxAt(placeOf(workflow, member), sizeOf(member) ?? typicalCard));
  const { left, top, right, bottom } = boxAround(cards)!;
  return { left: left - padding, top: top - padding - groupHeader, right: right + padding, bottom: bottom + padding };
}

/** One end of links that cross the border of a collapsed group. */
export type DockRow = { readonly side: "input" | "output"; readonly node: string; readonly port: string };

/** A collapsed group: its card, and where the links of its members end there. */
export type Dock = {
  /** The group's id. */
  readonly id: string;
  readonly box: Box;
  readonly members: readonly string[];
  /** The card's corner from the place of its first member, with which it moves. */
  readonly corner: Point;
  /** Inputs and outputs of members that are linked to what is outside, each source once. */
  readonly rows: readonly DockRow[];
  /** Where a member's socket ends, from the card's corner. */
  at(side: "input" | "output", node: string, port: string): Point;
};

const none: ReadonlyMap<string, Dock> = new Map();

/** The collapsed groups, by id. */
export function docksOf(workflow: WorkflowJson, sizeOf: SizeOf): ReadonlyMap<string, Dock> {
  const collapsed = [...groupsOf(workflow)].filter(([, group]) => group.collapsed);
  if (collapsed.length === 0) return none;
  const links = linksOf(workflow);
  return new Map(
    collapsed.map(([id, { members }]) => {
      const inside = new Set(members);
      const rows: DockRow[] = [];
      const rowOf = new Map<string, number>();
      const count = { input: 0, output: 0 };
      const add = (row: DockRow, key: string) => {
        const known = rowOf.get(key);
        if (known === undefined) rows.push(row);
        return rowOf.set(key, known ?? count[row.side]++).get(key)!;
      };
      for (const { from, to } of links) {
        if (inside.has(from.node) === inside.has(to.node)) continue;
        if (inside.has(from.node)) add({ side: "output", ...from }, `output ${from.node}.${from.port}`);
        else rowOf.set(`input ${to.node}.${to.port}`, add({ side: "input", ...to }, `from ${from.node}.${from.port}`));
      }
      const { left, top } = frameOf(workflow, members, sizeOf);
      const height = groupHeader + rowHeight * Math.max(count.input, count.output) + (rows.length > 0 ? 8 : 0);
      const at: Dock["at"] = (side, node, port) => ({
        x: side === "input" ? 0 : cardWidth,
        y: groupHeader + rowHeight * ((rowOf.get(`${side} ${node}.${port}`) ?? -0.5) + 0.5) + (rows.length > 0 ? 2 : 0),
      });
      const first = placeOf(workflow, members[0]!);
      const corner = { x: left - first.x, y: top - first.y };
      return [id, { id, box: boxAt({ x: left, y: top }, { width: cardWidth, height }), members, corner, rows, at }];
    }),
  );
}

/** The group that each of the nodes is in after it was put down: the one whose frame its middle lies in. */
export function groupsAfterMove(
  before: WorkflowJson,
  places: ReadonlyMap<string, Point>,
  sizeOf: SizeOf,
): ReadonlyMap<string, string | undefined> {
  const into = new Map<string, string | undefined>();
  const groups = groupsOf(before);
  if (groups.size === 0) return into;
  const frames = framesOf(before, sizeOf);
  const standing = [...groups].filter(
    ([, { members, collapsed }]) => !collapsed && members.some((one) => !places.has(one)),
  );
  for (const [node, at] of places) {
    const own = [...groups].find(([, { members }]) => members.includes(node))?.[0];
    // A group that was moved whole keeps its members.
    if (own !== undefined && !standing.some(([id]) => id === own)) continue;
    const { left, top, right, bottom } = boxAt(at, sizeOf(node) ?? typicalCard);
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const lies = (id: string) => {
      const frame = frames.get(id)!;
      return x > frame.left && x < frame.right && y > frame.top && y < frame.bottom;
    };
    const found = own !== undefined && lies(own) ? own : standing.find(([id]) => lies(id))?.[0];
    if (found !== own) into.set(node, found);
  }
  return into;
}
