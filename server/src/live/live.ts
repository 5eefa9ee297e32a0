import type { Server as HttpServer, IncomingMessage } from "node:http";
import { Server, type Socket } from "socket.io";
import { z } from "zod";
import { asProblem, errorBody, HttpProblem } from "../http/problem.ts";
import { maxEventsAtOnce } from "../http/routes/runs.ts";
import { runId } from "../http/schemas.ts";
import type { RunHost } from "../queue/run-host.ts";
import type { ClientToServer, RunSummary, ServerToClient } from "../wire/wire.ts";
import { EventTail } from "./event-tail.ts";
import { Outbox, type Source } from "./outbox.ts";

/** Runs that one viewer may follow at once. */
const maxFollowed = 200;
/** Viewers at once. */
const maxViewers = 200;
/** Longest message of a client, in bytes. */
const maxMessage = 16 * 1024;
/** Messages of one viewer in ten seconds, and answers to one that does not read them. */
const maxMessages = 300;
const maxUnread = 10;
/** Runs are told to followers of the queue this often at most, in milliseconds. */
const changeMs = 200;

type Viewer = Socket<ClientToServer, ServerToClient>;

/** Live events over web sockets, on the same port. `mayConnect` says why a handshake is refused. Gives what ends it. */
export function serveLive(
  server: HttpServer,
  host: RunHost,
  mayConnect: (request: IncomingMessage) => HttpProblem | undefined,
): { viewers(): number; close(): Promise<void> } {
  const io = new Server<ClientToServer, ServerToClient>(server, {
    serveClient: false,
    transports: ["websocket"],
    maxHttpBufferSize: maxMessage,
    allowRequest: (request, answer) => {
      const full = new HttpProblem(503, "Too many viewers.", "Close some.");
      const refusal = mayConnect(request) ?? (outboxes.size >= maxViewers ? full : undefined);
      answer(refusal?.message, refusal === undefined);
    },
  });
  const outboxes = new Map<string, Outbox>();
  const tail = new EventTail();
  /** Of the runs that changed, since the last tick: made once for all viewers. */
  const summaries = new Map<string, RunSummary | undefined>();
  const source: Source = {
    events: (run, after, limit) => tail.after(run, after, limit) ?? host.store.events(run, after, limit),
    summary(run) {
      if (!summaries.has(run)) summaries.set(run, host.summary(run));
      return summaries.get(run);
    },
  };
  io.on(
    "connection",
    (socket) =>
      void outboxes.set(
        socket.id,
        attend(socket, host, source, () => outboxes.delete(socket.id)),
      ),
  );
  const all = (work: (outbox: Outbox) => void) => {
    for (const outbox of outboxes.values()) work(outbox);
  };
  const tick = setInterval(() => {
    summaries.clear();
    all((outbox) => outbox.tellChanges());
  }, changeMs);
  tick.unref();
  const stop = host.listen({
    event: (event) => {
      tail.add(event);
      all((outbox) => outbox.event(event.run));
    },
    frame: (frame) => all((outbox) => outbox.frame(frame)),
    changed: (run) => {
      summaries.delete(run);
      all((outbox) => outbox.changed(run));
    },
    gone: (run) => {
      tail.remove(run);
      all((outbox) => outbox.unfollow(run));
      io.emit("gone", run);
    },
  });
  return {
    viewers: () => outboxes.size,
    async close() {
      stop();
      clearInterval(tick);
      await io.close();
    },
  };
}

function attend(socket: Viewer, host: RunHost, source: Source, gone: () => void): Outbox {
  const { conn } = socket;
  const idle = () => conn.readyState === "open" && conn.transport.writable;
  const outbox = new Outbox(source, {
    idle,
    event: (event) => void socket.emit("event", event),
    frame: (frame) => void socket.emit("frame", frame),
    run: (run) => void socket.emit("run", run),
  });
  let unread = 0;
  // The transport is ready again when the system has taken what was sent: not before the viewer reads.
  conn.transport.on("ready", () => {
    unread = 0;
    outbox.flush();
  });
  const budget = messageBudget();
  socket.use((_message, next) => {
    if (!idle()) unread++;
    if (budget() && unread <= maxUnread) next();
    else socket.disconnect(true);
  });
  socket.on("follow", (run, after, reply) => {
    if (typeof reply !== "function") return;
    try {
      const id = runId.parse(run);
      const from = z.int().min(0).parse(after);
      const { seq } = host.record(id);
      if (outbox.followed >= maxFollowed)
        throw new HttpProblem(429, `${maxFollowed} runs are followed already.`, "Leave some first.");
      const events = host.store.events(id, from, maxEventsAtOnce);
      reply({ events, seq });
      outbox.follow(id, events.at(-1)?.seq ?? Math.min(from, seq));
    } catch (error) {
      reply(errorBody(asProblem(error)));
    }
  });
  socket.on("unfollow", (run) => {
    if (typeof run === "string") outbox.unfollow(run);
  });
  socket.on("queue", (reply) => {
    if (typeof reply !== "function") return;
    outbox.followQueue();
    reply(host.list({ limit: 100 }).runs);
  });
  socket.on("error", () => socket.disconnect(true));
  socket.on("disconnect", gone);
  return outbox;
}

/** False for messages beyond what one viewer may send in ten seconds. */
function messageBudget(): () => boolean {
  let since = 0;
  let count = 0;
  return () => {
    const now = performance.now();
    if (now - since > 10_000) {
      since = now;
      count = 0;
    }
    return ++count <= maxMessages;
  };
}
