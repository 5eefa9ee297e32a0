import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { isRunEnd } from "@clipwork/engine";
import { io } from "socket.io-client";
import type { LoggedEvent, RunSummary } from "../../server/src/wire/wire.ts";
import { hierarchy, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { startServer, submit, watch } from "./server.fixture.ts";

test("viewers that come late, or come back, see the same events once each and in order (case 39)", async (context) => {
  const server = await startServer(context);
  const run = await submit(server, hierarchy());
  const socket = server.viewer();
  const seen: LoggedEvent[] = [];
  let breaks = 0;
  const ended = new Promise<void>((resolve) => {
    const hear = (event: LoggedEvent) => {
      seen.push(event);
      if (isRunEnd(event)) resolve();
    };
    socket.on("connect", () =>
      socket.emit("follow", run.id, seen.at(-1)?.seq ?? 0, (reply) => {
        if ("events" in reply) reply.events.forEach(hear);
      }),
    );
    socket.on("event", (event) => {
      hear(event);
      // The line breaks at every tenth event; the client comes back by itself and says what it saw last.
      if (event.seq % 10 === 0 && breaks++ < 5) socket.io.engine.close();
    });
  });
  const whole = await server.watch(run.id);
  await ended;
  assert.ok(breaks > 0);
  assert.deepEqual(seen, whole);
  assert.deepEqual(await server.watch(run.id), whole, "who comes when all is over sees it all");
  assert.deepEqual((await server.json("GET", `/runs/${run.id}/events`)).events, whole);
});

test("a viewer that follows beyond the end of the log hears what comes", async (context) => {
  const server = await startServer(context);
  const slow = hierarchy();
  slow.nodes.decode!.params = { ...slow.nodes.decode!.params, steps: 900 };
  const running = await submit(server, slow);
  const waiting = await submit(server, slow);
  const socket = server.viewer();
  const heard: LoggedEvent[] = [];
  socket.on("event", (event) => heard.push(event));
  const follow = (run: string, after: number) =>
    new Promise<{ events?: readonly LoggedEvent[] }>((resolve) => socket.emit("follow", run, after, resolve as never));
  assert.deepEqual((await follow(waiting.id, 1_000_000)).events, []);
  const ended = watch(socket, running.id);
  await server.json("POST", `/runs/${waiting.id}/cancel`);
  await server.json("POST", `/runs/${running.id}/cancel`);
  await ended;
  // One line keeps the order: what came first of the run that waits has come by now, or never will.
  assert.deepEqual(
    heard.filter(({ run }) => run === waiting.id).map(({ event }) => event),
    ["run.cancelled"],
  );
});

test("a viewer that leaves cancels nothing (case 40)", async (context) => {
  const server = await startServer(context);
  const run = await submit(server, hierarchy());
  const socket = server.viewer();
  await new Promise<void>((resolve) => {
    socket.on("event", ({ event }) => event === "node.started" && resolve());
    socket.emit("follow", run.id, 0, () => {});
  });
  socket.disconnect();
  assert.equal((await server.watch(run.id)).at(-1)!.event, "run.finished");
});

test("frames are WebP of at most 512 pixels, and go to those alone who follow the run (case 36)", async (context) => {
  const server = await startServer(context);
  const run = await submit(server, hierarchy());
  const stranger = server.viewer();
  let strange = 0;
  for (const name of ["event", "frame"] as const) stranger.on(name, () => strange++);
  const socket = server.viewer();
  const frames: { node: string; bytes: Uint8Array; step: number; steps: number }[] = [];
  socket.on("frame", (frame) => frames.push(frame));
  await watch(socket, run.id);
  assert.ok(frames.length > 0);
  for (const { bytes, step, steps } of frames) {
    const head = Buffer.from(bytes);
    assert.equal(head.toString("latin1", 0, 4) + head.toString("latin1", 8, 12), "RIFFWEBP");
    assert.ok(step >= 1 && step <= steps);
  }
  assert.equal(strange, 0);
});

test("rooms that are none are refused, and so is what makes no sense (cases 36, 37)", async (context) => {
  const server = await startServer(context);
  const socket = server.viewer();
  const follow = (run: unknown, after: unknown) =>
    new Promise<{ status?: number }>((resolve) =>
      socket.emit("follow", run as string, after as number, resolve as never),
    );
  const unknown = "123e4567-e89b-42d3-a456-426614174000";
  assert.equal((await follow(unknown, 0)).status, 404);
  for (const run of ["", "queue", "run:x", "../x", null, {}, ["x"], 3, "__proto__"])
    assert.equal((await follow(run, 0)).status, 400, JSON.stringify(run));
  const { id } = await submit(server, shortHierarchy());
  for (const after of [-1, 1.5, "0", null, {}, Number.NaN])
    assert.equal((await follow(id, after)).status, 400, String(after));
  // Without a callback, with foreign names, with nothing at all: unheard.
  for (const message of [["follow", id, 0], ["follow"], ["unfollow", {}], ["queue"], ["join", "run"], ["__proto__", 1]])
    socket.emit(...(message as ["queue", never]));
  const runs = await new Promise<readonly RunSummary[]>((resolve) => socket.emit("queue", resolve));
  assert.deepEqual(
    runs.map((run) => run.id),
    [id],
  );
});

test("packets that lie, and messages without end, cost one connection and nothing else (case 37)", async (context) => {
  const server = await startServer(context);
  const { port } = new URL(server.url);
  const frame = (text: string) => {
    const payload = Buffer.from(text);
    const length =
      payload.length < 126 ? [payload.length | 0x80] : [126 | 0x80, payload.length >> 8, payload.length & 255];
    return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), payload]);
  };
  const packets = [
    "40",
    '451-["follow",{"_placeholder":true,"num":0}]',
    "49999-[",
    "42[",
    '42["__proto__"]',
    "9",
    "\0",
    "4".repeat(30_000),
  ];
  for (const packet of packets) {
    const socket = connect(Number(port), "127.0.0.1");
    const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    socket.on("error", () => {});
    socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
    );
    await new Promise((resolve) => socket.once("data", resolve));
    socket.write(Buffer.concat([frame("40"), frame(packet)]));
    assert.equal((await server.json("GET", "/health")).provider, "cpu", packet.slice(0, 40));
    socket.destroy();
    await closed;
  }
  const flood = server.viewer();
  const ended = new Promise<string>((resolve) => flood.once("disconnect", resolve));
  await new Promise<void>((resolve) => flood.once("connect", resolve));
  for (let i = 0; i < 11_000; i++) flood.emit("unfollow", "x");
  assert.match(await ended, /disconnect|close/);
  assert.equal(server.process.exitCode, null);
});

test("[A9] who follows run after run on one socket is not cut off by a server that only its own machine reaches, and is by others", async (context) => {
  const messages = 700;
  const own = await startServer(context);
  const viewer = own.viewer();
  for (let i = 0; i < messages; i++) viewer.emit("unfollow", "x");
  assert.deepEqual(await new Promise((resolve) => viewer.emit("queue", resolve)), []);

  const other = await startServer(context, { args: ["--allow-host", "gpu.example"] });
  const { origin, searchParams } = new URL(other.address);
  const extraHeaders = { authorization: `Bearer ${searchParams.get("token")}` };
  const stranger = io(origin, { transports: ["websocket"], forceNew: true, extraHeaders });
  context.after(() => void stranger.disconnect());
  const ended = new Promise<string>((resolve) => stranger.once("disconnect", resolve));
  await new Promise<void>((resolve) => stranger.once("connect", resolve));
  for (let i = 0; i < messages; i++) stranger.emit("unfollow", "x");
  assert.match(await ended, /disconnect|close/);
});

test("followers of the queue hear of every run that comes, changes and goes", async (context) => {
  const server = await startServer(context);
  const socket = server.viewer();
  const heard = new Map<string, string[]>();
  const gone: string[] = [];
  socket.on("run", ({ id, state }) => heard.set(id, [...(heard.get(id) ?? []), state]));
  socket.on("gone", (id) => gone.push(id));
  await new Promise((resolve) => socket.emit("queue", resolve));
  const run = await submit(server, shortHierarchy());
  await server.watch(run.id);
  while (heard.get(run.id)?.at(-1) !== "finished") await new Promise((resolve) => socket.once("run", resolve));
  const left = new Promise((resolve) => socket.once("gone", resolve));
  await server.json("DELETE", `/runs/${run.id}`, undefined, 204);
  await left;
  assert.deepEqual(gone, [run.id]);
});
