import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunEvent } from "@clipwork/engine";
import { EventBatch } from "./event-batch.ts";

const cached = (item: number) => ({ event: "node.cached", node: "n", item }) as RunEvent;
const finished = { event: "node.finished", node: "n", item: 0, ms: 1 } as RunEvent;
const started = { event: "node.started", node: "n", item: 0 } as RunEvent;
const turn = () => new Promise((resolve) => setImmediate(resolve));

function openBatch() {
  const sent: (readonly unknown[])[] = [];
  return { sent, batch: new EventBatch((events) => sent.push(events)) };
}

test("events of one turn go in one message, at its end", async () => {
  const { sent, batch } = openBatch();
  const events = [...Array.from({ length: 1000 }, (_, item) => cached(item)), finished];
  for (const event of events) {
    batch.add(event);
    await Promise.resolve();
  }
  assert.deepEqual(sent, []);
  await turn();
  assert.deepEqual(sent, [events]);
});

test("the start of a node goes at once, and takes along in their order those that waited", async () => {
  const { sent, batch } = openBatch();
  batch.add(started);
  assert.deepEqual(sent, [[started]]);
  batch.add(cached(1));
  batch.add(finished);
  batch.add(started);
  assert.deepEqual(sent, [[started], [cached(1), finished, started]]);
  await turn();
  assert.equal(sent.length, 2);
});

test("after a flush nothing is sent a second time, and nothing at all where nothing waits", async () => {
  const { sent, batch } = openBatch();
  batch.add(cached(1));
  batch.flush();
  batch.flush();
  await turn();
  assert.deepEqual(sent, [[cached(1)]]);
});
