import type { WorkflowJson } from "@clipwork/engine";
import type { AreaPlugin } from "rete-area-plugin";
import { type Box, grown, isSameBox, type Point, type Size } from "../canvas/geometry.ts";
import { Shapes } from "../canvas/shapes.ts";
import { emptyWorkflow, hasPlace, placeOf } from "../document/edit.ts";
import { cardsToDraw, fewNodes } from "./cards-to-draw.ts";
import { DocumentOrder } from "./document-order.ts";

/** All nodes of the workflow, of which those in and near the window are drawn. The others are known by place and size. */
export type Cards = {
  /** The nodes of this workflow from now on. Returns those that have come, or stand elsewhere, and those that are gone. */
  show(workflow: WorkflowJson): { readonly placed: readonly string[]; readonly gone: readonly string[] };
  ids(): Iterable<string>;
  /** Where a node stands, also while it is in the hand. */
  placeOf(id: string): Point | undefined;
  /** How large its card is, or is taken to be; undefined for one of few nodes that is not drawn yet. */
  sizeOf(id: string): Size | undefined;
  /** The frame of a node that is drawn. */
  elementOf(id: string): HTMLElement | undefined;
  makeOf(id: string): string;
  /** Where a socket that is not drawn is within its card, as far as others of its make tell, or at the card's edge. */
  socketOf(id: string, socket: string): Point | undefined;
  readonly shapes: Shapes;
  /** The nodes are in the hand, moved by so much from where they stand. */
  carry(ids: ReadonlySet<string>, by: Point): void;
  /** They stand where they were carried to. */
  putDown(): void;
  /** The canvas was moved: what is drawn follows in the next frame. */
  follow(): void;
  /** What decides the sizes of cards has changed, or which one is edited in place: what is drawn follows in the next frame. */
  renew(): void;
  /** This node is drawn wherever it is, until it is another's turn. */
  need(id: string): void;
  /** Cards are drawn within it; undefined if all are. */
  zone(): Box | undefined;
  /** Whether cards are too small and too many to show more than their colour. */
  plain(): boolean;
  /** Whether everything is drawn that is to be, and measured. */
  settled(): boolean;
  destroy(): void;
};

type Needs = {
  /** What decides the size of a node's card. */
  makeOf(workflow: WorkflowJson, id: string): string;
  /** Renders a card into its frame, whole or plain; returns what takes it away again. */
  mount(id: string, frame: HTMLElement, plain: boolean): () => void;
  visible(): Box;
  /** Whether a collapsed group hides the node. */
  isHidden(id: string): boolean;
  boxOf(id: string): Box | undefined;
  /** Nodes that are needed where they are: what has the focus, what is dragged. */
  held(): Iterable<string>;
  /** The node whose card is edited in place: it is drawn whole. */
  edited(): string | undefined;
  /** The card that has the focus was drawn anew, whole or plain. */
  focused(id: string): void;
  /** Cards were measured; those in `changed` have another size than was thought. */
  measured(ids: readonly string[], changed: ReadonlySet<string>): void;
  /** Cards are drawn in another zone now, or stand elsewhere. */
  drawn(): void;
};

/** Whole cards that are drawn in one frame, so that the canvas goes on moving meanwhile; and plain ones. */
const perFrame = { whole: 12, plain: 300 } as const;

export function createCards(area: AreaPlugin<never, never>, needs: Needs): Cards {
  const places = new Map<string, Point>();
  const shapes = new Shapes();
  const drawn = new Map<string, { readonly plain: boolean; readonly unmount: () => void }>();
  /** The sizes of whole cards that are drawn, once they are measured. */
  const sizes = new Map<string, Size>();
  const unmeasured = new Set<string>();
  let workflow: WorkflowJson = emptyWorkflow;
  let carried: { readonly ids: ReadonlySet<string>; readonly by: Point } | undefined;
  /** Nodes whose make no card was drawn of yet: one of each is drawn to be measured. */
  const samples = new Map<string, string>();
  /** The same, that wait for room among those. */
  const awaited = new Map<string, string>();
  let needed: string | undefined;
  let plain = false;
  let zone: Box | undefined;
  /** While the window stays within it, what is drawn stays as it is. */
  let calm: { readonly box: Box; readonly width: number } | undefined;
  let waiting = false;
  /** Cards stand elsewhere or have another size since links were last told. */
  let moved = true;

  /** What was found of nodes as they are now: thousands of them are asked for at every step. */
  const makes = new Map<string, string>();
  const order = new DocumentOrder();

  function make(id: string): string {
    let its = makes.get(id);
    if (its === undefined) {
      its = needs.makeOf(workflow, id);
      makes.set(id, its);
    }
    return its;
  }

  const elementOf = (id: string) => area.nodeViews.get(id)?.element;
  const isFew = () => places.size <= fewNodes;

  const resized = new ResizeObserver((entries) => {
    const changed = new Set<string>();
    const fresh = new Set<string>();
    const ids: string[] = [];
    for (const { target, borderBoxSize } of entries) {
      const id = (target as HTMLElement).dataset.node!;
      const [{ inlineSize: width, blockSize: height } = { inlineSize: 0, blockSize: 0 }] = borderBoxSize;
      if (height === 0 || !places.has(id)) continue;
      const before = sizeOf(id);
      sizes.set(id, { width, height });
      if (shapes.drawn(id, make(id), { width, height }) && !isFew()) fresh.add(make(id));
      for (const [its, sample] of samples) if (sample === id) samples.delete(its);
      nextSamples();
      unmeasured.delete(id);
      ids.push(id);
      if (before?.width !== width || before.height !== height) changed.add(id);
    }
    // A card speaks for those of its make that were never drawn: they have another size than the links know.
    if (fresh.size > 0) for (const id of places.keys()) if (fresh.has(make(id)) && !sizes.has(id)) changed.add(id);
    if (ids.length > 0) needs.measured(ids, changed);
    if (samples.size > 0 || !isFew()) again(changed.size > 0);
  });

  function sizeOf(id: string): Size | undefined {
    // A card whose node has changed is measured again only if its size has.
    const size = sizes.get(id);
    if (size || isFew() || !places.has(id)) return size;
    return shapes.size(id, make(id));
  }

  function placeNow(id: string): Point | undefined {
    const place = places.get(id);
    if (!place || !carried?.ids.has(id)) return place;
    return { x: place.x + carried.by.x, y: place.y + carried.by.y };
  }

  function put(id: string): void {
    const view = area.nodeViews.get(id);
    const at = placeNow(id);
    if (!view || !at) return;
    view.position = { ...at };
    view.element.style.transform = `translate(${at.x}px, ${at.y}px)`;
  }

  function draw(id: string, asPlain: boolean): void {
    const focused = elementOf(id)?.contains(document.activeElement);
    if (drawn.has(id)) takeAway(id);
    const { element } = area.addNodeView({ id } as never);
    const next = order.add(id);
    if (next !== undefined) element.parentElement!.insertBefore(element, elementOf(next)!);
    element.dataset.node = id;
    element.classList.add("node-frame");
    element.toggleAttribute("data-hidden", needs.isHidden(id));
    put(id);
    const unmount = needs.mount(id, element, asPlain);
    drawn.set(id, { plain: asPlain, unmount });
    if (!asPlain) {
      unmeasured.add(id);
      resized.observe(element);
    }
    if (focused) needs.focused(id);
  }

  function takeAway(id: string): void {
    const view = area.nodeViews.get(id);
    if (view) resized.unobserve(view.element);
    const size = sizes.get(id);
    if (size && places.has(id)) shapes.drawn(id, make(id), size);
    sizes.delete(id);
    unmeasured.delete(id);
    drawn.get(id)?.unmount();
    drawn.delete(id);
    order.delete(id);
    area.removeNodeView(id);
  }

  /** Looks in the next frame what is to be drawn; unless they have `moved`, all cards stand as before. */
  function again(haveMoved = true): void {
    calm = undefined;
    moved ||= haveMoved;
    later();
  }

  function later(): void {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const { left, right, top, bottom } = needs.visible();
      const stays =
        calm !== undefined &&
        Math.abs(right - left - calm.width) < 1e-6 &&
        left >= calm.box.left &&
        right <= calm.box.right &&
        top >= calm.box.top &&
        bottom <= calm.box.bottom;
      if (!stays) renew();
    });
  }

  /** Draws what is to be drawn, as much as one frame has room for, and takes away what is not. */
  function renew(): void {
    const window = needs.visible();
    const before = { zone, plain };
    const chosen = cardsToDraw({
      ids: places.keys(),
      few: isFew(),
      window,
      wasPlain: plain,
      boxOf: (id) => (needs.isHidden(id) ? undefined : needs.boxOf(id)),
    });
    ({ plain, zone } = chosen);
    const wanted = new Map([...chosen.ids].map((id) => [id, plain]));
    // What is held stays whole while others become plain.
    for (const id of [...needs.held(), ...(needed === undefined ? [] : [needed])])
      if (places.has(id)) wanted.set(id, plain && drawn.get(id)?.plain !== false);
    for (const id of samples.values()) wanted.set(id, false);
    const edited = needs.edited();
    if (edited !== undefined && places.has(edited)) wanted.set(edited, false);
    let room = 1;
    let missing = false;
    for (const id of [...drawn.keys()]) if (!wanted.has(id)) takeAway(id);
    for (const [id, asPlain] of wanted) {
      if (drawn.get(id)?.plain === asPlain) continue;
      if (room <= 0) {
        missing = true;
        break;
      }
      draw(id, asPlain);
      room -= 1 / perFrame[asPlain ? "plain" : "whole"];
    }
    calm = missing || !zone ? undefined : { box: grown(window, chosen.slack), width: window.right - window.left };
    if (missing) later();
    const same = before.plain === plain && before.zone && zone && isSameBox(before.zone, zone);
    if (moved || !same) needs.drawn();
    moved = false;
  }

  function note(id: string): void {
    makes.delete(id);
    if (isFew()) return;
    const its = make(id);
    if (shapes.knows(its)) return;
    // A card that is measured is not measured again unless its size changes, so it must not wait for that.
    const size = sizes.get(id);
    if (size) shapes.drawn(id, its, size);
    else if (samples.size < mostSamples) samples.set(its, id);
    else if (!samples.has(its)) awaited.set(its, id);
  }

  /** As many of those that wait as there is room for; one whose make is known by now, or has changed, need not be drawn. */
  function nextSamples(): void {
    for (const [its, id] of awaited) {
      if (samples.size >= mostSamples) return;
      awaited.delete(its);
      if (places.has(id) && make(id) === its && !shapes.knows(its)) samples.set(its, id);
    }
  }

  /** Frames stand on the canvas in the order of the document. */
  function putInOrder(ids: readonly string[]): void {
    let next: HTMLElement | null = null;
    for (const id of order.set(ids)?.toReversed() ?? []) {
      const frame = elementOf(id)!;
      frame.parentElement!.insertBefore(frame, next);
      next = frame;
    }
  }

  return {
    shapes,
    placeOf: placeNow,
    sizeOf,
    makeOf: make,
    socketOf(id, socket) {
      const { width, height } = shapes.size(id, make(id));
      const edge = { x: socket.startsWith("output") ? width : 0, y: Math.min(header, height / 2) };
      return places.has(id) && !isFew() ? (shapes.socket(make(id), socket) ?? edge) : undefined;
    },
    ids: () => places.keys(),
    elementOf,
    show(next) {
      const before = workflow;
      workflow = next;
      const gone = [...places.keys()].filter((id) => !Object.hasOwn(next.nodes, id));
      for (const id of gone) {
        places.delete(id);
        makes.delete(id);
        if (drawn.has(id)) takeAway(id);
        shapes.forget(id);
      }
      if (next.nodes !== before.nodes) putInOrder(Object.keys(next.nodes));
      for (const [its, id] of samples) if (!places.has(id)) samples.delete(its);
      nextSamples();
      const placed: string[] = [];
      const fresh: string[] = [];
      for (const id of Object.keys(next.nodes)) {
        const isNew = !places.has(id);
        const same = before.nodes[id] === next.nodes[id] && before.layout?.[id] === next.layout?.[id];
        if (same && !isNew && hasPlace(next, id)) continue;
        const { x, y } = placeOf(next, id);
        const now = places.get(id);
        if (isNew || !same) fresh.push(id);
        if (now?.x === x && now.y === y) continue;
        places.set(id, { x, y });
        put(id);
        placed.push(id);
      }
      for (const id of fresh) note(id);
      // What is drawn of many is chosen in the next frame: until then nothing outside the window is.
      zone = isFew() ? undefined : (zone ?? needs.visible());
      if (isFew()) for (const id of fresh) if (!drawn.has(id)) draw(id, false);
      if (!isFew() || drawn.size < places.size || plain) again();
      return { placed, gone };
    },
    carry(ids, by) {
      carried = { ids, by };
      for (const id of drawn.keys()) if (ids.has(id)) put(id);
      // Those that are carried along may come into the window, or leave it.
      if (ids.size > 1 && !isFew()) again();
    },
    putDown() {
      const ids = carried?.ids ?? [];
      for (const id of ids) {
        const at = placeNow(id);
        if (at) places.set(id, at);
      }
      carried = undefined;
      again();
    },
    follow: later,
    renew() {
      makes.clear();
      again();
    },
    need(id) {
      needed = id;
      again(false);
    },
    zone: () => zone,
    plain: () => plain,
    settled: () => !waiting && unmeasured.size === 0,
    destroy() {
      resized.disconnect();
      for (const id of [...drawn.keys()]) takeAway(id);
    },
  };
}

/** Canvas units from the top of a card to its first sockets. */
const header = 48;
/** Makes that are measured at a time. */
const mostSamples = 40;
