import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { PackError } from "../fields/pack-error.ts";
import { ThreadClient } from "./client.ts";
import type { Cancel, Request, Response } from "./protocol.ts";

/** A thread that answers when the test says so. Messages go over as they do to a real one, transfers included. */
class HeldThread extends EventEmitter {
  readonly got: (Request | Cancel)[] = [];
  keepsAlive = false;
  ref() {
    this.keepsAlive = true;
  }
  unref() {
    this.keepsAlive = false;
  }
  postMessage(request: Request | Cancel, transfer: ArrayBuffer[] = []) {
    this.got.push(structuredClone(request, { transfer }));
    if (request.kind === "close") this.emit("exit", 0);
  }
  answer(response: Response = { kind: "sessions", sessions: [] }) {
    this.emit("message", response);
  }
}

function open() {
  const thread = new HeldThread();
  return { thread, client: new ThreadClient(() => thread as unknown as Worker) };
}

/** Follows a call. The function that it returns says how the call ended, or that it waits, once the event loop has turned. */
function follow(call: Promise<unknown>): () => Promise<string> {
  let state = "waits";
  call.then(
    () => (state = "answered"),
    ({ message }: Error) => (state = message),
  );
  return async () => {
    await new Promise(setImmediate);
    return state;
  };
}

const at = { pack: "tiny", stage: "guess", graph: { path: "", sha256: "" }, data: [], inputs: {} };
const sessions: Request = { kind: "sessions" };
const warm = (stage: string): Request => ({ kind: "warm", at: { ...at, stage } });
const stages = ({ got }: HeldThread) =>
  got.map((request) => (request.kind === "warm" ? request.at.stage : request.kind));

test("requests go to the thread one at a time, in the order in which they came", async () => {
  const { thread, client } = open();
  const calls = [client.send(warm("a")), client.send(warm("b")), client.send(warm("c"))];
  for (const due of [["a"], ["a", "b"], ["a", "b", "c"]]) {
    assert.deepEqual(stages(thread), due);
    thread.answer();
    await calls[due.length - 1];
  }
});

test("the thread keeps the process alive while a request is under way, and at no other time", async () => {
  const { thread, client } = open();
  const call = client.send(sessions);
  assert.ok(thread.keepsAlive);
  thread.answer();
  await call;
  assert.ok(!thread.keepsAlive);
});

test("an aborted request that waits leaves, and no other does", async () => {
  const { thread, client } = open();
  const controller = new AbortController();
  const first = client.send(warm("first"));
  const stays = client.send(warm("stays"));
  const leaves = client.send(warm("leaves"), { signal: controller.signal });
  controller.abort(new Error("stop"));
  await assert.rejects(leaves, /stop/);
  thread.answer();
  assert.deepEqual(stages(thread), ["first", "stays"]);
  thread.answer();
  await Promise.all([first, stays]);
  await assert.rejects(client.send(sessions, { signal: controller.signal }), /stop/);
});

test("a run that has begun ends as usual when it is aborted, and takes no other along", async () => {
  const { thread, client } = open();
  const controller = new AbortController();
  const running = client.send({ kind: "run", at, feeds: {} }, { signal: controller.signal });
  const waits = client.send(warm("waits"));
  controller.abort(new Error("stop"));
  thread.answer();
  assert.equal((await running).kind, "sessions");
  thread.answer();
  await waits;
  assert.deepEqual(stages(thread), ["run", "cancel", "waits"]);
});

test("the loading of a stage is reported, and left at once when it is cancelled; the next request waits for the thread", async () => {
  const { thread, client } = open();
  const controller = new AbortController();
  const told: number[] = [];
  const onLoad = ({ bytes }: { bytes: number }) => told.push(bytes);
  const loads = follow(client.send(warm("large"), { signal: controller.signal, onLoad }));
  const waits = follow(client.send(warm("next")));
  thread.emit("message", { kind: "loading", loading: { stage: "large", bytes: 4 } });
  assert.equal(await loads(), "waits");
  controller.abort(new Error("stop"));
  assert.equal(await loads(), "stop");
  thread.emit("message", { kind: "loading", loading: { stage: "large", bytes: 5 } });
  assert.deepEqual(told, [4], "who left is told no more");
  assert.deepEqual(stages(thread), ["large", "cancel"]);
  thread.answer({ kind: "cancelled" });
  assert.deepEqual(stages(thread), ["large", "cancel", "next"]);
  thread.answer();
  assert.equal(await waits(), "answered");
});

test("the caller keeps its arrays, whatever becomes of those that are handed over", async () => {
  const { thread, client } = open();
  const data = Float32Array.of(1, 2, 3);
  const call = client.send({ kind: "run", at, feeds: { x: { shape: [1, 3], data } } });
  assert.deepEqual([...data], [1, 2, 3]);
  data.fill(9);
  const [request] = thread.got;
  assert.deepEqual(request!.kind === "run" && [...request!.feeds.x!.data], [1, 2, 3]);
  thread.answer();
  await call;
});

test("a failure comes back as an error of the pack with its remedy, and the next request goes on", async () => {
  const { thread, client } = open();
  const [fails, works] = [client.send(warm("a")), client.send(warm("b"))];
  thread.answer({ kind: "failed", message: "no such file", remedy: "look for it" });
  await assert.rejects(fails, { name: "PackError", message: "no such file", remedy: "look for it" });
  thread.answer();
  assert.equal((await works).kind, "sessions");
});

test("closing waits for the request under way, refuses those that wait, and ends the thread", async () => {
  const { thread, client } = open();
  const [running, waits] = [client.send(warm("running")), client.send(warm("waits"))];
  const refused = assert.rejects(waits, /closed/);
  const closing = client.close();
  await refused;
  assert.deepEqual(stages(thread), ["running"], "the thread is not told while it works");
  thread.answer();
  await Promise.all([running, closing, client.close()]);
  assert.deepEqual(stages(thread), ["running", "close"]);
  await assert.rejects(client.send(sessions), /closed/);
});

test("a thread that throws is gone: the requests under way and waiting say so", async () => {
  const { thread, client } = open();
  const calls = [client.send(warm("a")), client.send(warm("b"))].map(follow);
  thread.emit("error", new Error("no memory"));
  thread.emit("exit", 1);
  for (const state of calls) assert.match(await state(), /thread that runs the models is gone: it threw: no memory/);
  assert.equal(await follow(client.close())(), "answered");
});

test("the thread starts with the first request, and a client without one has nothing to close", async () => {
  let started = 0;
  const client = new ThreadClient(() => {
    started++;
    return new Worker(`require("worker_threads").parentPort.once("message", () => process.exit(0))`, { eval: true });
  });
  const unused = new ThreadClient(() => assert.fail("started"));
  await unused.close();
  assert.equal(started, 0);
  await assert.rejects(client.send(sessions), /gone/);
  assert.equal(started, 1);
});

test("when the thread dies, the calls under way, waiting and to come reject with what happened", async () => {
  const dies = new Worker(`require("worker_threads").parentPort.once("message", () => process.exit(3))`, {
    eval: true,
  });
  const client = new ThreadClient(() => dies);
  const first = client.send(sessions);
  const second = follow(client.send(sessions));
  const gone = /thread that runs the models is gone: it ended with code 3/;
  await assert.rejects(first, gone);
  assert.match(await second(), gone);
  await assert.rejects(client.send(sessions), PackError);
  await client.close();
});
