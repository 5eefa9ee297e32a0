import { createStore } from "../state/store.ts";
import type { GraphView } from "./view.ts";

/** The canvas that is on the page, for what acts on it from outside: keys, buttons, jumps to a node. */
export const canvas = createStore<{ readonly view?: GraphView; readonly scale: number }>({ scale: 1 });

/** Brings a node into the middle of the canvas and gives it the focus. */
export async function jumpTo(id: string): Promise<void> {
  await canvas.get().view?.fit([id]);
  focusNode(id);
}

/** Gives a node's card the focus, without the page scrolling to it. */
export function focusNode(id: string): void {
  document.querySelector<HTMLElement>(`.node[data-id="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
}
