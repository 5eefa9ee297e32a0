import { definitionOf } from "@clipwork/engine";
import type { Editor } from "../editor/create-editor.ts";
import { seenInside } from "../editor/seen-inside.ts";
import { shownIn } from "../runs/inside.ts";
import { stateIn } from "../runs/run-view.ts";
import { artifact } from "../server/artifact.ts";
import { picturesOf } from "./pictures-of.ts";
import { worstOf } from "./worst-of.ts";

/**
 * Cards that are too small to be read: a box in the colour of its stage, or of what is wrong with its node, with the picture that it has made. It
 * says its name to those who ask.
 */
export type PlainCards = {
  /** Puts a plain card into the element, of that size; returns what takes it away again. */
  mount(id: string, into: HTMLElement, size: { readonly width: number; readonly height: number }): () => void;
  /** Follows no more. */
  stop(): void;
};

/** Frames are so much wider than their cards, on both sides together. */
const frame = 16;

/** React would take longer to draw so many: these are plain elements, kept up to date together. */
export function createPlainCards({ workflow, runs, naming, offer, problems, kept }: Editor): PlainCards {
  const cards = new Map<string, HTMLElement>();
  let waiting = false;

  function dress(id: string, card: HTMLElement): void {
    const { history, selection, prefix } = workflow.get();
    const node = history.present.nodes[id];
    const { shown } = runs.get();
    const state = stateIn(shown, prefix + id);
    const worst = worstOf(problems.get().byNode.get(id));
    const failed = shown && shownIn(shown, prefix + id)?.failure !== undefined;
    const { name, sentence } = naming.get();
    const fault = worst && sentence(worst.message);
    set(card, "data-selected", selection.has(id) ? "true" : undefined);
    set(card, "data-state", state);
    set(card, "data-mode", node?.mode);
    set(card, "data-fault", failed ? "error" : worst?.severity);
    set(card, "aria-label", [name(id), state, node?.mode, fault].filter(Boolean).join(", "));
    showPicture(card, pictureOf(id, node?.type ?? ""));
  }

  function pictureOf(id: string, type: string): string | undefined {
    const now = workflow.get();
    const isInstance = definitionOf(type) !== undefined;
    const at = isInstance ? seenInside(now, id, offer.get().catalogue, runs.get().shown) : now.prefix + id;
    const made = kept.get().at(at);
    const [first] = made ? picturesOf(made.show) : [];
    return first && artifact(first);
  }

  function later(): void {
    if (waiting || cards.size === 0) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      for (const [id, card] of cards) dress(id, card);
    });
  }

  const stops = [workflow, runs, naming, problems, kept].map((store) => store.listen(later));
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

/** The picture fills the card. It is loaded only once the card has come near the window. */
function showPicture(card: HTMLElement, address: string | undefined): void {
  const before = card.querySelector("img");
  if (address === undefined) before?.remove();
  else if (before) set(before, "src", address);
  else {
    const picture = document.createElement("img");
    Object.assign(picture, { alt: "", decoding: "async", loading: "lazy", draggable: false, src: address });
    card.append(picture);
  }
}

function set(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
