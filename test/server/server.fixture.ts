import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { isRunEnd } from "@clipwork/engine";
import { io, type Socket } from "socket.io-client";
import { apiRoutes, type RouteParts } from "../../server/src/http/routes/index.ts";
import type { ClientToServer, LoggedEvent, RunDetail, ServerToClient, ShownValue } from "../../server/src/wire/wire.ts";
import { fixturePacks, folderFor } from "../cli/clipwork.fixture.ts";

const main = join(import.meta.dirname, "..", "..", "server", "src", "cli", "start.mjs");

/** How each route is asked; behind these there is nothing that could answer. */
export const routes = apiRoutes({} as RouteParts);

export type TestServer = {
  readonly url: string;
  /** As the server printed it: with the token, where one is asked for. */
  readonly address: string;
  readonly data: string;
  readonly process: ChildProcess;
  /** Asks /api/v1; a body that is no text goes as JSON. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The reply's JSON; fails unless it has that status. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what a stranger would see
  json(method: string, path: string, body?: unknown, status?: number): Promise<any>;
  viewer(): Viewer;
  /** Follows a run from its beginning to its end. */
  watch(run: string): Promise<LoggedEvent[]>;
  kill(signal: NodeJS.Signals): Promise<void>;
};

export type Viewer = Socket<ServerToClient, ClientToServer>;

/** Who cleans up in the end: a test, or a benchmark. */
type Context = Pick<TestContext, "after">;

/** A server as `clipwork serve` starts it, on a free port and a data folder of its own; both go away with the test. */
export async function startServer(
  context: Context,
  options: { readonly data?: string; readonly args?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<TestServer> {
  const data = options.data ?? join(folderFor(context), "data");
  const args = [main, "serve", "--port", "0", "--data", data, ...(options.args ?? [])];
  const env = { ...process.env, CLIPWORK_PACKS: fixturePacks, ...options.env };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  context.after(() => child.kill("SIGKILL"));
  let complaint = "";
  child.stderr.on("data", (text) => {
    complaint += text;
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, "line"),
    once(child, "exit").then(() => Promise.reject(new Error(`the server ended: ${complaint}`))),
  ]);
  const address = /http:\/\/\S+/.exec(line)![0];
  return attach(context, address, data, child);
}

function attach(context: Context, address: string, data: string, child: ChildProcess): TestServer {
  const url = new URL(address).origin;
  const ask: TestServer["ask"] = (method, path, body, headers = {}) =>
    fetch(`${url}/api/v1${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  const viewer = (): Viewer => {
    const socket: Viewer = io(url, { transports: ["websocket"], forceNew: true });
    context.after(() => void socket.disconnect());
    return socket;
  };
  return {
    url,
    address,
    data,
    process: child,
    ask,
    async json(method, path, body, status = method === "POST" && path === "/runs" ? 201 : 200) {
      const response = await ask(method, path, body);
      const text = await response.text();
      if (response.status !== status) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text === "" ? undefined : JSON.parse(text);
    },
    viewer,
    watch: (run) => watch(viewer(), run),
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, "exit");
    },
  };
}

/** The values that an event shows. */
export function valuesOf(event: LoggedEvent): readonly ShownValue[] {
  if (event.event === "node.values") return event.values;
  return event.event === "node.value" ? [event] : [];
}

/** All events of a run until its end, as that viewer gets them. */
export function watch(socket: Viewer, run: string): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  return new Promise((resolve, reject) => {
    const hear = (event: LoggedEvent) => {
      if (event.run !== run) return;
      events.push(event);
      if (isRunEnd(event)) resolve(events);
    };
    socket.on("event", hear);
    socket.on("connect_error", reject);
    socket.emit("follow", run, 0, (reply) => {
      if ("detail" in reply) reject(new Error(reply.detail));
      else reply.events.forEach(hear);
    });
  });
}

/** Resolves with the first event of a run that is asked for. */
export function eventOf(
  server: TestServer,
  run: string,
  wanted: (event: LoggedEvent) => boolean,
): Promise<LoggedEvent> {
  const socket = server.viewer();
  return new Promise((resolve, reject) => {
    const hear = (event: LoggedEvent) => {
      if (wanted(event)) resolve(event);
      else if (isRunEnd(event)) reject(new Error(`the run ended before: ${JSON.stringify(event)}`));
    };
    socket.on("event", hear);
    socket.emit("follow", run, 0, (reply) => {
      if ("events" in reply) reply.events.forEach(hear);
    });
  });
}

/** Submits a document. */
export function submit(server: TestServer, document: object, more: object = {}): Promise<RunDetail> {
  return server.json("POST", "/runs", { document, ...more });
}

/** Waits for what the server does by itself; each look is one of its turns. */
export async function until(holds: () => boolean | Promise<boolean>, server: TestServer): Promise<void> {
  for (let look = 0; look < 500; look++) {
    if (await holds()) return;
    await server.ask("GET", "/version");
  }
  assert.fail("the server has not done what was waited for");
}
