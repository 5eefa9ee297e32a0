import assert from "node:assert/strict";
import { test } from "node:test";
import { dispatching, finished, submit } from "./dispatcher.fixture.ts";
import { MemoryQueue } from "./memory/memory-queue.ts";

/** A queue that stores nothing while its disk is full. */
class FullQueue extends MemoryQueue {
  full = false;

  override async lease() {
    this.#check();
    return super.lease();
  }

  override async report(...report: Parameters<MemoryQueue["report"]>) {
    this.#check();
    return super.report(...report);
  }

  override async fail(...failure: Parameters<MemoryQueue["fail"]>) {
    this.#check();
    return super.fail(...failure);
  }

  override async putBack(...back: Parameters<MemoryQueue["putBack"]>) {
    this.#check();
    return super.putBack(...back);
  }

  #check(): void {
    if (this.full) throw new Error("disk is full");
  }
}

test("a run that ends while nothing can be stored is ended as soon as it can be, and the next one runs", async (context) => {
  const queue = new FullQueue();
  const { dispatcher, order, orders, ended, faults, whenKilled } = dispatching(context, queue);
  await dispatcher.open();
  await submit(queue, "a");
  await submit(queue, "b");
  const first = await order(1);
  context.mock.timers.enable({ apis: ["setTimeout"] });
  whenKilled(() => first.end());
  queue.full = true;
  first.tell({ event: "node.started", node: "n", item: 0 });
  while (faults.length < 2) await new Promise(setImmediate);
  context.mock.timers.tick(5_000);
  await new Promise(setImmediate);
  assert.deepEqual([(await queue.record("a"))!.state, faults.length], ["running", 2], "a full disk is reported once");
  queue.full = false;
  context.mock.timers.tick(5_000);
  assert.equal(await ended("a"), "The run could not be carried out: disk is full");
  const second = await order(2);
  assert.equal(orders.length, 2);
  second.tell(finished);
  second.end();
  assert.equal(await ended("b"), "finished");
});

test("a queue that cannot lease is asked again later, and a dispatcher that waits for it is closed at once", async (context) => {
  const queue = new FullQueue();
  const { dispatcher, order, faults } = dispatching(context, queue);
  await dispatcher.open();
  context.mock.timers.enable({ apis: ["setTimeout"] });
  queue.full = true;
  await submit(queue, "a");
  while (faults.length < 1) await new Promise(setImmediate);
  queue.full = false;
  context.mock.timers.tick(5_000);
  const { tell, end } = await order(1);
  queue.full = true;
  tell(finished);
  end();
  while (faults.length < 3) await new Promise(setImmediate);
  await dispatcher.close();
  assert.equal((await queue.record("a"))!.state, "running", "the next server recovers it");
});
