import type { Catalogue, WorkflowJson } from "@clipwork/engine";
import { endOf, type Place, placeOf, setParam } from "./edit.ts";
import { addDecoder, addLinked, column, decoderOf, decoderType, saveType } from "./map-nodes.ts";

/** A place of a map, in its own units. */
export type MapPlace = Pick<Place, "x" | "y">;

/** A node that is a place of a map, and the node that makes its picture, if there is one. */
export type PlacedPoint = {
  readonly node: string;
  /** Undefined if a link feeds x or y. */
  readonly at: MapPlace | undefined;
  readonly decoder: string | undefined;
};

const pointType = "latent.point";

/** The places of the map at an output that the document has. */
export function pointsOf(workflow: WorkflowJson, map: string, catalogue: Catalogue): readonly PlacedPoint[] {
  return Object.entries(workflow.nodes).flatMap(([node, { type, mode, inputs = {}, params = {} }]) => {
    if (type !== pointType || mode !== undefined || inputs.map !== map) return [];
    const fed = Object.hasOwn(inputs, "x") || Object.hasOwn(inputs, "y");
    const { x = 0, y = 0 } = params;
    const at = fed || typeof x !== "number" || typeof y !== "number" ? undefined : { x, y };
    return [{ node, at, decoder: decoderOf(workflow, node, catalogue) }];
  });
}

/** The workflow in which that point is at another place. */
export function movePoint(workflow: WorkflowJson, node: string, { x, y }: MapPlace): WorkflowJson {
  return setParam(setParam(workflow, { node, port: "x" }, x), { node, port: "y" }, y);
}

/** The workflow with a place of the map, its decoder and an output; undefined if the catalogue lacks one of the nodes. */
export function addPoint(
  workflow: WorkflowJson,
  map: string,
  at: MapPlace,
  catalogue: Catalogue,
): WorkflowJson | undefined {
  if (![pointType, decoderType, saveType].every((type) => catalogue.has(type))) return undefined;
  const { x, y } = placeOf(workflow, endOf(map)!.node);
  const params = { x: at.x, y: at.y };
  const here = { x: x + column, y: y + column };
  return addDecoder(
    addLinked(workflow, catalogue, pointType, { inputs: { map }, params, at: here }),
    map,
    catalogue,
    "place",
  );
}
