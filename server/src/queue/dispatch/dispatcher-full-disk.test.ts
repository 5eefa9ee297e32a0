import assert from "node:assert/strict";
import { test } from "node:test";
import { StoreAway } from "../../bucket/store-away.ts";
import { MemoryQueue } from "../memory/memory-queue.ts";
import { dispatching, finished, submit } from "./dispatcher.fixture.ts";

/** A queue that stores nothing while its disk is full. */
class FullQueue extends MemoryQueue {
  full = false;
  /** As SQLite says it; without it, it is any fault. */
  errcode: number | undefined;
  /** What is said in place of that. */
  fault: Error | undefined;

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

  override async giveBack(...back: Parameters<MemoryQueue["giveBack"]>) {
    this.#check();
    return super.giveBack(...back);
  }

  override async putBack(...back: Parameters<MemoryQueue["putBack"]>) {
    this.#check();
    return super.putBack(...back);
  }

  #check(): void {
    if (this.full && this.fault) throw this.fault;
    if (this.full) throw Object.assign(new Error("disk is full"), this.errcode && { errcode: this.errcode });
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

test("no run begins while something prevents it, which is said once, and the queue goes on by itself (A5)", async (context) => {
  const { queue, dispatcher, order, orders, ended, heard, trouble } = dispatching(context);
  context.mock.timers.enable({ apis: ["setTimeout"] });
  trouble("The disk is full.");
  await dispatcher.open();
  await submit(queue, "a");
  await submit(queue, "b");
  for (let look = 0; look < 3; look++) {
    await new Promise(setImmediate);
    trouble(`The disk is full: ${look} MB are free.`);
    context.mock.timers.tick(5_000);
  }
  await new Promise(setImmediate);
  assert.deepEqual([orders.length, heard], [0, ["held: The disk is full."]]);
  trouble(undefined);
  context.mock.timers.tick(5_000);
  const first = await order(1);
  assert.deepEqual(heard, ["held: The disk is full.", "goes on", "rest"]);
  trouble("The disk is full again.");
  first.tell(finished);
  first.end();
  assert.equal(await ended("a"), "finished", "what runs goes on");
  await new Promise(setImmediate);
  assert.deepEqual([orders.length, heard.at(-1)], [1, "held: The disk is full again."]);
});

test("a run that could not be stored for lack of room waits again, and goes on when there is room (A5)", async (context) => {
  const queue = new FullQueue();
  queue.errcode = 13;
  const { dispatcher, order, orders, ended, faults, whenKilled } = dispatching(context, queue);
  await dispatcher.open();
  await submit(queue, "a");
  context.mock.timers.enable({ apis: ["setTimeout"] });
  for (let attempt = 1; attempt <= 5; attempt++) {
    const run = await order(attempt);
    whenKilled(() => run.end());
    queue.full = true;
    run.tell({ event: "node.started", node: "n", item: 0 });
    while (faults.length < 2 * attempt) await new Promise(setImmediate);
    queue.full = false;
    while (orders.length === attempt) {
      context.mock.timers.tick(5_000);
      await new Promise(setImmediate);
    }
  }
  const last = await order(6);
  last.tell(finished);
  last.end();
  assert.equal(await ended("a"), "finished", "no attempt is the disk's");
});

test("[P18] a run whose pictures the shared store does not take waits again, and says why", async (context) => {
  const queue = new FullQueue();
  queue.fault = new StoreAway(new Error("no route"));
  const { dispatcher, order, ended, faults, whenKilled } = dispatching(context, queue);
  await dispatcher.open();
  await submit(queue, "a");
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const run = await order(1);
  whenKilled(() => run.end());
  queue.full = true;
  run.tell({ event: "node.started", node: "n", item: 0 });
  while (faults.length < 2) await new Promise(setImmediate);
  queue.full = false;
  context.mock.timers.tick(5_000);
  await new Promise(setImmediate);
  context.mock.timers.tick(5_000);
  const again = await order(2);
  const said = (await queue.events.read("a", 0, 9)).flatMap((one) => (one.event === "notice" ? one.message : []));
  assert.match(said.join(), /^The store that machines share did not answer/);
  again.tell(finished);
  again.end();
  assert.equal(await ended("a"), "finished");
});
