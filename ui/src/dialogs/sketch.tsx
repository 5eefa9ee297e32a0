import type { WorkflowJson } from "@clipwork/engine";
import { boxAround, boxAt } from "../canvas/geometry.ts";
import { placeOf } from "../document/edit.ts";

/** A typical node's size: nothing is laid out here, so the real one is unknown. */
const card = { width: 230, height: 170 };
const margin = 60;

/** The shape of a workflow in miniature: where its nodes are. */
export function Sketch({ document }: { readonly document: WorkflowJson }) {
  const nodes = Object.entries(document.nodes).map(([id, { type }]) => ({ id, type, ...placeOf(document, id) }));
  const { left, top, right, bottom } =
    boxAround(nodes.map((place) => boxAt(place, card))) ?? boxAt({ x: 0, y: 0 }, card);
  const viewBox = [left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin].join(" ");
  return (
    <svg className="sketch" viewBox={viewBox} aria-hidden="true">
      {nodes.map(({ id, type, x, y }) => (
        <rect key={id} data-group={type.split(".")[0]} x={x} y={y} {...card} rx={24} />
      ))}
    </svg>
  );
}
