import assert from "node:assert/strict";
import { test } from "node:test";
import { gate } from "@clipwork/engine/testing";
import { WorkQueue } from "./work-queue.ts";

test("work is done one after the other in the order in which it came, also what is added meanwhile", async () => {
  const queue = new WorkQueue(0);
  const log: string[] = [];
  const work = (name: string) => async () => {
    log.push(`${name} begins`);
    await undefined;
    if (name === "a") queue.add(work("c"));
    log.push(`${name} ends`);
  };
  queue.add(work("a"));
  queue.add(work("b"));
  await queue.done();
  assert.deepEqual(log, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  await queue.done();
  queue.add(work("d"));
  await queue.done();
  assert.deepEqual(log.slice(-2), ["d begins", "d ends"]);
});

test("beyond the bound the oldest waiting frame goes, never the newest and never what has to be done", async () => {
  const queue = new WorkQueue(100);
  const done: string[] = [];
  const held = gate();
  queue.add(() => held.opened);
  await new Promise((resolve) => setImmediate(resolve));
  const work = (name: string) => async () => void done.push(name);
  queue.addFrame(60, work("first"));
  queue.add(work("value"));
  queue.addFrame(40, work("second"));
  queue.addFrame(60, work("third"));
  queue.addFrame(0, work("text"));
  held.open();
  await queue.done();
  assert.deepEqual(done, ["value", "second", "third", "text"]);
  // What was done holds nothing any more, and a frame larger than the bound is shown when it is the newest.
  queue.addFrame(1_000, work("large"));
  await queue.done();
  assert.equal(done.at(-1), "large");
});

test("the first error ends the work and is thrown when it is waited for", async () => {
  const queue = new WorkQueue(100);
  let after = false;
  queue.add(() => Promise.reject(new Error("no room")));
  queue.add(async () => {
    after = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  await assert.rejects(queue.done(), /no room/);
  assert.equal(after, false);
});
