import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { keepRoom } from "./connections.ts";

/** A server with so many connections at most that answers "/" at once and keeps all else waiting. */
async function openServer(context: TestContext, most: number) {
  const waiting: ServerResponse[] = [];
  const server = createServer((request, response) => {
    if (request.url === "/") response.end("here");
    else waiting.push(response);
  });
  server.on("upgrade", (_request, socket) => socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
  keepRoom(server, most);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { server, waiting };
}

/** A connection that the server has accepted. */
async function open(context: TestContext, server: Server): Promise<Socket> {
  const accepted = once(server, "connection");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => {});
  context.after(() => socket.destroy());
  await Promise.all([once(socket, "connect"), accepted]);
  return socket;
}

const head = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: here\r\n${more}\r\n`;

async function answer(socket: Socket, request: string): Promise<string> {
  socket.write(request);
  const [bytes] = await once(socket, "data");
  return String(bytes);
}

test("[A13] beyond the limit the connection goes that has been silent for longest, and the new one is answered", async (context) => {
  const { server } = await openServer(context, 3);
  const idle = await open(context, server);
  assert.match(await answer(idle, head("/")), /here/);
  const dripping = await open(context, server);
  dripping.write("GET / HTTP/1.1\r\nHost:");
  const silent = await open(context, server);
  const gone = once(dripping, "close");
  assert.match(await answer(await open(context, server), head("/")), /here/);
  await gone;
  assert.deepEqual([idle.closed, silent.closed], [false, false]);
  assert.match(await answer(idle, head("/")), /here/, "who has asked goes after those who said nothing");
});

test("of those between two requests the one goes that asked longest ago", async (context) => {
  const { server } = await openServer(context, 2);
  const [first, second] = [await open(context, server), await open(context, server)];
  for (const socket of [first, second, first]) assert.match(await answer(socket, head("/")), /here/);
  const gone = once(second, "close");
  assert.match(await answer(await open(context, server), head("/")), /here/);
  await gone;
  assert.match(await answer(first, head("/")), /here/);
});

test("[A13] a request in progress goes last, and the socket of a viewer never", async (context) => {
  const { server, waiting } = await openServer(context, 2);
  const viewer = await open(context, server);
  assert.match(await answer(viewer, head("/", "Connection: Upgrade\r\nUpgrade: websocket\r\n")), /101/);
  const asking = await open(context, server);
  asking.write(head("/wait"));
  while (waiting.length === 0) await once(server, "request");
  const gone = once(asking, "close");
  const next = await open(context, server);
  await gone;
  assert.match(await answer(next, head("/")), /here/);
  assert.equal(viewer.closed, false);
});

test("if viewers hold all of it, the new one goes", async (context) => {
  const { server } = await openServer(context, 1);
  const viewer = await open(context, server);
  assert.match(await answer(viewer, head("/", "Connection: Upgrade\r\nUpgrade: websocket\r\n")), /101/);
  await once(await open(context, server), "close");
  assert.equal(viewer.closed, false);
});

test("closed connections make room by themselves", async (context) => {
  const { server } = await openServer(context, 1);
  for (let i = 0; i < 3; i++) {
    const socket = await open(context, server);
    assert.match(await answer(socket, head("/", "Connection: close\r\n")), /here/);
    if (!socket.closed) await once(socket, "close");
    while ((await new Promise<number>((resolve) => server.getConnections((_, n) => resolve(n)))) > 0)
      await new Promise(setImmediate);
  }
});
