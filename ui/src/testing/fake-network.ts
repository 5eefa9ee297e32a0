import type {
  ClientToServer,
  DocumentPresence,
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
  readonly #visitors = new Map<string, readonly string[]>();

  /** A page's socket, without a connection yet. */
  socket(): FakeSocket {
    const socket = new FakeSocket(this);
    this.#sockets.push(socket);
    return socket;
  }

  /** Tells each page that has one of these documents open how many others have it open. */
  tellPresence(documents: Iterable<string>): void {
    for (const document of documents) {
      const pages = this.#sockets.filter(({ open, connected }) => connected && open.has(document));
      for (const page of pages) page.hear("present", [this.#besides(document, pages.length - 1)]);
    }
  }

  /** People with other tokens have the document open too. */
  visit(document: string, names: readonly string[]): void {
    this.#visitors.set(document, names);
    this.tellPresence([document]);
  }

  #besides(document: string, pages: number): DocumentPresence {
    const own = pages === 0 ? [] : [{ name: "owner", pages, own: true as const }];
    const visitors = (this.#visitors.get(document) ?? []).map((name) => ({ name, pages: 1 }));
    const others = [...own, ...visitors];
    return { document, others: others.slice(0, 8), more: Math.max(0, others.length - 8) };
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
  /** The documents that the page has open, as the server knows. */
  open: ReadonlySet<string> = new Set();
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
    this.#openNow([]);
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
    } else if (event === "open") this.#openNow(args[0] as readonly string[]);
    else this.followed.delete(args[0] as string);
    return this;
  }

  /** The server says something to this page. */
  hear<N extends keyof ServerToClient>(event: N, ...args: Parameters<ServerToClient[N]>): void {
    if (this.connected) this.#call(event, ...args);
  }

  #openNow(documents: readonly string[]): void {
    const before = this.open;
    this.open = new Set(documents);
    const changed = [...before, ...this.open].filter((id) => before.has(id) !== this.open.has(id));
    queueMicrotask(() => this.#network.tellPresence(changed));
  }

  #reply(answer: () => void): void {
    queueMicrotask(() => this.connected && answer());
  }

  #call(event: string, ...args: unknown[]): void {
    for (const handler of this.#handlers[event] ?? []) handler(...(args as never[]));
  }
}
