import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { RunOutput } from "../wire/wire.ts";
import { type Lease, LeaseLost, type LogEntry, maxAttempts, type RunQueue, type RunRequest } from "./port.ts";

/** An empty queue, and the same queue as the next process finds it after the one that had it ended. */
export type OpenQueue = { readonly queue: RunQueue; restart(): Promise<RunQueue> };

const unknown = "00000000-0000-4000-8000-000000000000";
const request: RunRequest = {
  title: "Title",
  workflow: "flow",
  document: '{"format":"clipwork/1","nodes":{}}',
  set: { seed: 3 },
  targets: ["one"],
  fresh: true,
  warnings: [{ severity: "warning", code: "unused", message: "m", remedy: "r" }],
  kinds: { k: 2, l: 1 },
};
const notice = (message: string): LogEntry => ({ event: "notice", message });
const progress = (step: number): LogEntry => ({ event: "node.progress", node: "n", item: 0, step, steps: 9 });
const finished: LogEntry = { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 1 };
const output = (item: number, picture: string): RunOutput => ({
  ...{ node: "save", item, name: "x", width: 1, height: 1 },
  ...{ picture, thumbnail: "b".repeat(64) },
});

const orderOf = (id: string) => new TextEncoder().encode(`order of ${id}\0`);

/** Submits runs of those names, last in the queue. */
async function submit(queue: RunQueue, ...ids: string[]): Promise<void> {
  for (const id of ids) await queue.submit(id, request, orderOf(id));
}

async function leased(queue: RunQueue): Promise<Lease> {
  const lease = await queue.lease();
  assert.ok(lease, "no run waits");
  return lease;
}

async function messages(queue: RunQueue, run: string): Promise<string[]> {
  const events = await queue.events.read(run, 0, 1000);
  return events.map((event) => ("message" in event ? `${event.event} ${event.message}` : event.event));
}

/** What every queue keeps to: `open` returns an empty one, and the test's context ends it. */
export function queueContract(name: string, open: (context: TestContext) => OpenQueue | Promise<OpenQueue>): void {
  const rule = (title: string, work: (opened: OpenQueue) => Promise<void>) =>
    test(`${name}: ${title}`, async (context) => work(await open(context)));

  queueRules(rule);
  leaseRules(rule);
  logRules(rule);
  subscriptionRules(rule);
}

type Rule = (title: string, work: (opened: OpenQueue) => Promise<void>) => void;

function queueRules(rule: Rule): void {
  rule("[Q1] a run is read back as it was asked for, and leased with its order", async ({ queue }) => {
    await submit(queue, "a");
    const { kinds, ...asked } = request;
    const { id, state, attempts, seq, stopping, outputs, created, ...found } = (await queue.find("a"))!;
    assert.deepEqual(found, asked);
    assert.deepEqual([id, state, attempts, seq, stopping, outputs], ["a", "queued", 0, 1, false, []]);
    assert.ok(Math.abs(Date.now() - created) < 60_000);
    assert.deepEqual(await queue.kinds("a"), kinds);
    const { token, ...lease } = await leased(queue);
    assert.deepEqual(lease, { run: "a", attempts: 1, fresh: true, order: orderOf("a") });
    const { state: now, started } = (await queue.record("a"))!;
    assert.deepEqual([now, typeof started, typeof token], ["running", "number", "number"]);
  });

  rule(
    "[Q2] runs are leased in the order in which they wait: as submitted, those that came first in front",
    async ({ queue }) => {
      await submit(queue, "a", "b");
      await queue.submit("c", request, orderOf(""), "first");
      await queue.submit("d", request, orderOf(""), "first");
      assert.deepEqual(await queue.waiting(), ["d", "c", "a", "b"]);
      assert.deepEqual(await queue.waiting(2), ["d", "c"]);
      assert.equal(await queue.countWaiting(), 4);
      assert.deepEqual(await Promise.all(["d", "c", "a", "b", unknown].map((id) => queue.position(id))), [
        0,
        1,
        2,
        3,
        undefined,
      ]);
      const order: string[] = [];
      for (let lease = await queue.lease(); lease; lease = await queue.lease()) order.push(lease.run);
      assert.deepEqual(order, ["d", "c", "a", "b"]);
      assert.equal(await queue.countWaiting(), 0);
    },
  );

  rule("[Q3] a waiting run can be moved to any place; beyond the end means last", async ({ queue }) => {
    await submit(queue, "a", "b", "c");
    assert.equal(await queue.move("c", 0), true);
    assert.deepEqual(await queue.waiting(), ["c", "a", "b"]);
    assert.equal(await queue.move("c", 1), true);
    assert.deepEqual(await queue.waiting(), ["a", "c", "b"]);
    assert.equal(await queue.move("a", 99), true);
    assert.deepEqual(await queue.waiting(), ["c", "b", "a"]);
    assert.equal((await leased(queue)).run, "c");
    assert.equal(await queue.move("c", 0), false, "a leased run has no place");
    await submit(queue, "d");
    assert.deepEqual(await queue.waiting(), ["b", "a", "d"], "what is submitted after a move is last");
  });

  rule("[Q4] runs are listed newest first, page by page, by state and by workflow", async ({ queue }) => {
    await submit(queue, "a", "b", "c", "d");
    await queue.submit("e", { ...request, workflow: undefined }, orderOf(""));
    await leased(queue);
    const ids = async (filter: object) => (await queue.list({ limit: 9, ...filter })).runs.map(({ id }) => id);
    assert.deepEqual(await ids({}), ["e", "d", "c", "b", "a"]);
    assert.deepEqual(await ids({ state: "running" }), ["a"]);
    assert.deepEqual(await ids({ workflow: "flow", state: "queued" }), ["d", "c", "b"]);
    assert.deepEqual(await ids({ workflow: "other" }), []);
    const first = await queue.list({ limit: 2 });
    await submit(queue, "f");
    const second = await queue.list({ limit: 2, before: first.next });
    const third = await queue.list({ limit: 2, before: second.next });
    assert.deepEqual(
      [first, second, third].map(({ runs }) => runs.map(({ id }) => id)),
      [["e", "d"], ["c", "b"], ["a"]],
    );
    assert.equal(third.next, undefined);
    assert.equal("document" in first.runs[0]!, false, "a list holds no documents");
  });

  rule("[Q5] a run that waits is cancelled at once, and never leased", async ({ queue }) => {
    await submit(queue, "a", "b");
    assert.equal(await queue.cancel("a"), true);
    const { state, ended } = (await queue.record("a"))!;
    assert.deepEqual([state, typeof ended], ["cancelled", "number"]);
    assert.deepEqual(await messages(queue, "a"), ["run.queued", "run.cancelled"]);
    assert.equal(await queue.cancel("a"), false, "it has ended");
    assert.equal((await leased(queue)).run, "b");
    assert.equal(await queue.lease(), undefined);
  });

  rule("[Q6] the holder of a leased run hears each time that somebody asks to cancel it", async ({ queue }) => {
    await submit(queue, "a");
    const lease = await leased(queue);
    const asked: string[] = [];
    queue.watch({ stopping: (run) => asked.push(run) });
    assert.equal(await queue.cancel("a"), true);
    assert.equal(await queue.cancel("a"), true);
    assert.deepEqual(asked, ["a", "a"]);
    const { state, stopping } = (await queue.record("a"))!;
    assert.deepEqual([state, stopping], ["running", true]);
    await queue.report(lease, { ...finished, event: "run.cancelled" } as LogEntry);
    assert.equal((await queue.record("a"))!.state, "cancelled");
    assert.equal(await queue.cancel("a"), false);
  });

  rule("[Q7] a run is removed with its log, unless it is leased", async ({ queue }) => {
    await submit(queue, "a", "b");
    const gone: string[] = [];
    queue.watch({ gone: (run) => gone.push(run) });
    const lease = await leased(queue);
    assert.deepEqual([await queue.remove("a"), await queue.remove("b")], [false, true]);
    await queue.report(lease, finished);
    assert.equal(await queue.remove("a"), true);
    assert.deepEqual(gone, ["b", "a"]);
    assert.deepEqual(await queue.list({ limit: 9 }), { runs: [] });
    assert.deepEqual(
      [await queue.find("a"), await queue.events.last("a"), await queue.lease()],
      [undefined, undefined, undefined],
    );
    assert.deepEqual(await queue.events.read("a", 0, 9), []);
  });

  rule("[Q8] of the runs that have ended the oldest go beyond the number to be kept", async ({ queue }) => {
    await submit(queue, "a", "b", "c", "d", "e");
    for (let i = 0; i < 3; i++) await queue.report(await leased(queue), finished);
    await leased(queue);
    await queue.retain(2);
    const left = (await queue.list({ limit: 9 })).runs.map(({ id, state }) => `${id} ${state}`);
    assert.deepEqual(left, ["e queued", "d running", "c finished", "b finished"]);
    await queue.retain(0);
    assert.deepEqual(
      (await queue.list({ limit: 9 })).runs.map(({ id }) => id),
      ["e", "d"],
    );
  });

  rule("[Q9] of a run that does not exist nothing is known, and nothing can be done with it", async ({ queue }) => {
    await submit(queue, "a");
    assert.deepEqual(
      await Promise.all([
        queue.find(unknown),
        queue.record(unknown),
        queue.position(unknown),
        queue.events.last(unknown),
      ]),
      [undefined, undefined, undefined, undefined],
    );
    assert.deepEqual(await Promise.all([queue.kinds(unknown), queue.events.read(unknown, 0, 9)]), [{}, []]);
    assert.deepEqual(await Promise.all([queue.cancel(unknown), queue.move(unknown, 0), queue.remove(unknown)]), [
      false,
      false,
      false,
    ]);
    const lease = { run: unknown, token: 1, attempts: 1, fresh: false, order: undefined };
    await assert.rejects(queue.report(lease, notice("x")), LeaseLost);
    assert.deepEqual(await queue.waiting(), ["a"]);
  });

  rule(
    "[Q10] watchers hear of what is submitted, of changed places, and nothing after they leave",
    async ({ queue }) => {
      const heard: string[] = [];
      const leave = queue.watch({ waiting: () => heard.push("waiting"), changed: (run) => heard.push(run) });
      await submit(queue, "a");
      assert.ok(heard.includes("a") && heard.includes("waiting"), heard.join());
      await submit(queue, "b");
      heard.length = 0;
      await leased(queue);
      assert.ok(heard.includes("a") && heard.includes("b"), `the place of b has changed: ${heard.join()}`);
      leave();
      heard.length = 0;
      await submit(queue, "c");
      assert.deepEqual(heard, []);
    },
  );

  rule("[Q11] runs, order of the queue, orders, records and logs outlive the process", async ({ queue, restart }) => {
    await submit(queue, "a", "b", "c");
    await queue.move("c", 0);
    const lease = await leased(queue);
    await queue.report(lease, { event: "run.output", output: output(0, "a".repeat(64)) });
    await queue.report(lease, finished);
    const before = [await queue.list({ limit: 9 }), await queue.find("c"), await queue.events.read("c", 0, 9)];
    const next = await restart();
    assert.deepEqual([await next.list({ limit: 9 }), await next.find("c"), await next.events.read("c", 0, 9)], before);
    assert.deepEqual(await next.waiting(), ["a", "b"]);
    assert.deepEqual((await leased(next)).order, orderOf("a"));
  });

  rule("[Q12] orders that are forgotten have to be checked anew; the runs go on waiting", async ({ queue }) => {
    await submit(queue, "a");
    await queue.forgetOrders();
    assert.equal((await leased(queue)).order, undefined);
  });
}

function leaseRules(rule: Rule): void {
  rule("[L1] one run is never leased twice at once, however many ask", async ({ queue }) => {
    await submit(queue, "a", "b", "c");
    const leases = await Promise.all(Array.from({ length: 10 }, () => queue.lease()));
    assert.deepEqual(leases.flatMap((lease) => (lease ? [lease.run] : [])).sort(), ["a", "b", "c"]);
  });

  rule(
    "[L2] a run that is given back waits before all others, with a notice, and its next lease has a higher token",
    async ({ queue }) => {
      await submit(queue, "a", "b");
      const first = await leased(queue);
      await queue.giveBack(first, "The worker was lost");
      assert.deepEqual(await queue.waiting(), ["a", "b"]);
      assert.equal((await queue.record("a"))!.state, "queued");
      const second = await leased(queue);
      assert.deepEqual([second.run, second.attempts, second.order], ["a", 2, orderOf("a")]);
      assert.ok(second.token > first.token);
      assert.deepEqual(await messages(queue, "a"), [
        "run.queued",
        "notice The worker was lost; the run goes on with what was kept.",
      ]);
    },
  );

  rule("[L3] a lease that does not hold any more stores nothing", async ({ queue }) => {
    await submit(queue, "a");
    const first = await leased(queue);
    await queue.giveBack(first, "lost");
    const calls = (lease: Lease) => [
      () => queue.report(lease, finished),
      () => queue.fail(lease, "late"),
      () => queue.giveBack(lease, "late"),
    ];
    for (const call of calls(first)) await assert.rejects(call, LeaseLost, "while the run waits");
    const second = await leased(queue);
    for (const call of calls(first)) await assert.rejects(call, LeaseLost, "while another lease holds");
    assert.deepEqual([(await queue.record("a"))!.state, await queue.events.last("a")], ["running", 2]);
    await queue.report(second, finished);
    for (const call of calls(second)) await assert.rejects(call, LeaseLost, "after the end");
    const { state, error } = (await queue.record("a"))!;
    assert.deepEqual([state, error, await queue.events.last("a")], ["finished", undefined, 3]);
  });

  rule(
    "[L4] a run that cancelling was asked for does not go back to the queue when its worker is lost",
    async ({ queue }) => {
      await submit(queue, "a");
      const lease = await leased(queue);
      await queue.cancel("a");
      await queue.giveBack(lease, "The worker was lost");
      assert.deepEqual(await queue.waiting(), []);
      assert.equal(await queue.lease(), undefined);
      const { state, error } = (await queue.record("a"))!;
      assert.deepEqual([state, error], ["cancelled", undefined]);
      assert.deepEqual(await messages(queue, "a"), ["run.queued", "run.cancelled"]);
    },
  );

  rule("[L5] a run that was lost at every attempt is put aside as failed, with the reason", async ({ queue }) => {
    await submit(queue, "a", "b");
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const lease = await leased(queue);
      assert.deepEqual([lease.run, lease.attempts], ["a", attempt]);
      await queue.giveBack(lease, "The worker was lost");
    }
    const { state, error, attempts } = (await queue.record("a"))!;
    assert.deepEqual([state, attempts], ["failed", maxAttempts]);
    assert.match(error!, /^The worker was lost, as at all 3 attempts\. Retry it by hand/);
    assert.equal((await messages(queue, "a")).at(-1), "run.failed");
    assert.equal((await leased(queue)).run, "b");
  });

  rule(
    "[L6] leases of a process that ended are given back, the longest waiting first; those that live are not",
    async ({ queue, restart }) => {
      await submit(queue, "a", "b", "c");
      const [a] = [await leased(queue), await leased(queue)];
      await queue.recover("The server ended");
      assert.deepEqual(await queue.waiting(), ["c"], "the leases of a living process hold");
      const next = await restart();
      await next.recover("The server ended");
      assert.deepEqual(await next.waiting(), ["a", "b", "c"]);
      assert.match((await messages(next, "a")).at(-1)!, /^notice The server ended; /);
      await assert.rejects(next.report(a!, notice("late")), LeaseLost);
      const lease = await leased(next);
      await next.recover("again");
      assert.equal((await next.record(lease.run))!.state, "running", "a lease of this process holds");
    },
  );

  rule("[L7] a run that was being cancelled when its process ended ends as cancelled", async ({ queue, restart }) => {
    await submit(queue, "a");
    await leased(queue);
    await queue.cancel("a");
    const next = await restart();
    await next.recover("The server ended");
    assert.equal((await next.record("a"))!.state, "cancelled");
    assert.equal(await next.lease(), undefined);
  });

  rule("[L8] a run fails with the host's reason, unless a node told one before", async ({ queue }) => {
    await submit(queue, "a", "b");
    await queue.fail(await leased(queue), "No pack.");
    const { state, error } = (await queue.record("a"))!;
    assert.deepEqual([state, error], ["failed", "No pack."]);
    assert.deepEqual(await messages(queue, "a"), ["run.queued", "notice No pack.", "run.failed"]);
    const lease = await leased(queue);
    for (const message of ["first", "second"])
      await queue.report(lease, { event: "node.failed", node: "n", item: 0, message, remedy: "r" } as LogEntry);
    await queue.fail(lease, "late");
    assert.equal((await queue.record("b"))!.error, "n: first");
  });
}

function logRules(rule: Rule): void {
  rule("[E1] events are numbered from 1 without a gap, however many are reported at once", async ({ queue }) => {
    await submit(queue, "a", "b");
    const leases = [await leased(queue), await leased(queue)];
    const reports = leases.flatMap((lease) =>
      Array.from({ length: 50 }, (_, i) => queue.report(lease, notice(`${i}`), i)),
    );
    await Promise.all(reports);
    for (const run of ["a", "b"]) {
      const events = await queue.events.read(run, 0, 1000);
      assert.deepEqual(
        events.map(({ seq }) => seq),
        Array.from({ length: 51 }, (_, i) => i + 1),
      );
      assert.deepEqual(
        events.slice(1).map((event) => [event.run, event.time, "message" in event && event.message]),
        Array.from({ length: 50 }, (_, i) => [run, i, `${i}`]),
        "in the order in which they were reported",
      );
      assert.equal(await queue.events.last(run), 51);
    }
  });

  rule("[E2] a log is read after a number, at most so many at once", async ({ queue }) => {
    await submit(queue, "a");
    const lease = await leased(queue);
    for (let i = 2; i <= 10; i++) await queue.report(lease, notice(`${i}`));
    const read = async (after: number, limit: number) =>
      (await queue.events.read("a", after, limit)).map(({ seq }) => seq);
    assert.deepEqual(await read(0, 3), [1, 2, 3]);
    assert.deepEqual(await read(3, 3), [4, 5, 6]);
    assert.deepEqual(await read(9, 3), [10]);
    assert.deepEqual(await read(10, 3), []);
    assert.deepEqual(await read(1_000_000, 3), []);
  });

  rule(
    "[E3] an output that is told again as it was is not logged, a changed one takes its place",
    async ({ queue }) => {
      await submit(queue, "a");
      const lease = await leased(queue);
      const tell = (item: number, picture: string) =>
        queue.report(lease, { event: "run.output", output: output(item, picture) });
      const [x, y] = ["a".repeat(64), "c".repeat(64)];
      assert.equal((await tell(1, x))!.seq, 2);
      assert.equal((await tell(0, x))!.seq, 3);
      assert.equal(await tell(1, x), undefined);
      assert.equal((await tell(1, y))!.seq, 4);
      assert.deepEqual((await queue.record("a"))!.outputs, [output(0, x), output(1, y)], "by item");
      assert.equal(await queue.events.last("a"), 4);
    },
  );

  rule("[E4] watchers hear each event as it is logged, of all runs", async ({ queue }) => {
    const heard: string[] = [];
    queue.watch({ event: ({ run, seq, event }) => heard.push(`${run} ${seq} ${event}`) });
    await submit(queue, "a", "b");
    const lease = await leased(queue);
    const event = await queue.report(lease, notice("x"), 7);
    assert.deepEqual(heard, ["a 1 run.queued", "b 1 run.queued", "a 2 notice"]);
    assert.deepEqual(event, (await queue.events.read("a", 1, 9))[0]);
  });
}

function subscriptionRules(rule: Rule): void {
  /** A subscription that is read as far as it goes. */
  const follow = (queue: RunQueue, run: string, after: number) => {
    const seen: number[] = [];
    const stop = { when: Number.POSITIVE_INFINITY };
    const drain = () => {
      while (seen.length < stop.when) {
        const event = subscription.take();
        if (!event) return;
        assert.equal(event.run, run);
        seen.push(event.seq);
      }
    };
    const subscription = queue.events.subscribe(run, after, drain);
    return { seen, stop, drain, subscription };
  };

  rule(
    "[E5] a subscription has every event after its number once and in order, those to come included",
    async ({ queue }) => {
      await submit(queue, "a", "b");
      const lease = await leased(queue);
      for (let i = 2; i <= 300; i++) await queue.report(lease, progress(i));
      const readers = [0, 1, 150, 299, 300].map((after) => ({ after, ...follow(queue, "a", after) }));
      for (const { drain } of readers) drain();
      for (let i = 301; i <= 900; i++) await queue.report(lease, progress(i));
      for (const { after, seen, drain } of readers) {
        drain();
        assert.deepEqual(
          seen,
          Array.from({ length: 900 - after }, (_, i) => after + i + 1),
          `after ${after}`,
        );
      }
    },
  );

  rule(
    "[E6] a reader who pauses misses nothing, nor does one who begins in the middle of many reports",
    async ({ queue }) => {
      await submit(queue, "a");
      const lease = await leased(queue);
      const slow = follow(queue, "a", 0);
      slow.stop.when = 5;
      slow.drain();
      const reports = Array.from({ length: 700 }, (_, i) => queue.report(lease, progress(i)));
      const late = follow(queue, "a", 3);
      late.drain();
      await Promise.all(reports);
      for (let i = 0; i < 700; i++) await queue.report(lease, progress(i));
      slow.stop.when = Number.POSITIVE_INFINITY;
      for (const reader of [slow, late]) reader.drain();
      assert.deepEqual(
        slow.seen,
        Array.from({ length: 1401 }, (_, i) => i + 1),
      );
      assert.deepEqual(
        late.seen,
        Array.from({ length: 1398 }, (_, i) => i + 4),
      );
    },
  );

  rule("[E7] a subscription from beyond the end has what comes, one that is closed nothing", async ({ queue }) => {
    await submit(queue, "a");
    const lease = await leased(queue);
    const beyond = follow(queue, "a", 1_000_000);
    const closed = follow(queue, "a", 0);
    closed.subscription.close();
    const nobody = follow(queue, unknown, 0);
    await queue.report(lease, notice("x"));
    for (const reader of [beyond, closed, nobody]) reader.drain();
    assert.deepEqual([beyond.seen, closed.seen, nobody.seen], [[2], [], []]);
  });

  rule("[E8] a subscription to a run that was removed has nothing more", async ({ queue }) => {
    await submit(queue, "a");
    const reader = follow(queue, "a", 0);
    await queue.remove("a");
    reader.drain();
    assert.deepEqual(reader.seen, []);
  });
}
