import type { Catalogue, WorkflowJson } from "@clipwork/engine";
import { endOf, placeOf, setParam } from "./edit.ts";
import { addDecoder, addLinked, column, decoderOf, decoderType, nodeOf, saveType } from "./map-nodes.ts";

/** The way from one point of a map to another through what lies between them. */
export type Strip = {
  /** The node that interpolates. */
  readonly node: string;
  /** The nodes that pick its ends. */
  readonly ends: readonly [from: string, to: string];
  /** The points that they pick, as the document says: a number below 0 counts from the end; undefined if a link says which. */
  readonly items: readonly [from: number, to: number] | undefined;
  readonly decoder: string | undefined;
};

const pickType = "latent.pick";
const betweenType = "latent.slerp";
const positionsType = "list.range";
const allTypes = [pickType, betweenType, positionsType, decoderType, saveType];

/** Pictures of a new strip, both ends included. */
const pictures = 6;

/** The strips between points of the map at an output that the document has. */
export function stripsOf(workflow: WorkflowJson, map: string, catalogue: Catalogue): readonly Strip[] {
  return Object.entries(workflow.nodes).flatMap(([node, { type, mode, inputs = {} }]) => {
    if (type !== betweenType || mode !== undefined) return [];
    const from = pickedBy(workflow, inputs.from, map);
    const to = pickedBy(workflow, inputs.to, map);
    if (!from || !to) return [];
    const items = from.item === undefined || to.item === undefined ? undefined : ([from.item, to.item] as const);
    return [{ node, ends: [from.node, to.node] as const, items, decoder: decoderOf(workflow, node, catalogue) }];
  });
}

/** The points of a strip on a map of `count` points, from 0; undefined if the map lacks one of them, or nothing is known of them. */
export function endsOn(count: number, { items }: Pick<Strip, "items">): Strip["items"] {
  const [from, to] = (items ?? []).map((item) => (item < 0 ? count + item : item));
  const isThere = (item: number | undefined): item is number => item !== undefined && item >= 0 && item < count;
  return isThere(from) && isThere(to) ? [from, to] : undefined;
}

/** The workflow in which that strip leads from another point to another. */
export function moveStrip(workflow: WorkflowJson, { ends }: Strip, from: number, to: number): WorkflowJson {
  const moved = setParam(workflow, { node: ends[0], port: "item" }, from);
  return setParam(moved, { node: ends[1], port: "item" }, to);
}

/** The workflow with a strip from a point to another, its decoder and an output; undefined if the catalogue lacks a node. */
export function addStrip(
  workflow: WorkflowJson,
  map: string,
  from: number,
  to: number,
  catalogue: Catalogue,
): WorkflowJson | undefined {
  if (!allTypes.every((type) => catalogue.has(type))) return undefined;
  const { x, y } = placeOf(workflow, endOf(map)!.node);
  const at = (right: number, down: number) => ({ x: x + right * column, y: y + 2.6 * column + down });
  const pick = (now: WorkflowJson, item: number, down: number) =>
    addLinked(now, catalogue, pickType, { inputs: { map }, params: { item }, at: at(1, down) });
  const first = pick(workflow, from, 0);
  const last = pick(first.workflow, to, 220);
  const range = { from: 0, to: 1, count: pictures };
  const positions = addLinked(last.workflow, catalogue, positionsType, { params: range, at: at(1, 440) });
  const inputs = { from: first.output, to: last.output, position: positions.output };
  const between = addLinked(positions.workflow, catalogue, betweenType, { inputs, at: at(2, 0) });
  return addDecoder(between, map, catalogue, "between");
}

/** The node that picks a point of the map for an input, and which. */
function pickedBy(workflow: WorkflowJson, link: unknown, map: string) {
  const node = endOf(link)?.node;
  const found = node === undefined ? undefined : nodeOf(workflow, node);
  if (node === undefined || found?.type !== pickType || found.inputs?.map !== map) return undefined;
  const { item = 0 } = found.params ?? {};
  const fed = Object.hasOwn(found.inputs, "item") || typeof item !== "number";
  return { node, item: fed ? undefined : item };
}
