import assert from "node:assert/strict";
import { test } from "node:test";
import { isKept } from "../../artifacts/kept.fixture.ts";
import type { RunResult } from "../../worker/worker.ts";
import { runOwner } from "../artifacts-of.ts";
import { output } from "../contract.fixture.ts";
import { MemoryQueue } from "../memory/memory-queue.ts";
import { cancelled, dispatching, finished, submit } from "./dispatcher.fixture.ts";

const picture = "a".repeat(64);

test("runs are given to the worker one after the other with what was checked, and logged with numbers of their own", async (context) => {
  const { queue, dispatcher, order, orders, ended } = dispatching(context);
  await dispatcher.open();
  await submit(queue, "a");
  await submit(queue, "b");
  const first = await order(1);
  assert.deepEqual(first.order, { checked: new TextEncoder().encode("a"), values: "v", artifacts: "a", fresh: false });
  first.tell({ event: "run.started", nodes: 1 });
  assert.equal(orders.length, 1, "the next one waits");
  first.tell(finished);
  first.end();
  assert.equal(await ended("a"), "finished");
  const log = await queue.events.read("a", 0, 9);
  assert.deepEqual(
    log.map(({ seq, run, event }) => [seq, run, event]),
    [
      [1, "a", "run.queued"],
      [2, "a", "run.started"],
      [3, "a", "run.finished"],
    ],
  );
  assert.equal(log[1]!.time, 1001, "the time is the worker's");
  assert.deepEqual((await order(2)).order.checked, new TextEncoder().encode("b"));
});

test("what an event names is in use before it is logged, and nothing is removed while a run may write", async (context) => {
  const { queue, dispatcher, artifacts, order, ended } = dispatching(context);
  await dispatcher.open();
  const unused = await artifacts.put(Buffer.from("x"));
  await artifacts.refer("somebody", [unused]);
  await submit(queue, "a");
  const { tell, end } = await order(1);
  await artifacts.release("somebody");
  await artifacts.settled();
  assert.ok(await isKept(artifacts, unused), "the worker may just have found it");
  const owners: (readonly string[])[] = [];
  queue.watch({ event: () => void artifacts.owners().then((found) => owners.push(found)) });
  tell({ event: "run.output", output: output(0, picture) });
  tell(finished);
  end();
  await ended("a");
  assert.deepEqual(owners[0], [runOwner("a")]);
  await dispatcher.close();
  await artifacts.settled();
  assert.equal(await isKept(artifacts, unused), false);
});

test("an artifact that a run names again is not said to be used again", async (context) => {
  const { dispatcher, queue, artifacts, order, ended } = dispatching(context);
  const referred: string[] = [];
  const refer = artifacts.refer.bind(artifacts);
  artifacts.refer = async (owner, hashes) => {
    referred.push(...hashes);
    await refer(owner, hashes);
  };
  await dispatcher.open();
  await submit(queue, "a");
  const { tell, end } = await order(1);
  const logged = async (seq: number) => {
    while ((await queue.events.last("a"))! < seq) await new Promise(setImmediate);
  };
  tell({ event: "run.output", output: output(0, picture) });
  await logged(2);
  tell({ event: "run.output", output: output(1, picture) });
  await logged(3);
  tell(finished);
  end();
  await ended("a");
  assert.deepEqual(referred, [picture, "b".repeat(64)]);
});

test("a run that is cancelled hears it at once, and its worker is ended when it is cancelled again", async (context) => {
  const { queue, dispatcher, order, ended, killed, whenKilled } = dispatching(context);
  await dispatcher.open();
  await submit(queue, "a");
  const { options, tell, end } = await order(1);
  assert.equal(options.signal!.aborted, false);
  await queue.cancel("other");
  await queue.cancel("a");
  assert.deepEqual([options.signal!.aborted, killed()], [true, 0]);
  whenKilled(() => {
    tell(cancelled, "signal SIGKILL");
    end();
  });
  await queue.cancel("a");
  assert.equal(killed(), 1);
  assert.equal(await ended("a"), "cancelled");
  assert.equal(await queue.countWaiting(), 0, "it does not go back to the queue");
});

test("a run whose worker is lost is begun again; the third time what the worker would have said is logged", async (context) => {
  const { queue, dispatcher, order, ended } = dispatching(context);
  await dispatcher.open();
  await submit(queue, "a");
  for (const attempt of [1, 2, 3]) {
    const { tell, end } = await order(attempt);
    tell({ event: "run.started", nodes: 1 });
    tell({ event: "node.failed", node: "n", item: 0, message: "lost", remedy: "r" }, "signal SIGKILL");
    tell({ ...finished, event: "run.failed" }, "signal SIGKILL");
    end();
  }
  assert.equal(await ended("a"), "n: lost");
  const events = (await queue.events.read("a", 0, 99)).map(({ event }) => event);
  assert.deepEqual(events, [
    ...["run.queued", "run.started", "notice", "run.started", "notice", "run.started"],
    ...["node.failed", "run.failed"],
  ]);
});

test("what the worker refuses is checked anew once, and fails with the first error if it still cannot run", async (context) => {
  const { queue, dispatcher, order, ended, checkFinds } = dispatching(context);
  const checked = new Uint8Array([7]);
  checkFinds({ checked, problems: [] });
  await dispatcher.open();
  await submit(queue, "a");
  const refusal: RunResult = {
    problems: [
      { severity: "warning", code: "w", message: "beside it", remedy: "" },
      { severity: "error", code: "e", node: "save", message: "no pack", remedy: "" },
    ],
  };
  (await order(1)).end(refusal);
  const second = await order(2);
  assert.equal(second.order.checked, checked);
  second.end(refusal);
  assert.equal(await ended("a"), "save: no pack");
});

test("a fault fails its run with the first line, is reported, and the next run goes on", async (context) => {
  const { queue, dispatcher, order, ended, faults } = dispatching(context);
  await dispatcher.open();
  await submit(queue, "a");
  await submit(queue, "b");
  const fault = new Error("out of luck\nwith details");
  (await order(1)).end(fault);
  assert.equal(await ended("a"), "The run could not be carried out: out of luck");
  assert.deepEqual(faults, [fault]);
  const { tell, end } = await order(2);
  tell(finished);
  end();
  assert.equal(await ended("b"), "finished");
});

test("a worker whose lease is lost is ended, and nothing that it says is logged any more", async (context) => {
  const queue = new MemoryQueue();
  const { dispatcher, order, faults, killed, whenKilled } = dispatching(context, queue);
  await dispatcher.open();
  await submit(queue, "a");
  const { tell, end } = await order(1);
  const lease = { run: "a", token: 1, attempts: 1, fresh: false, order: undefined };
  await queue.report(lease, finished);
  const ended = new Promise<void>((resolve) => {
    whenKilled(() => {
      end();
      resolve();
    });
  });
  tell({ event: "node.started", node: "n", item: 0 });
  tell({ event: "node.started", node: "n", item: 1 });
  await ended;
  await dispatcher.close();
  assert.equal(await queue.events.last("a"), 2);
  assert.equal((await queue.record("a"))!.state, "finished");
  assert.ok(faults.length > 0 && killed() > 0);
});

test("a server that is closed leaves its run to wait, and the next one begins it again (A8)", async (context) => {
  const queue = new MemoryQueue();
  const first = dispatching(context, queue);
  await first.dispatcher.open();
  await submit(queue, "a");
  const { tell, end } = await first.order(1);
  first.whenKilled(() => {
    tell({ ...finished, event: "run.failed" }, "signal SIGKILL");
    end();
  });
  await first.dispatcher.close();
  assert.deepEqual([(await queue.record("a"))!.state, await queue.waiting()], ["queued", ["a"]]);
  const second = dispatching(context, new MemoryQueue(queue.kept));
  second.checkFinds({ checked: new Uint8Array([1]), problems: [] });
  await second.dispatcher.open();
  const again = await second.order(1);
  again.tell(finished);
  again.end();
  assert.equal(await second.ended("a"), "finished");
  assert.equal((await second.queue.record("a"))!.attempts, 2);
});

test("frames and events are heard, a frame's bytes are not logged", async (context) => {
  const { queue, dispatcher, order, ended, heard } = dispatching(context);
  await dispatcher.open();
  await submit(queue, "a");
  const { options, tell, end } = await order(1);
  options.onOutlook!(new Map());
  const view = { kind: "picture", picture, width: 1, height: 1 } as never;
  const frame = new Uint8Array([1]);
  tell({ event: "node.preview", node: "n", item: 0, port: "p", step: 3, steps: 9, view, frame });
  tell(finished);
  end();
  await ended("a");
  const [, preview] = await queue.events.read("a", 0, 9);
  assert.deepEqual(Object.keys(preview!).sort(), [
    "event",
    "item",
    "node",
    "port",
    "run",
    "seq",
    "step",
    "time",
    "view",
  ]);
  await dispatcher.close();
  assert.equal(heard[0], "rest", "before the run");
  const told = heard.filter((what) => what !== "rest");
  assert.deepEqual(told, ["begin a", "node.preview", "frame 3", "run.finished", "end"]);
});

/** A queue of which the test decides when a lease is answered. */
class GatedQueue extends MemoryQueue {
  leases = 0;
  gate: Promise<void> = Promise.resolve();

  override async lease() {
    this.leases++;
    const lease = await super.lease();
    await this.gate;
    return lease;
  }
}

test("a dispatcher with nothing to run does not ask again and again, and misses no run that comes while it asks", async (context) => {
  const queue = new GatedQueue();
  const { promise, resolve } = Promise.withResolvers<void>();
  queue.gate = promise;
  const { dispatcher, order } = dispatching(context, queue);
  await dispatcher.open();
  while (queue.leases === 0) await new Promise(setImmediate);
  await submit(queue, "a");
  resolve();
  const { tell, end } = await order(1);
  tell(finished);
  end();
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
  assert.equal(queue.leases, 3, "at the start, for the run, and after it");
});

test("a run that is cancelled before its lease has arrived is cancelled from its beginning", async (context) => {
  const queue = new GatedQueue();
  const { promise, resolve } = Promise.withResolvers<void>();
  const { dispatcher, order, killed } = dispatching(context, queue);
  await dispatcher.open();
  queue.gate = promise;
  await submit(queue, "a");
  while ((await queue.record("a"))!.state !== "running") await new Promise(setImmediate);
  await queue.cancel("a");
  resolve();
  const { options } = await order(1);
  assert.deepEqual([options.signal!.aborted, killed()], [true, 0]);
});

test("a run that was leased just before the dispatcher was closed is given to no new worker, and waits again", async (context) => {
  const queue = new GatedQueue();
  const { promise, resolve } = Promise.withResolvers<void>();
  const { dispatcher, orders } = dispatching(context, queue);
  await dispatcher.open();
  queue.gate = promise;
  await submit(queue, "a");
  while ((await queue.record("a"))!.state !== "running") await new Promise(setImmediate);
  const closed = dispatcher.close();
  resolve();
  await closed;
  assert.equal(orders.length, 0);
  assert.equal((await queue.record("a"))!.state, "queued");
});

test("the worker rests once after a run, however often the queue is asked then", async (context) => {
  const { queue, dispatcher, heard, order, ended } = dispatching(context);
  const rests = () => heard.filter((one) => one === "rest").length;
  await dispatcher.open();
  await submit(queue, "a");
  const { tell, end } = await order(1);
  assert.equal(rests(), 1, "before the first");
  tell(finished);
  end();
  await ended("a");
  while (rests() < 2) await new Promise(setImmediate);
  for (const is of [true, false]) await queue.pause(is);
  await submit(queue, "b");
  await order(2);
  assert.equal(rests(), 2);
});

test("what fails when a run has ended, as learning from it on a full disk, is reported, and the next run begins", async (context) => {
  const { queue, dispatcher, order, ended, faults, whenEnded } = dispatching(context);
  whenEnded(() => {
    throw new Error("database or disk is full");
  });
  await dispatcher.open();
  for (const [i, run] of ["a", "b"].entries()) {
    await submit(queue, run);
    const { tell, end } = await order(i + 1);
    tell(finished);
    end();
    assert.equal(await ended(run), "finished");
  }
  await dispatcher.drain();
  assert.deepEqual(
    faults.map((fault) => (fault as Error).message),
    ["database or disk is full", "database or disk is full"],
  );
});
