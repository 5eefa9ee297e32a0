import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Priority } from "../wire/wire.ts";
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
import { keptPassing, LeaseLost, type LogEntry } from "./port.ts";
import { turnRules } from "./turns.contract.ts";

/** What every queue keeps to: `open` returns an empty one, and the test's context ends it. */
export function queueContract(name: string, open: (context: TestContext) => OpenQueue | Promise<OpenQueue>): void {
  const rule = (title: string, work: (opened: OpenQueue) => Promise<void>) =>
    test(`${name}: ${title}`, async (context) => work(await open(context)));

  queueRules(rule);
  turnRules(rule);
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
      heard.length = 0;
      await queue.submit("h", { ...request, priority: "high" }, orderOf("h"));
      assert.ok(heard.includes("b"), `h goes before b: ${heard.join()}`);
      heard.length = 0;
      await submit(queue, "last");
      assert.ok(!heard.includes("b"), `b keeps its place: ${heard.join()}`);
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

  rule("[Q17] runs wait by priority, and one that is moved takes the priority of where it goes", async ({ queue }) => {
    const ask = (id: string, priority: Priority, place?: "first") =>
      queue.submit(id, { ...request, priority }, orderOf(id), place);
    for (const [id, priority] of [
      ["l", "low"],
      ["a", "normal"],
      ["h", "high"],
      ["b", "normal"],
      ["i", "high"],
    ] as const)
      await ask(id, priority);
    await ask("c", "normal", "first");
    assert.deepEqual(await queue.waiting(), ["h", "i", "c", "a", "b", "l"]);
    assert.deepEqual(await queue.position("b"), 4);
    assert.equal((await queue.record("h"))!.priority, "high");
    assert.equal(await queue.prioritize("l", "high"), true);
    assert.deepEqual(await queue.waiting(), ["h", "i", "l", "c", "a", "b"]);
    assert.equal(await queue.move("b", 1), true);
    assert.deepEqual(await queue.waiting(), ["h", "b", "i", "l", "c", "a"]);
    assert.equal((await queue.record("b"))!.priority, "high");
    await queue.prioritize("i", "low");
    await queue.move("c", 99);
    assert.deepEqual(await queue.waiting(), ["h", "b", "l", "a", "i", "c"]);
    assert.equal((await queue.record("c"))!.priority, "low");
    await queue.move("a", 2);
    assert.equal((await queue.record("a"))!.priority, "high", "between two of one priority there is no other");
    await queue.move("l", 3);
    assert.equal((await queue.record("l"))!.priority, "high", "where it may keep its own, it does");
    const order: string[] = [];
    for (let lease = await queue.lease(); lease; lease = await queue.lease()) order.push(lease.run);
    assert.deepEqual(order, ["h", "b", "a", "l", "i", "c"]);
    assert.deepEqual([await queue.prioritize("a", "low"), await queue.prioritize(unknown, "low")], [false, false]);
  });

  rule("[Q17] a run that is given back waits before all others, whatever their priority", async ({ queue }) => {
    await queue.submit("low", { ...request, priority: "low" }, orderOf("low"));
    const lease = await leased(queue);
    await queue.submit("high", { ...request, priority: "high" }, orderOf("high"));
    await queue.giveBack(lease, "lost");
    assert.deepEqual(await queue.waiting(), ["low", "high"]);
  });

  rule("[Q18] while the queue is paused nothing is leased, also by the next process", async ({ queue, restart }) => {
    await submit(queue, "a", "b", "c");
    const lease = await leased(queue);
    const heard: string[] = [];
    const leave = queue.watch({ paused: (is) => heard.push(`paused ${is}`), waiting: () => heard.push("waiting") });
    assert.equal(await queue.paused(), false);
    await queue.pause(true);
    assert.deepEqual([await queue.paused(), await queue.lease(), heard], [true, undefined, ["paused true"]]);
    await queue.report(lease, finished);
    await queue.move("c", 0);
    await submit(queue, "d");
    assert.equal(await queue.lease(), undefined);
    leave();
    const next = await restart();
    assert.deepEqual([await next.paused(), await next.lease()], [true, undefined]);
    assert.deepEqual(await next.waiting(), ["c", "b", "d"], "the order outlives the process as well");
    next.watch({ waiting: () => heard.push("goes on") });
    await next.pause(false);
    assert.deepEqual([await next.paused(), heard.at(-1), (await leased(next)).run], [false, "goes on", "c"]);
  });

  rule("[Q19] all runs that wait are cancelled at once, and what runs goes on", async ({ queue }) => {
    await submit(queue, "a", "b", "c");
    const lease = await leased(queue);
    assert.equal(await queue.cancelWaiting(), 2);
    assert.equal(await queue.cancelWaiting(), 0);
    assert.deepEqual(await messages(queue, "b"), ["run.queued", "run.cancelled"]);
    const states = (await queue.list({ limit: 9 })).runs.map(({ id, state }) => `${id} ${state}`);
    assert.deepEqual(states, ["c cancelled", "b cancelled", "a running"]);
    await queue.report(lease, finished);
    assert.equal(await queue.lease(), undefined);
  });

  rule("[Q20] a run in passing waits behind all others, is in no list, and only the newest stay", async ({ queue }) => {
    const pass = (id: string) => queue.submit(id, { ...request, priority: "low", passing: "live" }, orderOf(id));
    await pass("p");
    await queue.submit("low", { ...request, priority: "low" }, orderOf("low"));
    assert.deepEqual(await queue.waiting(), ["low", "p"]);
    assert.deepEqual(await queue.inPassing(), [{ run: "p", name: "live", waits: true }]);
    assert.equal((await queue.record("p"))!.passing, "live");
    await leased(queue);
    await leased(queue);
    assert.deepEqual(await queue.inPassing(), [{ run: "p", name: "live", waits: false }]);
    assert.deepEqual(
      (await queue.list({ limit: 9 })).runs.map(({ id }) => id),
      ["low"],
    );
    const many = Array.from({ length: keptPassing + 2 }, (_, i) => `p${i}`);
    for (const id of many) {
      await pass(id);
      await queue.report(await leased(queue), finished);
    }
    assert.equal(await queue.retain(Number.POSITIVE_INFINITY), 2);
    assert.deepEqual(
      [await queue.record("p0"), await queue.record("p1"), (await queue.record("p2"))?.state],
      [undefined, undefined, "finished"],
    );
  });

  rule("[Q20] a run in passing is given no other place and no other priority", async ({ queue }) => {
    const pass = (id: string) => queue.submit(id, { ...request, priority: "low", passing: id }, orderOf(id));
    await pass("p");
    await pass("q");
    await submit(queue, "a", "b");
    assert.deepEqual([await queue.move("q", 0), await queue.prioritize("q", "high")], [false, false]);
    assert.deepEqual(await queue.waiting(), ["a", "b", "p", "q"]);
    assert.equal((await queue.record("q"))!.priority, "low");
    for (const position of [2, 3, 99]) {
      await queue.move("a", 0);
      assert.equal(await queue.move("a", position), true);
      assert.deepEqual(await queue.waiting(), ["b", "a", "p", "q"], `moved to ${position}`);
      assert.equal((await queue.record("a"))!.priority, "normal");
    }
  });

  rule("[Q20] what is in passing stops for what comes after it, and is asked once", async ({ queue }) => {
    const pass = (id: string, passing: string) =>
      queue.submit(id, { ...request, priority: "low", passing }, orderOf(id));
    const asked: string[] = [];
    queue.watch({ stopping: (run) => asked.push(run) });
    await pass("p", "live");
    const lease = await leased(queue);
    await pass("other", "other");
    for (const id of ["q", "r"]) await pass(id, "live");
    await Promise.all([queue.makeRoom("q"), queue.makeRoom("r")]);
    assert.deepEqual(asked, ["p"], "asked again it would stop at once");
    assert.deepEqual(await queue.waiting(), ["other", "r"]);
    await queue.makeRoom("q");
    assert.deepEqual(await queue.waiting(), ["other", "r"], "what came later stays");
    await submit(queue, "a");
    await pass("s", "live");
    await queue.makeRoom("a");
    await queue.makeRoom(unknown);
    assert.deepEqual([await queue.waiting(), asked], [["a", "s"], ["p"]]);
    await queue.report(lease, { ...finished, event: "run.cancelled" } as LogEntry);
    assert.equal((await queue.record("p"))!.state, "cancelled");
  });

  rule("[Q4] those that have ended are listed by that", async ({ queue }) => {
    await submit(queue, "a", "b", "c");
    await queue.report(await leased(queue), finished);
    await queue.cancel("b");
    assert.deepEqual(
      (await queue.list({ state: "ended", limit: 9 })).runs.map(({ id }) => id),
      ["b", "a"],
    );
  });

  rule("[Q12] orders that are forgotten have to be checked anew; the runs go on waiting", async ({ queue }) => {
    await submit(queue, "a");
    await queue.forgetOrders();
    assert.equal((await leased(queue)).order, undefined);
  });
}
