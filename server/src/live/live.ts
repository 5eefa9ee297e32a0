import type { Server as HttpServer, IncomingMessage } from "node:http";
import { Server, type Socket } from "socket.io";
import { z } from "zod";
import type { Refused } from "../access/access.ts";
import { asProblem, errorBody, HttpProblem } from "../http/problem.ts";
import { maxEventsAtOnce } from "../http/routes/runs.ts";
import { runId, workflowId } from "../http/schemas.ts";
import type { Frame } from "../queue/dispatch/run-watcher.ts";
import type { RunQueue } from "../queue/port.ts";
import type { Runs } from "../queue/runs.ts";
import type { ClientToServer, ErrorBody, RunSummary, ServerToClient } from "../wire/wire.ts";
import type { WorkflowStore } from "../workflows/workflow-store.ts";
import { Outbox } from "./outbox.ts";
import { maxDocuments, type Person, Presence } from "./presence.ts";

/** Runs that one viewer may follow at once. */
const maxFollowed = 200;
/** Viewers at once. */
const maxViewers = 1200;
/** How long a socket may be open before it joins, in milliseconds. */
const joinMs = 10_000;
/** Longest message of a client, in bytes. */
const maxMessage = 16 * 1024;
/** Messages of one viewer in ten seconds: where only this machine reaches the server, its user may follow thousands of small runs. */
const maxMessages = { own: 10_000, others: 300 } as const;
/** Answers to a viewer that does not read them. */
const maxUnread = 10;
/** Characters of events that a viewer is sent before the system has taken those before them, so that many of them go together. */
const maxAhead = 16 * 1024;
/** Changed runs are sent to followers of the queue at most this often, in milliseconds. */
const changeMs = 200;
/** How often it is looked whether viewers still may be here, in milliseconds. */
const lookMs = 1000;

const openDocuments = z.array(workflowId).max(maxDocuments);

type Viewer = Socket<ClientToServer, ServerToClient>;

/** Where what viewers receive comes from. */
type Sources = {
  readonly queue: Pick<RunQueue, "events" | "watch">;
  readonly runs: Pick<Runs, "record" | "summary" | "list" | "head">;
  readonly workflows: Pick<WorkflowStore, "watch">;
};

export type Live = {
  /** How many viewers are connected. */
  viewers(): number;
  /** Sends the frame to those who follow its run. */
  frame(frame: Frame): void;
  /** To be called when the queue is held, and when it goes on. */
  held(): void;
  close(): Promise<void>;
};

/**
 * Live events over web sockets, on the same port. `mayConnect` returns why a handshake is refused, if it is; `own` says that only this
 * machine reaches the server.
 */
export function serveLive(
  server: HttpServer,
  sources: Sources,
  {
    mayConnect,
    who,
    own,
    onRefused,
    onFault,
  }: {
    readonly mayConnect: (request: IncomingMessage) => Refused | undefined;
    /** Who asks, if that is known. */
    readonly who: (request: IncomingMessage) => Person | undefined;
    readonly own: boolean;
    /** Hears of handshakes that were refused for that. */
    readonly onRefused: (request: IncomingMessage) => void;
    readonly onFault: (error: unknown) => void;
  },
): Live {
  const { queue, runs, workflows } = sources;
  const hearers = server.listeners("request");
  const io = new Server<ClientToServer, ServerToClient>(server, {
    serveClient: false,
    transports: ["websocket"],
    maxHttpBufferSize: maxMessage,
    connectTimeout: joinMs,
    allowRequest: (request, answer) => {
      // Those that have not joined yet are counted as well: some never do.
      const isFull = io.engine.clientsCount >= maxViewers;
      const refused = mayConnect(request);
      if (refused) onRefused(request);
      const refusal = refused?.detail ?? (isFull ? "Too many viewers." : undefined);
      answer(refusal, refusal === undefined);
    },
  });
  // Here socket.io has put itself before all plain requests: they are the application's, which guards them.
  server.removeAllListeners("request");
  for (const hear of hearers) server.on("request", hear as (request: IncomingMessage) => void);
  const outboxes = new Map<string, Outbox>();
  const messages = own ? maxMessages.own : maxMessages.others;
  const presence = new Presence();
  io.on("connection", (socket) => {
    const gone = () => {
      outboxes.delete(socket.id);
      presence.leave(socket.id);
    };
    const person = who(socket.request);
    if (person) outboxes.set(socket.id, attend(socket, sources, { messages, presence, person, onFault, gone }));
    // It was let in a moment ago: its token has been revoked since.
    else socket.disconnect(true);
  });
  // Whoever may no longer connect is cut off: a token was revoked, or a session has ended.
  const look = setInterval(() => {
    for (const socket of io.sockets.sockets.values()) if (mayConnect(socket.request)) socket.disconnect(true);
  }, lookMs);
  look.unref();
  const all = (work: (outbox: Outbox) => void) => {
    for (const outbox of outboxes.values()) work(outbox);
  };
  /** The queue may stand otherwise than it was last sent. */
  let stirred = false;
  const tellHead = async () => {
    stirred = false;
    const head = await runs.head();
    all((outbox) => {
      outbox.stands(head);
      outbox.flush();
    });
  };
  const tick = setInterval(() => {
    // One summary of each changed run, for all viewers.
    const summaries = new Map<string, Promise<RunSummary | undefined>>();
    const summaryOf = (run: string) => {
      const known = summaries.get(run) ?? runs.summary(run);
      summaries.set(run, known);
      return known;
    };
    all((outbox) => void outbox.sendChanges(summaryOf).catch(onFault));
    for (const [document, pages] of presence.takeChanged())
      for (const page of pages) outboxes.get(page)?.present(document);
    if (stirred) void tellHead().catch(onFault);
  }, changeMs);
  tick.unref();
  const leave = queue.watch({
    changed: (run) => {
      stirred = true;
      all((outbox) => outbox.changed(run));
    },
    // Whoever pauses it sees at once that it is so.
    paused: () => void tellHead().catch(onFault),
    gone: (run) => {
      stirred = true;
      all((outbox) => outbox.gone(run));
      io.emit("gone", run);
    },
  });
  const leaveWorkflows = workflows.watch((change) => all((outbox) => outbox.saved(change)));
  return {
    viewers: () => outboxes.size,
    frame: (frame) => all((outbox) => outbox.frame(frame)),
    held: () => void tellHead().catch(onFault),
    async close() {
      leave();
      leaveWorkflows();
      clearInterval(tick);
      clearInterval(look);
      await io.close();
    },
  };
}

function attend(
  socket: Viewer,
  { queue, runs }: Sources,
  {
    messages,
    presence,
    person,
    onFault,
    gone,
  }: {
    readonly messages: number;
    readonly presence: Presence;
    readonly person: Person;
    readonly onFault: (error: unknown) => void;
    readonly gone: () => void;
  },
): Outbox {
  const { conn } = socket;
  const idle = () => conn.readyState === "open" && conn.transport.writable;
  const { socket: wire } = socket.request;
  // Packets that wait for one another go in one piece.
  conn.on("flush", () => wire.cork());
  conn.on("drain", () => wire.uncork());
  /** Characters of events that were sent since the line was ready; endless once something else was. */
  let ahead = 0;
  const emit: Viewer["emit"] = (...packet) => {
    ahead = Number.POSITIVE_INFINITY;
    return socket.emit(...packet);
  };
  const outbox = new Outbox(queue.events, {
    idle: () => idle() || (conn.readyState === "open" && ahead > 0 && ahead < maxAhead),
    // As `socket.emit("event", event)` would write it (type 2 of socket.io's protocol), if it were to read and write the JSON anew.
    event({ json }) {
      ahead += json.length;
      conn.write(`2["event",${json}]`);
    },
    frame: (frame) => void emit("frame", frame),
    run: (run) => void emit("run", run),
    waiting: (head) => void emit("waiting", head),
    saved: (changes) => void emit("saved", changes),
    present: (documents) =>
      void emit(
        "present",
        documents.map((document) => presence.besides(socket.id, document)),
      ),
  });
  let unread = 0;
  // The transport is ready again when the system has taken what was sent: not before the viewer reads.
  conn.transport.on("ready", () => {
    unread = 0;
    ahead = 0;
    outbox.flush();
  });
  const budget = messageBudget(messages);
  socket.use((_message, next) => {
    if (!idle()) unread++;
    if (budget() && unread <= maxUnread) next();
    else socket.disconnect(true);
  });
  /** The requests of a viewer are handled in order. */
  let asked: Promise<void> = Promise.resolve();
  const inOrder = (work: () => Promise<void> | void, refuse: (problem: ErrorBody) => void = () => {}) => {
    asked = asked.then(work).catch((error) => {
      const problem = asProblem(error);
      if (problem.status >= 500) onFault(error);
      refuse(errorBody(problem));
    });
  };
  socket.on("follow", (run, after, reply) => {
    if (typeof reply !== "function") return;
    inOrder(async () => {
      const id = runId.parse(run);
      const from = z.int().min(0).parse(after);
      const { seq } = await runs.record(id);
      if (outbox.followed >= maxFollowed)
        throw new HttpProblem(429, `${maxFollowed} runs are followed already.`, "Leave some first.");
      const events = await queue.events.read(id, from, maxEventsAtOnce);
      reply({ events, seq });
      outbox.follow(id, events.at(-1)?.seq ?? Math.min(from, seq));
    }, reply);
  });
  socket.on("unfollow", (run) => {
    if (typeof run === "string") inOrder(() => outbox.unfollow(run));
  });
  socket.on("queue", (reply) => {
    if (typeof reply !== "function") return;
    outbox.followQueue();
    inOrder(async () => {
      reply((await runs.list({ limit: 100 })).runs);
      outbox.stands(await runs.head());
      outbox.flush();
    });
  });
  socket.on("open", (documents) => {
    const ids = openDocuments.safeParse(documents);
    if (ids.success) presence.open(socket.id, person, ids.data);
  });
  socket.on("error", () => socket.disconnect(true));
  socket.on("disconnect", () => {
    outbox.close();
    gone();
  });
  return outbox;
}

/** False for messages beyond so many in ten seconds. */
function messageBudget(most: number): () => boolean {
  let since = 0;
  let count = 0;
  return () => {
    const now = performance.now();
    if (now - since > 10_000) {
      since = now;
      count = 0;
    }
    return ++count <= most;
  };
}
