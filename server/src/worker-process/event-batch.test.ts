import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunEvent } from "@clipwork/engine";
import { EventBatch } from "./event-batch.ts";

const cached = (item: number) => ({ event: "node.cached", node: "n", item }) as RunEvent;
const finished = { event: "node.finished", node: "n", item: 0, ms: 1 } as RunEvent;

function openBatch() {
  const sent: (readonly unknown[])[] = [];
  return { sent, batch: new EventBatch((events) => sent.push(events)) };
}

test("kept values of one turn go in one message, at its end", async () => {
  const { sent, batch } = openBatch();
  const events = Array.from({ length: 1000 }, (_, item) => cached(item));
  for (const event of events) {
    batch.add(event);
    await Promise.resolve();
  }
  assert.deepEqual(sent, []);
  await new Promise((resolve) => process.nextTick(resolve));
  assert.deepEqual(sent, [events]);
});

test("any other event goes at once, and takes along in their order those that waited", () => {
  const { sent, batch } = openBatch();
  batch.add(finished);
  assert.deepEqual(sent, [[finished]]);
  batch.add(cached(1));
  batch.add(cached(2));
  batch.add(finished);
  assert.deepEqual(sent, [[finished], [cached(1), cached(2), finished]]);
});

test("after a flush nothing is sent a second time, and nothing at all where nothing waits", async () => {
  const { sent, batch } = openBatch();
  batch.add(cached(1));
  batch.flush();
  batch.flush();
  await new Promise((resolve) => process.nextTick(resolve));
  assert.deepEqual(sent, [[cached(1)]]);
});
