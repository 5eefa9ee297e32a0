import { editor, select } from "../state/editor.ts";
import type { GraphView } from "./view.ts";

/** Draws a box from where the pointer went down until it goes up, and chooses the nodes that it touches. */
export function startBox(container: HTMLElement, view: GraphView, down: PointerEvent): void {
  const box = document.createElement("div");
  box.className = "selection-box";
  container.append(box);
  const before = [...editor.get().selection];
  const origin = container.getBoundingClientRect();
  const off = new AbortController();
  const move = ({ clientX, clientY }: PointerEvent) => {
    const left = Math.min(down.clientX, clientX);
    const top = Math.min(down.clientY, clientY);
    const right = Math.max(down.clientX, clientX);
    const bottom = Math.max(down.clientY, clientY);
    box.style.translate = `${left - origin.left}px ${top - origin.top}px`;
    box.style.width = `${right - left}px`;
    box.style.height = `${bottom - top}px`;
    const a = view.canvasPoint(left, top);
    const b = view.canvasPoint(right, bottom);
    select([...before, ...view.idsIn({ left: a.x, top: a.y, right: b.x, bottom: b.y })]);
  };
  const end = () => {
    off.abort();
    box.remove();
  };
  addEventListener("pointermove", move, { signal: off.signal });
  addEventListener("pointerup", end, { signal: off.signal });
  addEventListener("pointercancel", end, { signal: off.signal });
}
