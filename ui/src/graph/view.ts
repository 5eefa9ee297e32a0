import type { WorkflowJson } from "@clipwork/engine";
import { type GetSchemes, NodeEditor, type NodeId } from "rete";
import { type Area2D, AreaPlugin, Drag } from "rete-area-plugin";
import { ConnectionPlugin } from "rete-connection-plugin";
import { placeOf } from "../document/edit.ts";
import { linksOf, type SocketRef } from "../document/links.ts";
import { createAnchors } from "./anchors.ts";
import { DocumentFlow, type DragHandlers } from "./flow.ts";
import { drawLink, type LinkElement, type Point } from "./link-element.ts";

type NodeData = { readonly id: string };
type LinkData = {
  readonly id: string;
  readonly source: NodeId;
  readonly sourceOutput: string;
  readonly target: NodeId;
  readonly targetInput: string;
  readonly isPseudo?: boolean;
};
type Schemes = GetSchemes<NodeData, LinkData>;
type SocketSignal = {
  type: "render";
  data: { type: "socket"; element: HTMLElement; nodeId: string; side: "input" | "output"; key: string };
};
type Signals = Area2D<Schemes> | SocketSignal;

/** What the canvas tells of what the user does on it. */
export type ViewHandlers = DragHandlers & {
  /** Draws a node into the element, which stays; gives a function that takes it away. */
  mount(id: string, element: HTMLElement): () => void;
  /** A node was pressed. */
  pressed(id: string, event: PointerEvent): void;
  /** The ids that move when the node is dragged. */
  company(id: string): Iterable<string>;
  /** Nodes were dragged to these places. */
  moved(places: ReadonlyMap<string, Point>): void;
  /** The kind of value that the link carries. */
  kind(link: { readonly node: string; readonly port: string }): string;
  zoomed(scale: number): void;
};

export type GraphView = {
  /** Draws this workflow from now on. Resolves when it stands. */
  show(workflow: WorkflowJson): Promise<void>;
  /** Says that an element is a socket, or no longer. */
  addSocket(socket: SocketRef, element: HTMLElement): void;
  removeSocket(element: HTMLElement): void;
  /** Resolves when all cards are drawn and have their size. */
  drawn(): Promise<void>;
  /** Shows all the nodes, or those named. */
  fit(ids?: Iterable<string>): Promise<void>;
  zoomBy(factor: number): Promise<void>;
  panBy(x: number, y: number): Promise<void>;
  /** The place on the canvas under a place in the window. */
  canvasPoint(x: number, y: number): Point;
  /** Where a node is drawn, in canvas units. */
  boxOf(
    id: string,
  ): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | undefined;
  idsIn(box: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  }): string[];
  destroy(): void;
};

/** Scale below which nodes show only their title and picture. */
const far = 0.42;
const smallest = 0.04;
const largest = 3;

/** Draws a workflow with Rete in the container. Rete holds no truth: whatever the user does is told to the handlers. */
export function createGraphView(container: HTMLElement, handlers: ViewHandlers): GraphView {
  const editor = new NodeEditor<Schemes>();
  const area = new AreaPlugin<Schemes, Signals>(container);
  const connection = new ConnectionPlugin<never>();
  const anchors = createAnchors((id) => area.nodeViews.get(id));
  const unmounts = new Map<HTMLElement, () => void>();
  const links = new Map<HTMLElement, LinkElement>();

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

  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) anchors.resized((target as HTMLElement).dataset.node!);
  });

  let syncing = false;
  area.addPipe((signal) => {
    switch (signal.type) {
      case "render":
        if (signal.data.type === "node") mountNode(signal.data.element, signal.data.payload.id);
        else if (signal.data.type === "connection") mountLink(signal.data);
        break;
      case "unmount":
        unmounts.get(signal.data.element)?.();
        unmounts.delete(signal.data.element);
        break;
      case "zoom":
        if (signal.data.zoom < smallest || signal.data.zoom > largest) return undefined;
        break;
      case "zoomed":
        noteScale(signal.data.zoom);
        break;
      case "nodetranslated":
        anchors.moved(signal.data.id);
        if (!syncing) bringCompany(signal.data);
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
      unmount();
    });
  }

  function mountLink(data: { element: HTMLElement; payload: LinkData; start?: Point; end?: Point }): void {
    const { element, payload, start, end } = data;
    let link = links.get(element);
    if (!link) {
      link = drawLink(element);
      const drawn = link;
      links.set(element, link);
      element.classList.add("link-frame");
      if (payload.isPseudo) element.classList.add("loose");
      else element.dataset.link = `${payload.target}.${payload.targetInput}`;
      const from = { node: payload.source, port: payload.sourceOutput, side: "output" } as const;
      const to = { node: payload.target, port: payload.targetInput, side: "input" } as const;
      const fall = anchors.hang(drawn, start ? undefined : from, end ? undefined : to);
      unmounts.set(element, () => {
        fall();
        links.delete(element);
      });
    }
    if (payload.source !== "") link.kind(handlers.kind({ node: payload.source, port: payload.sourceOutput }));
    if (start) link.start(start);
    if (end) link.end(end);
  }

  let dragged: { id: string; start: Map<string, Point> } | undefined;
  function bringCompany({ id, position, previous }: { id: string; position: Point; previous: Point }): void {
    if (dragged && dragged.id !== id) return;
    if (!dragged) {
      const start = new Map([[id, previous]]);
      for (const other of handlers.company(id)) {
        const view = area.nodeViews.get(other);
        if (view && other !== id) start.set(other, view.position);
      }
      dragged = { id, start };
    }
    const from = dragged.start.get(id)!;
    for (const [other, place] of dragged.start)
      if (other !== id)
        void area.translate(other, { x: place.x + position.x - from.x, y: place.y + position.y - from.y });
  }

  function settle(id: string): void {
    if (!dragged || dragged.id !== id) return;
    const places = new Map([...dragged.start.keys()].map((other) => [other, area.nodeViews.get(other)!.position]));
    dragged = undefined;
    handlers.moved(places);
  }

  function noteScale(scale: number): void {
    const detail = scale < far ? "far" : "near";
    if (container.dataset.detail !== detail) container.dataset.detail = detail;
    handlers.zoomed(scale);
  }

  async function apply(workflow: WorkflowJson): Promise<void> {
    syncing = true;
    const wanted = new Map(linksOf(workflow).map((link) => [link.id, link]));
    for (const { id, source, sourceOutput } of editor.getConnections()) {
      const link = wanted.get(id);
      if (!link || link.from.node !== source || link.from.port !== sourceOutput) await editor.removeConnection(id);
    }
    for (const { id } of editor.getNodes()) if (!Object.hasOwn(workflow.nodes, id)) await editor.removeNode(id);
    for (const id of Object.keys(workflow.nodes)) {
      if (!editor.getNode(id)) await editor.addNode({ id });
      const { x, y } = placeOf(workflow, id);
      const view = area.nodeViews.get(id);
      if (view && (view.position.x !== x || view.position.y !== y)) await area.translate(id, { x, y });
    }
    for (const { id, from, to } of wanted.values()) {
      if (editor.getConnection(id)) continue;
      const data: LinkData = {
        id,
        source: from.node,
        sourceOutput: from.port,
        target: to.node,
        targetInput: to.port,
      };
      await editor.addConnection(data);
    }
    syncing = false;
  }

  let latest: WorkflowJson | undefined;
  let working: Promise<void> | undefined;
  async function work(): Promise<void> {
    while (latest) {
      const next = latest;
      latest = undefined;
      await apply(next);
    }
    working = undefined;
  }

  function boxOf(id: string) {
    const view = area.nodeViews.get(id);
    if (!view) return undefined;
    const { offsetWidth: width, offsetHeight: height } = view.element;
    return { ...view.position, width, height };
  }

  return {
    show(workflow) {
      latest = workflow;
      working ??= work();
      return working;
    },
    addSocket(socket, element) {
      anchors.add(socket, element);
      // Rete begins a link with any button; the others pan.
      element.addEventListener("pointerdown", (event) => event.button !== 0 && event.stopImmediatePropagation());
      const data = { type: "socket", element, nodeId: socket.node, side: socket.side, key: socket.port } as const;
      void area.emit({ type: "render", data });
    },
    removeSocket(element) {
      anchors.remove(element);
      void area.emit({ type: "unmount", data: { element } });
    },
    async drawn() {
      const bare = () => [...area.nodeViews.values()].some(({ element }) => element.offsetHeight === 0);
      do await new Promise(requestAnimationFrame);
      while (bare());
    },
    async fit(ids = area.nodeViews.keys()) {
      const boxes = [...ids].flatMap((id) => boxOf(id) ?? []);
      if (boxes.length === 0) return;
      const left = Math.min(...boxes.map(({ x }) => x));
      const top = Math.min(...boxes.map(({ y }) => y));
      const width = Math.max(...boxes.map(({ x, width }) => x + width)) - left;
      const height = Math.max(...boxes.map(({ y, height }) => y + height)) - top;
      const { clientWidth, clientHeight } = container;
      const margin = 28;
      const scale = Math.min((clientWidth - 2 * margin) / width, (clientHeight - 2 * margin) / height, 1);
      const k = Math.max(smallest, scale);
      await area.area.zoom(k, 0, 0);
      await area.area.translate((clientWidth - width * k) / 2 - left * k, (clientHeight - height * k) / 2 - top * k);
    },
    async zoomBy(factor) {
      const { k, x, y } = area.area.transform;
      const to = Math.min(largest, Math.max(smallest, k * factor));
      const delta = to / k - 1;
      await area.area.zoom(to, (x - container.clientWidth / 2) * delta, (y - container.clientHeight / 2) * delta);
    },
    async panBy(x, y) {
      const { transform } = area.area;
      await area.area.translate(transform.x + x, transform.y + y);
    },
    canvasPoint(x, y) {
      const { left, top } = container.getBoundingClientRect();
      const { transform } = area.area;
      return { x: (x - left - transform.x) / transform.k, y: (y - top - transform.y) / transform.k };
    },
    boxOf,
    idsIn({ left, top, right, bottom }) {
      return [...area.nodeViews.keys()].filter((id) => {
        const box = boxOf(id)!;
        return box.x < right && box.x + box.width > left && box.y < bottom && box.y + box.height > top;
      });
    },
    destroy() {
      resized.disconnect();
      area.destroy();
    },
  };
}
