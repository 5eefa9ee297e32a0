import { type DefinitionJson, unpackInstance, type WorkflowJson } from "@clipwork/engine";
import { freeSpot } from "../canvas/free-spot.ts";
import { type Box, boxAround, boxAt, type Point } from "../canvas/geometry.ts";
import { makeRoom } from "../canvas/make-room.ts";
import { typicalCard } from "../canvas/shapes.ts";
import { moveNodes, placeOf } from "../document/edit.ts";
import { moveNotes, notesOf } from "../document/notes.ts";
import { cardsIn } from "./cards.ts";

/** A card inside that is not drawn: as high as one with a picture and its parameters. */
const insideCard = { width: typicalCard.width, height: 420 };

/**
 * What is open with the nodes of a definition in the place of an instance of it, on no other card: the cards to its right and below make room, or else
 * the nodes go to the nearest free place. `boxes`: where cards are drawn.
 */
export function unpackedAt(
  level: WorkflowJson,
  instance: string,
  definition: DefinitionJson,
  boxes: ReadonlyMap<string, Box>,
): { readonly workflow: WorkflowJson; readonly ids: readonly string[] } | undefined {
  const { nodes, layout = {}, notes = {} } = definition;
  const inner = { ...level, nodes, layout, notes };
  const places = Object.keys(nodes).map((id) => placeOf(inner, id));
  const inside = [...notesOf(inner).values()].map((note) => boxAt(note, note));
  const block = boxAround([...places.map((place) => boxAt(place, insideCard)), ...inside]);
  const at = placeOf(level, instance);
  const own = boxes.get(instance) ?? boxAt(at, typicalCard);
  const others = standing(level, instance, boxes);
  const wanted = boxAt(at, block ? sizeOf(block) : typicalCard);
  const room = makeRoom(wanted, own, new Map([...others].map(([id, { box }]) => [id, box])));
  const corner = room
    ? at
    : freeSpot(
        wanted,
        [...others.values()].map(({ box }) => box),
      );
  const by = { x: corner.x - (block?.left ?? 0), y: corner.y - (block?.top ?? 0) };
  const put = ({ x, y }: Point): Point => ({ x: Math.round(x + by.x), y: Math.round(y + by.y) });
  const unpacked = unpackInstance(level, instance, (place) => (isPlace(place) ? { ...place, ...put(place) } : place));
  if (!unpacked) return undefined;
  const placed = new Map(unpacked.ids.map((id, i) => [id, put(places[i]!)]));
  let { workflow } = unpacked;
  for (const [id, far] of room ?? []) {
    const { members, note } = others.get(id)!;
    if (note !== undefined) workflow = moveNotes(workflow, [note], far);
    for (const member of members) {
      const { x, y } = placeOf(level, member);
      placed.set(member, { x: x + far.x, y: y + far.y });
    }
  }
  return { workflow: moveNodes(workflow, placed), ids: unpacked.ids };
}

type Standing = { readonly box: Box; readonly members: readonly string[]; readonly note?: string };

/** All cards but one, and all notes. */
function standing(
  level: WorkflowJson,
  instance: string,
  boxes: ReadonlyMap<string, Box>,
): ReadonlyMap<string, Standing> {
  const ids = Object.keys(level.nodes).filter((id) => id !== instance);
  const drawn = new Map(ids.map((id) => [id, boxes.get(id) ?? boxAt(placeOf(level, id), typicalCard)]));
  const notes = [...notesOf(level)].map(([id, note]): [string, Standing] => [
    `note ${id}`,
    { box: boxAt(note, note), members: [], note: id },
  ]);
  return new Map<string, Standing>([...cardsIn(level, drawn), ...notes]);
}

function sizeOf({ left, top, right, bottom }: Box): { readonly width: number; readonly height: number } {
  return { width: right - left, height: bottom - top };
}

function isPlace(place: unknown): place is Point {
  const { x, y } = Object(place) as { readonly x?: unknown; readonly y?: unknown };
  return typeof x === "number" && typeof y === "number";
}
