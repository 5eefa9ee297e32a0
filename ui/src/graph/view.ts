import type { WorkflowJson } from "@clipwork/engine";
import { type GetSchemes, NodeEditor } from "rete";
import { type Area2D, AreaPlugin, Drag } from "rete-area-plugin";
import { ConnectionPlugin } from "rete-connection-plugin";
import {
  type Box,
  boxAround,
  boxAt,
  boxBetween,
  fitInto,
  fitReadably,
  largest,
  overlap,
  type Point,
  type Size,
  shiftIntoView,
  smallest,
  toCanvas,
  zoomAround,
} from "../canvas/geometry.ts";
import { placeOf } from "../document/edit.ts";
import { linksOf } from "../document/links.ts";
import { createAnchors } from "./anchors.ts";
import { createCamera } from "./camera.ts";
import { createDocked } from "./docked.ts";
import { DocumentFlow } from "./flow.ts";
import type { GraphView, ViewHandlers } from "./graph-view.ts";
import { listenHands } from "./hands.ts";
import { focusUnlessTaken } from "./late-focus.ts";
import { createLinkLayer } from "./link-layer.ts";
import { createLinkMounting, type LinkData } from "./mount-links.ts";
import { Newest } from "./newest.ts";
import { createSnapping } from "./snapping.ts";

type NodeData = { readonly id: string };
type Schemes = GetSchemes<NodeData, LinkData>;
type SocketSignal = {
  type: "render";
  data: { type: "socket"; element: HTMLElement; nodeId: string; side: "input" | "output"; key: string };
};
type Signals = Area2D<Schemes> | SocketSignal;

/** Scale below which nodes show only their title and picture. */
const far = 0.42;
/** Canvas units on both sides of a card, within its frame, for sockets that stand out of it. */
const framePadding = 8;
/** Pixels that a search takes in the window. */
const searchWidth = 320;

/** Draws a workflow with Rete in the container. Rete holds no truth: everything the user does goes to the handlers. */
export function createGraphView(container: HTMLElement, handlers: ViewHandlers): GraphView {
  const editor = new NodeEditor<Schemes>();
  const area = new AreaPlugin<Schemes, Signals>(container);
  const connection = new ConnectionPlugin<never>();
  const docked = createDocked((id) => area.nodeViews.get(id));
  const anchors = createAnchors((id) => area.nodeViews.get(id), docked.pointOf);
  const unmounts = new Map<HTMLElement, () => void>();
  const layer = createLinkLayer();
  const links = createLinkMounting(anchors, layer, handlers.kind);

  editor.use(area as never);
  area.use(connection as never);
  const flow = () => new DocumentFlow(handlers, anchors.elementOf);
  connection.addPreset(flow as never);

  const backdrop = document.createElement("div");
  backdrop.className = "canvas-dots";
  area.area.content.add(backdrop);
  // Panning is for the bare canvas: with Shift or Control held a box is drawn instead.
  area.area.setDragHandler(
    new Drag({
      down: (event) => (event.button === 0 && !event.shiftKey && !event.ctrlKey) || event.button === 1,
      move: () => true,
    }),
  );

  const camera = createCamera(container, area.area);
  const off = new AbortController();
  listenHands(container, area.area, camera, off.signal);

  /** The size of each node that is drawn. Reading it from the page would force a layout. */
  const sizes = new Map<string, Size>();
  const resized = new ResizeObserver((entries) => {
    for (const { target, borderBoxSize } of entries) {
      const id = (target as HTMLElement).dataset.node!;
      const [{ inlineSize: width, blockSize: height } = { inlineSize: 0, blockSize: 0 }] = borderBoxSize;
      if (height > 0 && area.nodeViews.has(id)) sizes.set(id, { width, height });
      anchors.resized(id);
      placeCard(id);
    }
    lookLater();
    handlers.resized();
  });

  let looking = false;
  /** Looks in the next frame whether any node is in sight. */
  function lookLater(): void {
    if (looking) return;
    looking = true;
    requestAnimationFrame(() => {
      looking = false;
      const seen = visible();
      handlers.lost(sizes.size > 0 && ![...sizes.keys()].some((id) => overlap(boxOf(id)!, seen)));
    });
  }

  const drawing = new Newest(apply);
  area.addPipe((signal) => {
    switch (signal.type) {
      case "render":
        if (signal.data.type === "node") mountNode(signal.data.element, signal.data.payload.id);
        else if (signal.data.type === "connection") {
          const unmount = links.mount(signal.data);
          if (unmount) unmounts.set(signal.data.element, unmount);
        }
        break;
      case "unmount":
        unmounts.get(signal.data.element)?.();
        unmounts.delete(signal.data.element);
        break;
      case "zoom":
        // A double click adds a node, and does nothing else.
        if (signal.data.source === "dblclick") return undefined;
        if (signal.data.zoom < smallest || signal.data.zoom > largest) return undefined;
        break;
      case "zoomed":
        noteScale(signal.data.zoom);
        lookLater();
        break;
      case "translated":
        handlers.panned();
        lookLater();
        break;
      case "nodetranslate": {
        if (drawing.busy || (dragged && dragged.id !== signal.data.id)) break;
        const { id, position, previous } = signal.data;
        const { start } = dragged ?? beginDrag(id, previous);
        return { ...signal, data: { ...signal.data, position: snapping.place(start.get(id)!, position) } };
      }
      case "nodetranslated":
        lookLater();
        for (const id of docked.movedWith(signal.data.id)) {
          placeCard(id);
          anchors.moved(id);
        }
        if (!drawing.busy) bringCompany(signal.data);
        break;
      case "nodedragged":
        settle(signal.data.id);
        break;
      case "contextmenu":
        return undefined;
    }
    return signal;
  });

  function mountNode(element: HTMLElement, id: string): void {
    if (unmounts.has(element)) return;
    element.dataset.node = id;
    element.classList.add("node-frame");
    const press = (event: PointerEvent) => handlers.pressed(id, event);
    element.addEventListener("pointerdown", press);
    const unmount = handlers.mount(id, element);
    resized.observe(element);
    unmounts.set(element, () => {
      resized.unobserve(element);
      sizes.delete(id);
      placeCard(id);
      lookLater();
      unmount();
    });
  }

  /** Links go around the card of the node as it stands now. */
  function placeCard(id: string): void {
    const box = boxOf(id);
    const by = docked.boxOf(id) ? 0 : framePadding;
    layer.card(id, box && { ...box, left: box.left + by, right: box.right - by });
  }

  let held = { altKey: false };
  const noteKeys = (event: PointerEvent) => {
    held = event;
  };
  addEventListener("pointermove", noteKeys, { capture: true, signal: off.signal });
  const snapping = createSnapping(
    (element) => area.area.content.add(element),
    () => held.altKey,
  );

  let dragged: { id: string; start: Map<string, Point> } | undefined;
  function beginDrag(id: string, from: Point) {
    const start = new Map([[id, from]]);
    for (const other of handlers.company(id)) {
      const view = area.nodeViews.get(other);
      if (view && other !== id) start.set(other, view.position);
    }
    dragged = { id, start };
    layer.lift(new Set(start.keys()));
    const near = idsIn(visible()).filter((other) => !start.has(other));
    snapping.begin(boxesOf(start.keys()), boxesOf(near), camera.now().k);
    return dragged;
  }

  function bringCompany({ id, position }: { id: string; position: Point }): void {
    if (!dragged || dragged.id !== id) return;
    const from = dragged.start.get(id)!;
    const by = { x: position.x - from.x, y: position.y - from.y };
    for (const [other, place] of dragged.start)
      if (other !== id) void area.translate(other, { x: place.x + by.x, y: place.y + by.y });
    handlers.dragging(new Set(dragged.start.keys()), by);
  }

  function settle(id: string): void {
    if (!dragged || dragged.id !== id) return;
    const places = new Map<string, Point>();
    for (const other of dragged.start.keys()) {
      const view = area.nodeViews.get(other);
      if (view) places.set(other, view.position);
    }
    const [from, to] = [dragged.start.get(id)!, places.get(id)];
    dragged = undefined;
    snapping.end();
    layer.drop();
    handlers.dragging(new Set(), undefined);
    if (to) handlers.moved(places, { x: to.x - from.x, y: to.y - from.y });
  }

  function noteScale(scale: number): void {
    const detail = scale < far ? "far" : "near";
    if (container.dataset.detail !== detail) container.dataset.detail = detail;
    handlers.zoomed(scale);
  }

  async function apply(workflow: WorkflowJson): Promise<void> {
    const wanted = new Map(linksOf(workflow).map((link) => [link.id, link]));
    for (const { id, source, sourceOutput } of editor.getConnections()) {
      const link = wanted.get(id);
      if (!link || link.from.node !== source || link.from.port !== sourceOutput) await editor.removeConnection(id);
    }
    for (const { id } of editor.getNodes()) if (!Object.hasOwn(workflow.nodes, id)) await editor.removeNode(id);
    for (const id of Object.keys(workflow.nodes)) {
      // Rete's own lists are searched from their beginning.
      if (!area.nodeViews.has(id)) await editor.addNode({ id });
      const { x, y } = placeOf(workflow, id);
      const view = area.nodeViews.get(id);
      if (view && (view.position.x !== x || view.position.y !== y)) await area.translate(id, { x, y });
    }
    for (const { id, from, to } of wanted.values()) {
      if (area.connectionViews.has(id)) continue;
      const data: LinkData = {
        id,
        source: from.node,
        sourceOutput: from.port,
        target: to.node,
        targetInput: to.port,
      };
      await editor.addConnection(data);
    }
  }

  /** Where a node stands; undefined until it is drawn. */
  function boxOf(id: string): Box | undefined {
    const size = sizes.get(id);
    const view = area.nodeViews.get(id);
    return size && view && (docked.boxOf(id) ?? boxAt(view.position, size));
  }

  const boxesOf = (ids: Iterable<string>) => [...ids].flatMap((id) => boxOf(id) ?? []);
  const idsIn = (box: Box) => [...sizes.keys()].filter((id) => overlap(boxOf(id)!, box));
  /** The part of the canvas that the window shows. */
  const visible = () => {
    const { width: x, height: y } = windowSize();
    return boxBetween(toCanvas({ x: 0, y: 0 }, camera.now()), toCanvas({ x, y }, camera.now()));
  };
  const windowSize = () => ({ width: container.clientWidth, height: container.clientHeight });

  let works = 0;
  async function busy(work: Promise<unknown>): Promise<void> {
    works++;
    container.ariaBusy = "true";
    try {
      await work;
    } finally {
      if (--works === 0) container.ariaBusy = "false";
    }
  }

  async function drawn(): Promise<void> {
    do await new Promise(requestAnimationFrame);
    while (drawing.busy || sizes.size < area.nodeViews.size || !layer.settled);
  }

  function canvasPoint(x: number, y: number): Point {
    const { left, top } = container.getBoundingClientRect();
    return toCanvas({ x: x - left, y: y - top }, camera.now());
  }

  function cardOf(id: string): HTMLElement | null | undefined {
    const group = docked.groupOf(id);
    if (group !== undefined) return container.querySelector<HTMLElement>(`.group-frame[data-frame="${group}"]`);
    return area.nodeViews.get(id)?.element.querySelector<HTMLElement>(".node");
  }

  async function reveal(ids: readonly string[]): Promise<void> {
    const held = camera.held();
    await drawn();
    const boxes = boxesOf(ids);
    const { k, x, y } = camera.now();
    const all = boxAround(boxes);
    // What a hand drags or points at is not moved from under it.
    if (!all || camera.held() !== held) return;
    const { width, height } = windowSize();
    const fits = (all.right - all.left) * k <= width - 32 && (all.bottom - all.top) * k <= height - 32;
    const { left, top, right, bottom } = fits ? all : boxes[0]!;
    const there = boxBetween({ x: left * k + x, y: top * k + y }, { x: right * k + x, y: bottom * k + y });
    const by = shiftIntoView(there, { left: 0, top: 0, right: width, bottom: height });
    if (by.x !== 0 || by.y !== 0) await camera.glide({ k, x: x + by.x, y: y + by.y });
  }

  return {
    show: (workflow) => drawing.give(workflow),
    addSocket(socket, element) {
      anchors.add(socket, element);
      // Rete begins a link with any button; the other buttons pan.
      element.addEventListener("pointerdown", (event) => event.button !== 0 && event.stopImmediatePropagation());
      const data = { type: "socket", element, nodeId: socket.node, side: socket.side, key: socket.port } as const;
      void area.emit({ type: "render", data });
    },
    removeSocket(element) {
      anchors.remove(element);
      void area.emit({ type: "unmount", data: { element } });
    },
    drawn,
    busy,
    async fit(ids = sizes.keys()) {
      const box = boxAround(boxesOf(ids));
      if (box) await camera.glide(fitInto(box, windowSize()));
    },
    async begin() {
      const at = fitReadably(boxesOf(sizes.keys()), windowSize());
      if (at) await camera.jump(at);
    },
    dock(docks) {
      const touched = new Set(docked.set(docks));
      for (const id of touched) {
        placeCard(id);
        anchors.moved(id);
      }
      if (touched.size === 0) return;
      for (const { id, source, target } of editor.getConnections())
        area.connectionViews.get(id)?.element.toggleAttribute("data-inside", docked.together(source, target));
    },
    hold: (element) => area.area.content.add(element),
    drag: (id, to) => void area.translate(id, to),
    putDown: settle,
    sizeOf: (id) => sizes.get(id),
    boxes: () => new Map([...sizes.keys()].map((id) => [id, boxOf(id)!])),
    camera: camera.now,
    moveTo: camera.jump,
    zoomBy: (factor) =>
      camera.jump(zoomAround(camera.now(), factor, { x: container.clientWidth / 2, y: container.clientHeight / 2 })),
    canvasPoint,
    middle() {
      const { x, y, width, height } = container.getBoundingClientRect();
      const at = { x: x + (width - searchWidth) / 2, y: y + height / 4 };
      return { at, place: canvasPoint(at.x, at.y) };
    },
    focus: (id) => cardOf(id)?.focus({ preventScroll: true }),
    async focusLater(id) {
      await drawn();
      focusUnlessTaken(cardOf(id));
    },
    reveal: (...ids) => busy(reveal(ids)),
    idsIn,
    visible,
    destroy() {
      off.abort();
      resized.disconnect();
      area.destroy();
    },
  };
}
