import type { Editor } from "../editor/create-editor.ts";
import { stateIn } from "../runs/run-view.ts";

/** Cards that are too small to be read: a box in the colour of its stage, which says its name to those who ask. */
export type PlainCards = {
  /** Puts a plain card into the element, of that size; returns what takes it away again. */
  mount(id: string, into: HTMLElement, size: { readonly width: number; readonly height: number }): () => void;
  /** Follows no more. */
  stop(): void;
};

/** Frames are so much wider than their cards, on both sides together. */
const frame = 16;

/** React would take longer to draw so many: these are plain elements, kept up to date together. */
export function createPlainCards({ workflow, runs, naming, offer }: Editor): PlainCards {
  const cards = new Map<string, HTMLElement>();
  let waiting = false;

  function dress(id: string, card: HTMLElement): void {
    const { history, selection, prefix } = workflow.get();
    const node = history.present.nodes[id];
    const state = stateIn(runs.get().shown, prefix + id);
    set(card, "data-selected", selection.has(id) ? "true" : undefined);
    set(card, "data-state", state);
    set(card, "data-mode", node?.mode);
    set(card, "aria-label", [naming.get().name(id), state, node?.mode].filter(Boolean).join(", "));
  }

  function later(): void {
    if (waiting || cards.size === 0) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      for (const [id, card] of cards) dress(id, card);
    });
  }

  const stops = [workflow, runs, naming].map((store) => store.listen(later));
  return {
    mount(id, into, { width, height }) {
      const card = document.createElement("div");
      const { type = "" } = workflow.present().nodes[id] ?? {};
      card.className = "node plain";
      card.tabIndex = -1;
      card.dataset.id = id;
      card.dataset.group = offer.get().catalogue.has(type) ? type.split(".")[0]! : "unknown";
      card.setAttribute("role", "group");
      card.style.width = `${width - frame}px`;
      card.style.height = `${height}px`;
      dress(id, card);
      cards.set(id, card);
      into.append(card);
      return () => {
        cards.delete(id);
        card.remove();
      };
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}

function set(element: HTMLElement, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
