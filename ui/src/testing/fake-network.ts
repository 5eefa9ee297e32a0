import type {
  ClientToServer,
  ErrorBody,
  EventsReply,
  LoggedEvent,
  RunSummary,
  ServerToClient,
} from "@clipwork/server/wire";
import type { LiveSocket } from "../server/live.ts";

type Handlers = { [event: string]: ((...args: never[]) => void)[] };

/** What the sockets ask of the server. */
type Asked = {
  queue(): readonly RunSummary[];
  events(run: string, after: number): EventsReply | ErrorBody;
};

/** Sockets between pages and a server, which the test connects and breaks. Replies come in a later microtask. */
export class FakeNetwork {
  server: Asked = { queue: () => [], events: () => ({ events: [], seq: 0 }) };
  readonly #sockets: FakeSocket[] = [];

  /** A page's socket, without a connection yet. */
  socket(): FakeSocket {
    const socket = new FakeSocket(this);
    this.#sockets.push(socket);
    return socket;
  }

  sendEvent(event: LoggedEvent): void {
    for (const socket of this.#sockets) if (socket.followed.has(event.run)) socket.hear("event", event);
  }

  sendToAll<N extends keyof ServerToClient>(name: N, ...args: Parameters<ServerToClient[N]>): void {
    for (const socket of this.#sockets) socket.hear(name, ...args);
  }
}

/** One page's socket. */
export class FakeSocket {
  connected = false;
  /** The runs that the server sends to this socket. A broken connection forgets them, as the real server does. */
  readonly followed = new Set<string>();
  /** All that the page has said, "follow <run> <after>". */
  readonly said: string[] = [];
  readonly #handlers: Handlers = {};
  readonly #network: FakeNetwork;

  constructor(network: FakeNetwork) {
    this.#network = network;
  }

  /** This socket as the page uses it. */
  get live(): LiveSocket {
    return this as unknown as LiveSocket;
  }

  connect(): void {
    this.connected = true;
    this.#call("connect");
  }

  disconnect(): void {
    this.connected = false;
    this.followed.clear();
    this.#call("disconnect");
  }

  on(event: string, handler: (...args: never[]) => void): this {
    this.#handlers[event] = [...(this.#handlers[event] ?? []), handler];
    return this;
  }

  emit<N extends keyof ClientToServer>(event: N, ...args: Parameters<ClientToServer[N]>): this {
    this.said.push([event, ...args.filter((arg) => typeof arg !== "function")].join(" "));
    if (event === "queue") {
      const [reply] = args as Parameters<ClientToServer["queue"]>;
      this.#reply(() => reply(this.#network.server.queue()));
    } else if (event === "follow") {
      const [run, after, reply] = args as Parameters<ClientToServer["follow"]>;
      this.followed.add(run);
      this.#reply(() => reply(this.#network.server.events(run, after)));
    } else this.followed.delete(args[0] as string);
    return this;
  }

  /** The server says something to this page. */
  hear<N extends keyof ServerToClient>(event: N, ...args: Parameters<ServerToClient[N]>): void {
    if (this.connected) this.#call(event, ...args);
  }

  #reply(answer: () => void): void {
    queueMicrotask(() => this.connected && answer());
  }

  #call(event: string, ...args: unknown[]): void {
    for (const handler of this.#handlers[event] ?? []) handler(...(args as never[]));
  }
}
