import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Connections at once, those of viewers among them. */
export const maxConnections = 2500;

/**
 * Keeps room for a new client, whoever holds connections open. When a server has as many as it may have, one is closed for
 * each that comes: the one that has said nothing whole for longest, else the one that has been idle for longest, else the
 * one whose request has taken longest. The sockets of viewers stay: they have a limit of their own.
 */
export function keepRoom(server: Server, most: number = maxConnections): void {
  /** Without a whole request so far, and between two requests: those that have been so for longest come first. */
  const silent = new Set<Socket>();
  const idle = new Set<Socket>();
  const asking = new Set<Socket>();
  const all: readonly Set<Socket>[] = [silent, idle, asking];
  let open = 0;
  const move = (socket: Socket, to?: Set<Socket>) => {
    for (const kind of all) kind.delete(socket);
    if (to && !socket.destroyed) to.add(socket);
  };
  server.on("connection", (socket: Socket) => {
    open++;
    socket.once("close", () => {
      open--;
      move(socket);
    });
    if (open > most) {
      const [oldest = socket] = all.flatMap(([first]) => first ?? []);
      move(oldest);
      oldest.destroy();
    }
    move(socket, silent);
  });
  server.prependListener("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    move(socket, asking);
    response.once("close", () => move(socket, idle));
  });
  server.prependListener("upgrade", ({ socket }: IncomingMessage) => move(socket));
}
