import { type ClassicFlow, Flow, type SocketData } from "rete-connection-plugin";
import type { SocketRef } from "../document/links.ts";

/** What happens while a link is dragged. Whoever listens changes the document. */
export type DragHandlers = {
  /**
   * A drag begins at a socket. Returns the socket that the loose link is attached to: another one if an input's link is
   * taken off.
   */
  begin(socket: SocketRef): SocketRef;
  /** The link was dropped on another socket. */
  link(from: SocketRef, to: SocketRef): void;
  /** The link was dropped where there is no socket. */
  loose(from: SocketRef): void;
  end(): void;
};

type Picked = Parameters<ClassicFlow<never, never>["pick"]>[0];

/** Rete's part in dragging links: it reports which sockets are picked, and changes nothing itself. */
export class DocumentFlow extends Flow<never, never> {
  readonly #handlers: DragHandlers;
  readonly #elementOf: (socket: SocketRef) => HTMLElement | undefined;
  #picked: SocketData | undefined;

  constructor(handlers: DragHandlers, elementOf: (socket: SocketRef) => HTMLElement | undefined) {
    super();
    this.#handlers = handlers;
    this.#elementOf = elementOf;
  }

  async pick({ socket, event }: Picked): Promise<void> {
    if (!this.#picked) {
      if (event !== "down") return;
      const start = this.#handlers.begin(refOf(socket));
      const element = this.#elementOf(start) ?? socket.element;
      this.#picked = { type: "socket", element, nodeId: start.node, side: start.side, key: start.port };
      return;
    }
    const from = refOf(this.#picked);
    this.#picked = undefined;
    const to = refOf(socket);
    if (from.node !== to.node || from.port !== to.port || from.side !== to.side) this.#handlers.link(from, to);
    this.#handlers.end();
  }

  getPickedSocket(): SocketData | undefined {
    return this.#picked;
  }

  /** Ends the drag as if it had not begun. */
  cancel(): void {
    if (!this.#picked) return;
    this.#picked = undefined;
    this.#handlers.end();
  }

  drop(): void {
    if (!this.#picked) return;
    const from = refOf(this.#picked);
    this.#picked = undefined;
    this.#handlers.loose(from);
    this.#handlers.end();
  }
}

function refOf({ nodeId, side, key }: SocketData): SocketRef {
  return { node: nodeId, port: key, side };
}
