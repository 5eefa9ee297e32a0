import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunEvent } from "@clipwork/engine";
import { ClipworkError, eventStream, inNodeOrder } from "./runs.ts";

const event = (seq: number) => ({ event: "notice", seq, run: "r", time: 0, message: "" }) as unknown as RunEvent;

test("events are read in order, by one who begins late too, and end with the run", async () => {
  const { events, add, close } = eventStream();
  for (let seq = 1; seq <= 1000; seq++) add(event(seq));
  close();
  const heard: number[] = [];
  for await (const { seq } of events) heard.push(seq);
  assert.deepEqual([heard.length, heard[0], heard.at(-1)], [1000, 1, 1000]);
});

test("who reads is told of any number; what nobody reads does not pile up, and who reads it then learns that", async () => {
  const read = eventStream();
  const reader = (async () => {
    let last = 0;
    for await (const { seq } of read.events) last = seq;
    return last;
  })();
  const unread = eventStream();
  for (let seq = 1; seq <= 250_000; seq++) {
    read.add(event(seq));
    unread.add(event(seq));
    // As they come, a message at a time.
    if (seq % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  for (const one of [read, unread]) one.close();
  assert.equal(await reader, 250_000);
  await assert.rejects(
    async () => {
      for await (const _ of unread.events) assert.fail("it was let go");
    },
    (error) => error instanceof ClipworkError && error.problems[0]!.code === "unread-events",
  );
});

test("a reader that stops early keeps nothing", async () => {
  const { events, add, close } = eventStream();
  add(event(1));
  for await (const _ of events) break;
  for (let seq = 2; seq < 10; seq++) add(event(seq));
  close();
});

test("outputs are ordered by the places of their nodes, those within a subgraph by id, and the items of each", () => {
  const node = { type: "output.any", version: 1 };
  const ids = ["zebra", "sub", "apple"];
  const nodes = Object.fromEntries(ids.map((id) => [id, node]));
  const made = ["apple 0", "sub/b 0", "zebra 10", "zebra 2", "sub/a 0", "sub/a/c 1", "other 0"].map((one) => {
    const [id = "", item] = one.split(" ");
    return { node: id, item: Number(item) };
  });
  assert.deepEqual(
    inNodeOrder(made, { nodes }).map(({ node, item }) => `${node} ${item}`),
    ["zebra 2", "zebra 10", "sub/a 0", "sub/a/c 1", "sub/b 0", "apple 0", "other 0"],
  );
});
