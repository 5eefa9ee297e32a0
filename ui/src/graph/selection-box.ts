import { boxAt, boxBetween, overlap } from "../canvas/geometry.ts";
import { notesOf } from "../document/notes.ts";
import type { OpenWorkflow } from "../editor/workflow.ts";
import type { GraphView } from "./graph-view.ts";

/** Draws a box from where the pointer went down until it goes up, and selects the nodes and notes that it touches. */
export function startBox(
  container: HTMLElement,
  view: GraphView,
  workflow: OpenWorkflow,
  down: PointerEvent,
  hand: AbortSignal,
): void {
  const box = document.createElement("div");
  box.className = "selection-box";
  container.append(box);
  const { selection, selectedNotes = [] } = workflow.get();
  const origin = container.getBoundingClientRect();
  const off = new AbortController();
  const move = ({ clientX, clientY }: PointerEvent) => {
    const { left, top, right, bottom } = boxBetween({ x: down.clientX, y: down.clientY }, { x: clientX, y: clientY });
    box.style.translate = `${left - origin.left}px ${top - origin.top}px`;
    box.style.width = `${right - left}px`;
    box.style.height = `${bottom - top}px`;
    const drawn = boxBetween(view.canvasPoint(left, top), view.canvasPoint(right, bottom));
    const notes = [...notesOf(workflow.present())].filter(([, note]) => overlap(boxAt(note, note), drawn));
    workflow.select([...selection, ...view.idsIn(drawn)], [...selectedNotes, ...notes.map(([id]) => id)]);
  };
  const end = () => {
    off.abort();
    box.remove();
  };
  hand.addEventListener("abort", end, { signal: off.signal });
  addEventListener("pointermove", move, { signal: off.signal });
  addEventListener("pointerup", end, { signal: off.signal });
  addEventListener("pointercancel", end, { signal: off.signal });
}
