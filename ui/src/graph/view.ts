import type { WorkflowJson } from "@clipwork/engine";
import { type GetSchemes, NodeEditor } from "rete";
import { type Area2D, AreaPlugin, Drag } from "rete-area-plugin";
import { ConnectionPlugin } from "rete-connection-plugin";
import {
  type Box,
  boxAround,
  boxAt,
  boxBetween,
  far,
  fitInto,
  fitReadably,
  largest,
  overlap,
  shiftIntoView,
  smallest,
  zoomAround,
} from "../canvas/geometry.ts";
import { createAnchors } from "./anchors.ts";
import { createCamera } from "./camera.ts";
import { createCanvasWindow } from "./canvas-window.ts";
import { createCards } from "./cards.ts";
import { createDocked } from "./docked.ts";
import { DocumentFlow } from "./flow.ts";
import type { GraphView, ViewHandlers } from "./graph-view.ts";
import { listenHands } from "./hands.ts";
import { focusUnlessTaken } from "./late-focus.ts";
import { createLinkLayer, few } from "./link-layer.ts";
import { createLinks } from "./links.ts";
import { createLookout } from "./lookout.ts";
import { createLinkMounting, type LinkData } from "./mount-links.ts";
import { createNodeDrag } from "./node-drag.ts";
import { createSnapping } from "./snapping.ts";

type NodeData = { readonly id: string };
type Schemes = GetSchemes<NodeData, LinkData>;
type SocketSignal = {
  type: "render";
  data: { type: "socket"; element: HTMLElement; nodeId: string; side: "input" | "output"; key: string };
};
type Signals = Area2D<Schemes> | SocketSignal;

/** Canvas units on both sides of a card, within its frame, for sockets that stand out of it. */
const framePadding = 8;
/** Draws a workflow with Rete in the container. Rete holds no truth: everything the user does goes to the handlers. */
export function createGraphView(container: HTMLElement, handlers: ViewHandlers): GraphView {
  const editor = new NodeEditor<Schemes>();
  const area = new AreaPlugin<Schemes, Signals>(container);
  const connection = new ConnectionPlugin<never>();
  const docked = createDocked({ elementOf: (id) => cards.elementOf(id), placeOf: (id) => cards.placeOf(id) });
  const anchors = createAnchors({
    elementOf: (id) => cards.elementOf(id),
    placeOf: (id) => cards.placeOf(id),
    dockOf: docked.pointOf,
    expected: ({ node, port, side }) => cards.socketOf(node, `${side} ${port}`),
    measured: ({ node, port, side }, at) => cards.shapes.socketDrawn(cards.makeOf(node), `${side} ${port}`, at),
  });
  const unmounts = new Map<HTMLElement, () => void>();
  const layer = createLinkLayer();
  const mounting = createLinkMounting(anchors, layer, handlers.kind);

  editor.use(area as never);
  area.use(connection as never);
  let flow: DocumentFlow | undefined;
  connection.addPreset((() => {
    flow = new DocumentFlow(handlers, anchors.elementOf);
    return flow;
  }) as never);

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
  const seen = createCanvasWindow(container, camera);
  const { visible } = seen;
  const off = new AbortController();
  listenHands(container, area.area, camera, off.signal);

  const cards = createCards(area as never, {
    mount(id, frame, plain) {
      const press = (event: PointerEvent) => handlers.pressed(id, event);
      frame.addEventListener("pointerdown", press);
      return handlers.mount(id, frame, plain);
    },
    visible,
    makeOf: handlers.makeOf,
    isHidden: (id) => docked.groupOf(id) !== undefined,
    boxOf,
    held,
    edited: handlers.edited,
    focused: (id) => void focusLater(id),
    measured(ids, changed) {
      for (const id of new Set([...ids, ...changed])) {
        anchors.resized(id);
        placeCard(id);
      }
      if (changed.size === 0) return;
      lookLater();
      handlers.resized();
    },
    drawn: () => links.follow(),
  });
  const links = createLinks({
    add: (element) => area.area.content.add(element as HTMLElement),
    mount(element, data) {
      const unmount = mounting.mount({ element, payload: data })!;
      handlers.linked(element);
      return unmount;
    },
    boxOf,
    zone: cards.zone,
    plain: cards.plain,
    together: docked.together,
  });

  /** What is drawn wherever it is: the card that has the focus, and the one that is dragged. */
  function* held(): Iterable<string> {
    const focused =
      container.contains(document.activeElement) && document.activeElement!.closest<HTMLElement>(".node-frame");
    if (focused) yield focused.dataset.node!;
    if (drag.id !== undefined) yield drag.id;
    const picked = flow?.getPickedSocket();
    if (picked) yield picked.nodeId;
  }

  const lookLater = createLookout({
    *boxes() {
      for (const id of cards.ids()) {
        const box = boxOf(id);
        if (box) yield box;
      }
      yield* handlers.beside().notes;
    },
    visible,
    lost: handlers.lost,
  });

  /** The node whose card is under the hand. */
  let pressed: string | undefined;
  area.addPipe((signal) => {
    switch (signal.type) {
      case "render":
        // A link that is being dragged: those of the workflow are not Rete's.
        if (signal.data.type === "connection") {
          const unmount = mounting.mount(signal.data);
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
        cards.follow();
        lookLater();
        break;
      case "translated":
        handlers.panned();
        cards.follow();
        lookLater();
        break;
      case "nodepicked":
        pressed = signal.data.id;
        break;
      case "nodetranslate":
        // The whole company is moved at once, and Rete's part ends here. A frame that is new goes nowhere by itself.
        if (signal.data.id === pressed) drag.to(pressed, signal.data.position);
        return undefined;
      case "nodedragged":
        pressed = undefined;
        drag.end(signal.data.id);
        break;
      case "contextmenu":
        return undefined;
    }
    return signal;
  });

  /** Links go around the card of the node as it stands now. */
  function placeCard(id: string): void {
    const box = boxOf(id);
    const by = docked.boxOf(id) ? 0 : framePadding;
    layer.card(id, box && { ...box, left: box.left + by, right: box.right - by });
  }

  let keys = { altKey: false };
  const noteKeys = (event: PointerEvent) => {
    keys = event;
  };
  addEventListener("pointermove", noteKeys, { capture: true, signal: off.signal });
  const snapping = createSnapping(
    (element) => area.area.content.add(element),
    () => keys.altKey,
  );

  const drag = createNodeDrag({
    placeOf: cards.placeOf,
    company: handlers.company,
    begin(ids) {
      layer.lift(ids);
      // So many cards in the window are too small to be brought in line by the eye.
      const near = cards.plain() ? [] : idsIn(visible()).filter((other) => !ids.has(other));
      snapping.begin(boxesOf(ids), boxesOf(near), camera.now().k);
    },
    carry(ids, by) {
      cards.carry(ids, by);
      for (const id of ids)
        for (const moved of docked.movedWith(id)) {
          if (ids.size <= few) placeCard(moved);
          anchors.moved(moved);
        }
      links.moved();
      lookLater();
      handlers.dragging(ids, by);
    },
    end(ids, by) {
      cards.putDown();
      snapping.end();
      layer.drop();
      for (const id of ids) settle(id);
      handlers.dragging(new Set(), undefined);
      const places = new Map(
        [...ids].flatMap((id) => {
          const at = cards.placeOf(id);
          return at ? [[id, at] as const] : [];
        }),
      );
      if (by) handlers.moved(places, by);
    },
    snapping,
  });

  /** The node stands there from now on. */
  function settle(id: string): void {
    for (const moved of docked.movedWith(id)) {
      placeCard(moved);
      anchors.moved(moved);
    }
  }

  function noteScale(scale: number): void {
    const detail = scale < far ? "far" : "near";
    if (container.dataset.detail !== detail) container.dataset.detail = detail;
    handlers.zoomed(scale);
  }

  function show(workflow: WorkflowJson): void {
    const { placed, gone } = cards.show(workflow);
    for (const id of gone) placeCard(id);
    for (const id of placed) settle(id);
    links.show(workflow);
    if (placed.length + gone.length > 0) lookLater();
  }

  /** Where a node's card stands; undefined until its size is known. */
  function boxOf(id: string): Box | undefined {
    const size = cards.sizeOf(id);
    const place = size && cards.placeOf(id);
    return place && (docked.boxOf(id) ?? boxAt(place, size));
  }

  const boxesOf = (ids: Iterable<string>) => [...ids].flatMap((id) => boxOf(id) ?? []);
  /** All cards whose size is known. */
  const allBoxes = () =>
    new Map(
      [...cards.ids()].flatMap((id) => {
        const box = boxOf(id);
        return box ? [[id, box] as const] : [];
      }),
    );
  const idsIn = (box: Box) => [...allBoxes()].flatMap(([id, its]) => (overlap(its, box) ? [id] : []));
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
    while (!cards.settled() || !layer.settled);
  }

  async function focusLater(id: string): Promise<void> {
    cards.need(id);
    await drawn();
    focusUnlessTaken(cardOf(id));
  }

  function cardOf(id: string): HTMLElement | null | undefined {
    const group = docked.groupOf(id);
    if (group !== undefined) return container.querySelector<HTMLElement>(`.group-frame[data-frame="${group}"]`);
    return cards.elementOf(id)?.querySelector<HTMLElement>(".node");
  }

  async function reveal(ids: readonly string[]): Promise<void> {
    const held = camera.held();
    await drawn();
    const boxes = boxesOf(ids);
    const { k, x, y } = camera.now();
    const all = boxAround(boxes);
    // What a hand drags or points at is not moved from under it.
    if (!all || camera.held() !== held) return;
    const { width, height } = seen.size();
    const fits = (all.right - all.left) * k <= width - 32 && (all.bottom - all.top) * k <= height - 32;
    const { left, top, right, bottom } = fits ? all : boxes[0]!;
    const there = boxBetween({ x: left * k + x, y: top * k + y }, { x: right * k + x, y: bottom * k + y });
    const by = shiftIntoView(there, { left: 0, top: 0, right: width, bottom: height });
    if (by.x !== 0 || by.y !== 0) await camera.glide({ k, x: x + by.x, y: y + by.y });
  }

  return {
    show,
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
    async fit(ids) {
      const { notes, frames } = handlers.beside();
      const box = boxAround(ids ? boxesOf(ids) : [...boxesOf(cards.ids()), ...notes, ...frames]);
      if (box) await camera.glide(fitInto(box, seen.size()));
    },
    async begin(expected) {
      const { notes, frames } = handlers.beside();
      const at = fitReadably([...(expected ?? boxesOf(cards.ids())), ...notes], seen.size(), frames);
      await camera.jump(at ?? { k: 1, x: 0, y: 0 });
    },
    hands: camera.held,
    renew: cards.renew,
    dock(docks) {
      const touched = new Set(docked.set(docks));
      for (const id of touched) {
        placeCard(id);
        anchors.moved(id);
      }
      if (touched.size > 0) links.hide();
    },
    cancel() {
      flow?.cancel();
      connection.drop();
      pressed = undefined;
      drag.cancel();
      // Whatever else follows the pointer has nothing more to follow.
      dispatchEvent(new PointerEvent("pointerup"));
    },
    hold: (element) => area.area.content.add(element),
    drag: drag.to,
    putDown: drag.end,
    sizeOf: cards.sizeOf,
    boxes: allBoxes,
    camera: camera.now,
    moveTo: camera.jump,
    zoomBy: (factor) =>
      camera.jump(zoomAround(camera.now(), factor, { x: container.clientWidth / 2, y: container.clientHeight / 2 })),
    canvasPoint: seen.canvasPoint,
    middle: seen.middle,
    focus(id) {
      const card = cardOf(id);
      if (card) return card.focus({ preventScroll: true });
      void focusLater(id);
    },
    focusLater,
    reveal: (...ids) => busy(reveal(ids)),
    idsIn,
    visible,
    destroy() {
      off.abort();
      links.destroy();
      cards.destroy();
      area.destroy();
    },
  };
}
