import type { Point } from "../canvas/geometry.ts";
import type { SocketRef } from "../document/links.ts";
import type { Hanging } from "./link-layer.ts";

type Anchor = { readonly socket: SocketRef; readonly element: HTMLElement; at?: Point };
type Hung = { readonly link: Pick<Hanging, "start" | "end">; readonly from?: string; readonly to?: string };

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

/** Anchors of nodes whose element and place `nodeOf` returns. `dockOf` says where a socket is that a collapsed group hides. */
export function createAnchors(
  nodeOf: (id: string) => { element: HTMLElement; position: Point } | undefined,
  dockOf: (socket: SocketRef) => Point | undefined,
): Anchors {
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
    const root = nodeOf(anchor.socket.node)?.element;
    let x = anchor.element.offsetWidth / 2;
    let y = anchor.element.offsetHeight / 2;
    for (let at: HTMLElement | null = anchor.element; at && at !== root; at = at.offsetParent as HTMLElement | null) {
      x += at.offsetLeft;
      y += at.offsetTop;
    }
    anchor.at = { x, y };
  }

  function pointOf(key: string): Point | undefined {
    const anchor = anchors.get(key);
    const dock = anchor && dockOf(anchor.socket);
    if (dock) return dock;
    const position = anchor && nodeOf(anchor.socket.node)?.position;
    return anchor?.at && position ? { x: position.x + anchor.at.x, y: position.y + anchor.at.y } : undefined;
  }

  function redraw(node: string): void {
    for (const key of byNode.get(node) ?? []) for (const one of hung.get(key) ?? []) draw(one);
  }

  function draw({ link, from, to }: Hung): void {
    const start = from === undefined ? undefined : pointOf(from);
    const end = to === undefined ? undefined : pointOf(to);
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
      const one: Hung = { link, ...(from && { from: keyOf(from) }), ...(to && { to: keyOf(to) }) };
      const keys = [one.from, one.to].filter((key) => key !== undefined);
      for (const key of keys) put(hung, key, one);
      draw(one);
      return () => {
        for (const key of keys) hung.get(key)?.delete(one);
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
