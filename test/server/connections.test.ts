import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { io } from "socket.io-client";
import { maxConnections } from "../../server/src/access/connections.ts";
import { folderFor } from "../cli/clipwork.fixture.ts";
import { askRaw, begin, hold, isProblem, openViewer } from "./raw.fixture.ts";
import { startServer, type TestServer, until } from "./server.fixture.ts";

test("a connection outlasts the minute for which proxies keep theirs", async (context) => {
  const server = await startServer(context);
  const { headers } = await server.ask("GET", "/health");
  assert.match(headers.get("keep-alive")!, /timeout=6[1-9]\b/);
});

const viewers = async (server: TestServer) =>
  Number(/^clipwork_viewers (\d+)/m.exec(await (await server.ask("GET", "/metrics")).text())![1]);

/** Answers a new client gets: to a request on a connection of its own, and to its web socket. */
async function isServed(server: TestServer): Promise<void> {
  assert.equal((await askRaw(server.url, { path: "/api/v1/version" })).status, 200);
  const viewer = server.viewer();
  const runs = await new Promise((resolve) => viewer.emit("queue", resolve));
  assert.deepEqual(runs, []);
  viewer.disconnect();
}

test("[A13] with 1,000 viewers, 50 slow and 200 silent connections a new client is served, and no viewer goes (C29)", async (context) => {
  const server = await startServer(context);
  await hold(context, 1000, () => openViewer(server.url, true));
  await hold(context, 50, () => begin(server, "GET /api/v1/version HTTP/1.1\r\nHost: a\r\nX-Slow: "));
  await hold(context, 200, () => begin(server, ""));
  await isServed(server);
  await until(async () => (await viewers(server)) === 1000, server);
});

test("[A13] silent connections beyond all that a server holds shut nobody out, but themselves (C29)", async (context) => {
  const server = await startServer(context);
  const [watching] = await hold(context, 1, () => openViewer(server.url, true));
  const silent = await hold(context, maxConnections + 300, () => begin(server, ""));
  await isServed(server);
  await until(() => silent.filter((socket) => socket.closed).length >= 300, server);
  assert.equal(watching!.closed, false);
});

test("[A13] sockets that never join are counted, and closed (C29)", async (context) => {
  const server = await startServer(context);
  const open = await hold(context, 1200, () => openViewer(server.url, false));
  await assert.rejects(openViewer(server.url, false), /Too many viewers/);
  await Promise.all(open.map((socket) => socket.closed || once(socket, "close")));
  await isServed(server);
});

test("[A13] a head that drips in is cut off after ten seconds, not thirty (C29)", async (context) => {
  const server = await startServer(context);
  const began = performance.now();
  const [socket] = await hold(context, 1, () => begin(server, "GET / HTTP/1.1\r\nHost: a\r\n"));
  const drip = setInterval(() => socket!.write("X-A: b\r\n"), 500);
  context.after(() => clearInterval(drip));
  const [said] = await once(socket!, "data");
  assert.match(String(said), /^HTTP\/1.1 408/);
  assert.ok(performance.now() - began < 25_000);
});

test("a client that polls first is told how to connect, and the server has nothing to complain about (C27)", async (context) => {
  const server = await startServer(context);
  let complaint = "";
  server.process.stderr!.on("data", (text) => {
    complaint += text;
  });
  const polled = await askRaw(server.url, { path: "/socket.io/?EIO=4&transport=polling" });
  assert.equal(polled.status, 400);
  assert.ok(isProblem(polled), polled.text);
  assert.match(polled.text, /transports: \[\\"websocket\\"\]/);
  assert.match(String(polled.headers["content-security-policy"]), /default-src 'self'/);
  const socket = io(server.url, { transports: ["polling"], forceNew: true, reconnection: false });
  context.after(() => void socket.disconnect());
  await new Promise((resolve) => socket.once("connect_error", resolve));
  await isServed(server);
  await server.kill("SIGTERM");
  assert.equal(complaint, "");
});

test("[A12] a server does not start with a token that keeps nobody out, and says what to do (C22)", (context) => {
  const data = join(folderFor(context), "data");
  mkdirSync(data);
  writeFileSync(join(data, "token"), "");
  const main = join(import.meta.dirname, "..", "..", "server", "src", "cli", "start.mjs");
  const args = [main, "serve", "--port", "0", "--host", "0.0.0.0", "--data", data];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.deepEqual([status, stdout], [2, ""]);
  assert.match(stderr, /token holds no token of at least 32 letters and digits\.\n.*Delete the file/);
});
