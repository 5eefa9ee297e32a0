import type { Point } from "../canvas/geometry.ts";
import type { SocketRef } from "../document/links.ts";
import type { Hanging } from "./link-layer.ts";

type Anchor = { readonly socket: SocketRef; readonly element: HTMLElement; at?: Point };
type Hung = {
  readonly link: Pick<Hanging, "start" | "end">;
  readonly from: SocketRef | undefined;
  readonly to: SocketRef | undefined;
};

/**
 * Where sockets are, so that links can be attached to them. A node is measured once after it changed, never while it moves.
 */
export type Anchors = {
  add(socket: SocketRef, element: HTMLElement): void;
  remove(element: HTMLElement): void;
  elementOf(socket: SocketRef): HTMLElement | undefined;
  /** Keeps the link's ends at the sockets until the returned function is called. */
  hang(link: Pick<Hanging, "start" | "end">, from: SocketRef | undefined, to: SocketRef | undefined): () => void;
  /** A node has moved. */
  moved(node: string): void;
  /** A node's size has changed, so its sockets may have moved within it. */
  resized(node: string): void;
};

/** Nodes, drawn or not, as links need them. */
type Nodes = {
  elementOf(id: string): HTMLElement | undefined;
  placeOf(id: string): Point | undefined;
  /** Where a collapsed group shows a socket that it hides. */
  dockOf(socket: SocketRef): Point | undefined;
  /** Where a socket that is not drawn would be within its card. */
  expected(socket: SocketRef): Point | undefined;
  /** A socket was measured: it is there within its card. */
  measured(socket: SocketRef, at: Point): void;
};

export function createAnchors({ elementOf, placeOf, dockOf, expected, measured }: Nodes): Anchors {
  const anchors = new Map<string, Anchor>();
  const byElement = new Map<HTMLElement, string>();
  const byNode = new Map<string, Set<string>>();
  const hung = new Map<string, Set<Hung>>();
  const stale = new Set<string>();
  let waiting = false;

  function later(node: string): void {
    stale.add(node);
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      // All measuring before all drawing: a read between two writes would force a layout of the page each time.
      const nodes = [...stale];
      stale.clear();
      for (const id of nodes) for (const key of byNode.get(id) ?? []) measure(anchors.get(key)!);
      for (const id of nodes) redraw(id);
    });
  }

  function measure(anchor: Anchor): void {
    const root = elementOf(anchor.socket.node);
    let x = anchor.element.offsetWidth / 2;
    let y = anchor.element.offsetHeight / 2;
    for (let at: HTMLElement | null = anchor.element; at && at !== root; at = at.offsetParent as HTMLElement | null) {
      x += at.offsetLeft;
      y += at.offsetTop;
    }
    anchor.at = { x, y };
    measured(anchor.socket, anchor.at);
  }

  function pointOf(socket: SocketRef): Point | undefined {
    const dock = dockOf(socket);
    if (dock) return dock;
    const anchor = anchors.get(keyOf(socket));
    const at = anchor ? anchor.at : expected(socket);
    const place = at && placeOf(socket.node);
    return place && { x: place.x + at.x, y: place.y + at.y };
  }

  function redraw(node: string): void {
    for (const one of hung.get(node) ?? []) draw(one);
  }

  function draw({ link, from, to }: Hung): void {
    const start = from && pointOf(from);
    const end = to && pointOf(to);
    if (start) link.start(start);
    if (end) link.end(end);
  }

  return {
    add(socket, element) {
      const key = keyOf(socket);
      anchors.set(key, { socket, element });
      byElement.set(element, key);
      put(byNode, socket.node, key);
      later(socket.node);
    },
    remove(element) {
      const key = byElement.get(element);
      if (key === undefined) return;
      byElement.delete(element);
      const anchor = anchors.get(key);
      if (anchor?.element !== element) return;
      byNode.get(anchor.socket.node)?.delete(key);
      anchors.delete(key);
    },
    elementOf: (socket) => anchors.get(keyOf(socket))?.element,
    hang(link, from, to) {
      const one: Hung = { link, from, to };
      const nodes = [from, to].flatMap((socket) => socket?.node ?? []);
      for (const node of nodes) put(hung, node, one);
      draw(one);
      return () => {
        for (const node of nodes) hung.get(node)?.delete(one);
      };
    },
    moved: redraw,
    resized: later,
  };
}

function put<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const set = map.get(key);
  if (set) set.add(value);
  else map.set(key, new Set([value]));
}

function keyOf({ node, port, side }: SocketRef): string {
  return `${side} ${node}.${port}`;
}
