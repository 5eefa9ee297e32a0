import type { RunEvent } from "@clipwork/engine";
import type { Socket } from "socket.io-client";
import { ClipworkError } from "./runs.ts";

export type RunEnd = Extract<RunEvent, { event: "run.finished" | "run.failed" | "run.cancelled" }>;

/** What a server logs of a run: what the engine reports, and what the server adds to show it. */
type Logged = RunEvent | { readonly seq: number; readonly run: string; readonly event: "node.preview" };
type Reply =
  | { readonly events: readonly Logged[]; readonly seq: number }
  | { readonly detail: string; readonly remedy: string };

type Following = {
  readonly hear: (event: RunEvent) => void;
  /** The number of the newest event that was heard. */
  last: number;
  readonly end: PromiseWithResolvers<RunEnd>;
};

const ends: readonly string[] = ["run.finished", "run.failed", "run.cancelled"];
/** What a server adds to the engine's events. */
const shown: readonly string[] = ["node.preview", "node.value", "node.values", "run.output", "run.work"];

/**
 * Follows runs over one web socket, which opens with the first and closes after the last. Each event is heard once and in order, across lost
 * connections: what was missed is asked for again.
 */
export function follower(socket: Pick<Socket, "on" | "emit" | "connect" | "disconnect" | "connected">) {
  const followed = new Map<string, Following>();
  let closed = false;
  const leave = (run: string) => {
    followed.delete(run);
    if (socket.connected) socket.emit("unfollow", run);
    if (followed.size === 0) socket.disconnect();
  };
  const take = (event: Logged) => {
    const following = followed.get(event.run);
    if (!following || event.seq !== following.last + 1) return;
    following.last = event.seq;
    if (shown.includes(event.event)) return;
    following.hear(event as RunEvent);
    if (!ends.includes(event.event)) return;
    leave(event.run);
    following.end.resolve(event as RunEnd);
  };
  const ask = (run: string) => {
    const following = followed.get(run);
    if (!following) return;
    socket.emit("follow", run, following.last, (reply: Reply) => {
      if (!("events" in reply)) return fail(run, reply.detail, reply.remedy);
      for (const event of reply.events) take(event);
    });
  };
  const fail = (run: string, message: string, remedy: string) => {
    const following = followed.get(run);
    leave(run);
    following?.end.reject(new ClipworkError([{ code: "not-followed", severity: "error", message, remedy }]));
  };
  socket.on("connect", () => {
    for (const run of followed.keys()) ask(run);
  });
  socket.on("event", (event: Logged) => {
    take(event);
    // One that is still ahead was not taken, so one before it is missing.
    if (event.seq > (followed.get(event.run)?.last ?? event.seq)) ask(event.run);
  });
  socket.on("gone", (run: string) => {
    if (followed.has(run)) fail(run, "The run was deleted.", "Run it again.");
  });
  return {
    /** Passes on the run's events, and resolves with its last one. Rejects if the server does not let it be followed. */
    until(run: string, hear: Following["hear"]): Promise<RunEnd> {
      if (closed) return Promise.reject(closedError());
      const following: Following = { hear, last: 0, end: Promise.withResolvers<RunEnd>() };
      followed.set(run, following);
      if (socket.connected) ask(run);
      else socket.connect();
      return following.end.promise;
    },
    /** Whether nothing is followed any more. */
    isClosed: () => closed,
    close(): void {
      closed = true;
      const left = [...followed.keys()];
      for (const run of left) fail(run, "The client was closed.", "The run goes on; read it by its id.");
      socket.disconnect();
    },
  };
}

/** Why a client that was closed does nothing more. */
export function closedError(): ClipworkError {
  const message = "The client was closed before.";
  return new ClipworkError([{ code: "closed", severity: "error", message, remedy: "Make another one: createClient." }]);
}
