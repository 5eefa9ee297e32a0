import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { emptyRun, isRunEnd, type RunEvent, type RunEventBody } from "@clipwork/engine";
import { memoryArtifacts } from "../artifacts/memory-artifacts.ts";
import { packJson } from "../files/packed-json.ts";
import type { RunListener, RunResult, WatchOptions, Worker } from "../worker/worker.ts";
import type { RunOrder, Shown } from "../worker/worker-protocol.ts";
import { runOwner } from "./artifacts-of.ts";
import { output } from "./contract.fixture.ts";
import { Dispatcher } from "./dispatcher.ts";
import { MemoryQueue } from "./memory/memory-queue.ts";
import type { RunRequest } from "./port.ts";

const picture = "a".repeat(64);
const request: RunRequest = {
  ...{ title: "T", document: packJson("{}"), set: {}, fresh: false, warnings: [], kinds: {} },
};

/** One order in the hands of a worker, whose part the test plays. */
type Played = {
  readonly order: RunOrder;
  readonly options: WatchOptions;
  tell(body: RunEventBody | Shown, lost?: string): void;
  end(result?: RunResult | Error): void;
};

/** A dispatcher on a queue in memory, with a worker that does what the test says. */
function dispatching(context: TestContext, queue = new MemoryQueue()) {
  const orders: Played[] = [];
  const faults: unknown[] = [];
  const heard: string[] = [];
  const played = new EventTarget();
  let killed = 0;
  let onKill = () => {};
  const worker: Pick<Worker, "run" | "kill"> = {
    kill() {
      killed++;
      onKill();
    },
    run: (order: RunOrder, listener: RunListener, options: WatchOptions = {}) =>
      new Promise<RunResult>((resolve, reject) => {
        let seq = 0;
        const end = { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 1 } as const;
        orders.push({
          order,
          options,
          tell: (body, lost) =>
            listener({ ...body, seq: ++seq, run: "worker's", time: 1000 + seq } as RunEvent, emptyRun("r"), lost),
          end(result = { end: { ...end, seq: 9, run: "worker's", time: 9 }, provenance: undefined }) {
            if (result instanceof Error) reject(result);
            else resolve(result);
          },
        });
        played.dispatchEvent(new Event("order"));
      }),
  };
  const artifacts = memoryArtifacts((error) => faults.push(error));
  let checks: { readonly checked?: Uint8Array; readonly problems: [] } = { problems: [] };
  const dispatcher = new Dispatcher({
    queue,
    worker,
    artifacts,
    check: async () => checks,
    folders: { values: "v", artifacts: "a" },
    watcher: {
      begin: (run) => heard.push(`begin ${run}`),
      record: ({ event }) => heard.push(event),
      frame: ({ step }) => heard.push(`frame ${step}`),
      end: () => heard.push("end"),
    },
    atRest: async () => void heard.push("rest"),
    onFault: (_, error) => faults.push(error),
  });
  context.after(async () => {
    onKill = () => {
      for (const one of orders) one.end(new Error("the test is over"));
    };
    await dispatcher.close();
  });
  return {
    queue,
    dispatcher,
    artifacts,
    orders,
    faults,
    heard,
    killed: () => killed,
    whenKilled: (work: () => void) => {
      onKill = work;
    },
    checkFinds: (found: typeof checks) => {
      checks = found;
    },
    /** The next order that the worker is given. */
    async order(n: number): Promise<Played> {
      while (orders.length < n) await once(played as never, "order");
      return orders[n - 1]!;
    },
    /** The run's error or state when it has ended. */
    async ended(run: string): Promise<string> {
      const { promise, resolve } = Promise.withResolvers<void>();
      const leave = queue.watch({ event: (event) => event.run === run && isRunEnd(event) && resolve() });
      if ((await queue.record(run))!.ended === undefined) await promise;
      leave();
      const { error, state } = (await queue.record(run))!;
      return error ?? state;
    },
  };
}

const finished: RunEventBody = { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 1 };
const cancelled: RunEventBody = { ...finished, event: "run.cancelled" };
const submit = (queue: MemoryQueue, id: string) => queue.submit(id, request, new TextEncoder().encode(id));

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
  assert.ok(await artifacts.open(unused), "the worker may just have found it");
  const owners: (readonly string[])[] = [];
  queue.watch({ event: () => void artifacts.owners().then((found) => owners.push(found)) });
  tell({ event: "run.output", output: output(0, picture) });
  tell(finished);
  end();
  await ended("a");
  assert.deepEqual(owners[0], [runOwner("a")]);
  await dispatcher.close();
  await artifacts.settled();
  assert.equal(await artifacts.open(unused), undefined);
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

test("a fault fails its run with the first line, is told, and the next run goes on", async (context) => {
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

test("a server that is closed leaves its run leased, and the next one begins it again", async (context) => {
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
  assert.equal((await queue.record("a"))!.state, "running");
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
  options.onOutlook!({ kinds: new Map(), ahead: new Set() });
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
