import { isRunEnd } from "@clipwork/engine";
import type { LoggedEvent, RunSummary } from "../../server/src/wire/wire.ts";
import { submit, type TestServer, type Viewer } from "../server/server.fixture.ts";

/** The log of a run, as one viewer has got it. */
type Followed = {
  readonly events: LoggedEvent[];
  readonly resolve: (events: readonly LoggedEvent[]) => void;
};

/** One who follows runs at a server, and goes to another one when it is gone, as behind a proxy. */
export class Follower {
  readonly #servers: readonly TestServer[];
  readonly #followed = new Map<string, Followed>();
  #turn: number;
  #socket: Viewer | undefined;
  /** How often it went to another server. */
  moves = -1;

  constructor(servers: readonly TestServer[], first: number) {
    this.#servers = servers;
    this.#turn = first;
    this.#connect();
  }

  /** All events of a run until its end, as they came. */
  follow(run: string): Promise<readonly LoggedEvent[]> {
    return new Promise((resolve) => {
      this.#followed.set(run, { events: [], resolve });
      this.#ask(run);
    });
  }

  close(): void {
    this.#socket?.off("disconnect").off("connect_error").disconnect();
  }

  #connect(): void {
    this.close();
    this.moves++;
    const socket = this.#servers[this.#turn++ % this.#servers.length]!.viewer();
    this.#socket = socket;
    socket.on("event", (event) => this.#hear(event));
    const leave = () => {
      if (this.#socket === socket) setTimeout(() => this.#connect(), 100);
    };
    socket.on("disconnect", leave);
    socket.on("connect_error", leave);
    for (const run of this.#followed.keys()) this.#ask(run);
  }

  #ask(run: string): void {
    const socket = this.#socket!;
    const after = this.#followed.get(run)!.events.at(-1)?.seq ?? 0;
    socket.emit("follow", run, after, (reply) => {
      if (this.#socket !== socket) return;
      if ("detail" in reply) throw new Error(`the run ${run} is not followed: ${reply.detail}`);
      for (const event of reply.events) this.#hear(event);
    });
  }

  #hear(event: LoggedEvent): void {
    const followed = this.#followed.get(event.run);
    if (!followed) return;
    followed.events.push(event);
    if (!isRunEnd(event)) return;
    this.#followed.delete(event.run);
    this.#socket!.emit("unfollow", event.run);
    followed.resolve(followed.events);
  }
}

/** Submits a document under a title of its own, and again elsewhere if the server is gone and nobody knows of it. Returns the run's id. */
export async function submitOnce(servers: readonly TestServer[], turn: number, document: object): Promise<string> {
  const { title } = (document as { meta: { title: string } }).meta;
  for (let i = turn; ; i++) {
    const server = servers[i % servers.length]!;
    try {
      if (i > turn) {
        const there = await titled(server, title);
        if (there.length > 0) return there[0]!.id;
      }
      return (await submit(server, document)).id;
    } catch (error) {
      // What fetch says when its server is gone.
      if (!(error instanceof TypeError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** The runs of that title. */
async function titled(server: TestServer, title: string): Promise<readonly RunSummary[]> {
  return (await allRuns(server)).filter((run) => run.title === title);
}

/** All runs that a server knows. */
export async function allRuns(server: TestServer): Promise<readonly RunSummary[]> {
  const runs: RunSummary[] = [];
  for (let before = ""; ; ) {
    const { items, next } = await server.json("GET", `/runs?limit=100${before}`);
    runs.push(...items);
    if (next === undefined) return runs;
    before = `&before=${next}`;
  }
}
