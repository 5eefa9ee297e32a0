import type {
  ClientToServer,
  DocumentPresence,
  ErrorBody,
  EventsReply,
  LoggedEvent,
  QueueHead,
  RunSummary,
  SavedChange,
  ServerToClient,
} from "@clipwork/server/wire";
import type { Socket } from "socket.io-client";

/** The newest frame of a node, as it comes from the server. */
export type LiveFrame = Parameters<ServerToClient["frame"]>[0];

/** What the editor receives from the server. */
export type LiveListener = {
  event(event: LoggedEvent): void;
  frame(frame: LiveFrame): void;
  /** A run is new or has changed. */
  run(run: RunSummary): void;
  /** How many runs wait, and whether the queue is paused. */
  waiting(head: QueueHead): void;
  /** A run was deleted. */
  gone(run: string): void;
  /** Saved workflows have new revisions. */
  saved(changes: readonly SavedChange[]): void;
  /** Who else has documents open that are open here. */
  present(now: readonly DocumentPresence[]): void;
  /** The newest runs of any state, on connecting. */
  queue(runs: readonly RunSummary[]): void;
  connected(is: boolean): void;
  /** The number of the newest known event of the run, 0 for none: following continues from there. */
  known(run: string): number;
};

export type Live = {
  /** Follows a run from what is known of it, also after a lost connection. */
  follow(run: string): void;
  unfollow(run: string): void;
  /** Tells the server which documents are open here, in place of what it was told before. */
  open(documents: readonly string[]): void;
};

/** The socket as far as it is used here. */
export type LiveSocket = Pick<Socket<ServerToClient, ClientToServer>, "on" | "emit" | "connected">;

/** Passes on what the socket says, and asks again for anything missed. */
export function createLive(socket: LiveSocket, listener: LiveListener): Live {
  const followed = new Set<string>();
  let open: readonly string[] = [];
  const ask = (run: string) =>
    socket.emit("follow", run, listener.known(run), (reply: EventsReply | ErrorBody) => {
      if (!("events" in reply)) return;
      for (const event of reply.events) listener.event(event);
    });
  socket.on("connect", () => {
    listener.connected(true);
    socket.emit("queue", (runs) => listener.queue(runs));
    if (open.length > 0) socket.emit("open", open);
    for (const run of followed) ask(run);
  });
  socket.on("disconnect", () => listener.connected(false));
  socket.on("event", (event) => {
    listener.event(event);
    // An event that is still ahead was not taken, so one before it is missing: ask again from what is known.
    if (event.seq > listener.known(event.run) && followed.has(event.run)) ask(event.run);
  });
  socket.on("frame", (frame) => listener.frame(frame));
  socket.on("run", (run) => listener.run(run));
  socket.on("waiting", (head) => listener.waiting(head));
  socket.on("gone", (run) => listener.gone(run));
  socket.on("saved", (changes) => listener.saved(changes));
  socket.on("present", (now) => listener.present(now));
  return {
    follow(run) {
      followed.add(run);
      if (socket.connected) ask(run);
    },
    unfollow(run) {
      if (followed.delete(run) && socket.connected) socket.emit("unfollow", run);
    },
    open(documents) {
      if (open.join() === documents.join()) return;
      open = documents;
      if (socket.connected) socket.emit("open", open);
    },
  };
}
