import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoggedEvent } from "@clipwork/server/wire";
import { FakeNetwork } from "../testing/fake-network.ts";
import { settled } from "../testing/start-editor.ts";
import { createLive, type LiveFrame } from "./live.ts";

const run = "r";
const event = (seq: number): LoggedEvent => ({ seq, run, time: seq, event: "node.started", node: `n${seq}`, item: 0 });

/** A page that takes only the event that comes next, on a socket of the test's. */
function page(log: LoggedEvent[] = []) {
  const network = new FakeNetwork();
  network.server = {
    queue: () => [],
    events: (_, after) => ({ events: log.filter(({ seq }) => seq > after), seq: log.length }),
  };
  const socket = network.socket();
  const taken: number[] = [];
  const told: string[] = [];
  const live = createLive(socket.live, {
    known: () => taken.at(-1) ?? 0,
    event: ({ seq }) => {
      if (seq === (taken.at(-1) ?? 0) + 1) taken.push(seq);
    },
    connected: (is) => told.push(is ? "connected" : "disconnected"),
    queue: (runs) => told.push(`queue of ${runs.length}`),
    run: ({ id }) => told.push(`run ${id}`),
    saved: (changes) => told.push(`saved ${changes.map(({ id, revision }) => `${id} ${revision}`).join(", ")}`),
    present: (now) =>
      told.push(`present ${now.map(({ document, others }) => `${document} ${others.length}`).join(", ")}`),
    waiting: ({ waiting }) => told.push(`${waiting} waiting`),
    gone: (id) => told.push(`gone ${id}`),
    frame: ({ node, step }) => told.push(`frame ${node} ${step}`),
  });
  return { network, socket, live, taken, told, log };
}

test("on connecting the queue is asked for, and what is followed from what is known", async () => {
  const { socket, live, taken, told } = page([event(1), event(2)]);
  live.follow(run);
  assert.deepEqual(socket.said, [], "nothing is said before there is a connection");
  socket.connect();
  await settled();
  assert.deepEqual(socket.said, ["queue", "follow r 0"]);
  assert.deepEqual(told, ["connected", "queue of 0"]);
  assert.deepEqual(taken, [1, 2]);
});

test("which documents are open is said on each connecting and when it has changed, and who else has them is passed on", () => {
  const { socket, live, told } = page();
  live.open(["x"]);
  socket.connect();
  live.open(["x"]);
  live.open(["x", "y"]);
  socket.disconnect();
  socket.connect();
  assert.deepEqual(
    socket.said.filter((said) => said.startsWith("open")),
    ["open x", "open x,y", "open x,y"],
  );
  socket.hear("present", [{ document: "x", others: [{ name: "anna", pages: 1 }], more: 0 }]);
  assert.equal(told.at(-1), "present x 1");
});

test("a run that is followed while there is a connection is asked for at once", async () => {
  const { socket, live, taken } = page([event(1)]);
  socket.connect();
  live.follow(run);
  await settled();
  assert.deepEqual(socket.said.at(-1), "follow r 0");
  assert.deepEqual(taken, [1]);
});

test("after a lost connection a page asks for what it missed, and no more", async () => {
  const { network, socket, live, taken, told, log } = page([event(1)]);
  socket.connect();
  live.follow(run);
  await settled();
  socket.disconnect();
  log.push(event(2), event(3));
  network.sendEvent(event(2));
  assert.deepEqual(taken, [1]);
  socket.connect();
  await settled();
  assert.deepEqual(
    socket.said.filter((what) => what.startsWith("follow")),
    ["follow r 0", "follow r 1"],
  );
  assert.deepEqual(taken, [1, 2, 3]);
  assert.deepEqual(
    told.filter((what) => /connected/.test(what)),
    ["connected", "disconnected", "connected"],
  );
});

test("an event after a gap is not taken: the page asks again from what it knows", async () => {
  const { network, socket, live, taken, log } = page([event(1)]);
  socket.connect();
  live.follow(run);
  await settled();
  log.push(event(2), event(3));
  network.sendEvent(event(3));
  assert.deepEqual(taken, [1]);
  await settled();
  assert.equal(socket.said.at(-1), "follow r 1");
  assert.deepEqual(taken, [1, 2, 3]);
});

test("an event that is known already asks for nothing", async () => {
  const { network, socket, live } = page([event(1), event(2)]);
  socket.connect();
  live.follow(run);
  await settled();
  network.sendEvent(event(1));
  assert.equal(socket.said.filter((what) => what.startsWith("follow")).length, 1);
});

test("a run that is no longer followed is not asked for again", async () => {
  const { socket, live } = page([event(1)]);
  socket.connect();
  live.follow(run);
  live.unfollow(run);
  assert.equal(socket.said.at(-1), "unfollow r");
  live.unfollow("never followed");
  assert.equal(socket.said.at(-1), "unfollow r");
  socket.disconnect();
  socket.connect();
  assert.deepEqual(
    socket.said.filter((what) => what.startsWith("follow")),
    ["follow r 0"],
  );
});

test("a run that the server does not know is followed without a word", async () => {
  const { network, socket, live, taken } = page();
  network.server = {
    queue: () => [],
    events: () => ({ type: "about:blank", title: "No", status: 404, detail: "No such run.", remedy: "Look." }),
  };
  socket.connect();
  live.follow(run);
  await settled();
  assert.deepEqual(taken, []);
});

test("frames, changed runs and deleted runs are passed on as they come", () => {
  const { network, socket, told } = page();
  socket.connect();
  const frame: LiveFrame = { run, node: "paint", item: 0, port: "image", step: 3, steps: 8, bytes: new Uint8Array(2) };
  network.sendToAll("frame", frame);
  network.sendToAll("run", { id: "x", state: "queued", priority: "normal", title: "", created: 1, outputs: [] });
  network.sendToAll("waiting", { paused: false, waiting: 3 });
  network.sendToAll("gone", "x");
  assert.deepEqual(told, ["connected", "frame paint 3", "run x", "3 waiting", "gone x"]);
});
