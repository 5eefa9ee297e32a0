import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  finished,
  leased,
  messages,
  notice,
  type OpenQueue,
  orderOf,
  output,
  type Rule,
  request,
  submit,
  unknown,
} from "./contract.fixture.ts";
import { leaseRules } from "./lease.contract.ts";
import { logRules, subscriptionRules } from "./log.contract.ts";
import { LeaseLost, type LogEntry } from "./port.ts";

/** What every queue keeps to: `open` returns an empty one, and the test's context ends it. */
export function queueContract(name: string, open: (context: TestContext) => OpenQueue | Promise<OpenQueue>): void {
  const rule = (title: string, work: (opened: OpenQueue) => Promise<void>) =>
    test(`${name}: ${title}`, async (context) => work(await open(context)));

  queueRules(rule);
  leaseRules(rule);
  logRules(rule);
  subscriptionRules(rule);
}

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
