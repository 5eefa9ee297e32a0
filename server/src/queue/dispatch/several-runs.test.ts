import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryQueue } from "../memory/memory-queue.ts";
import { dispatching, finished, type Played, submit } from "./dispatcher.fixture.ts";

const names = (orders: readonly Played[]) => orders.map(({ order }) => Buffer.from(order.checked!).toString());
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A dispatcher that has begun these runs, of which two may be in progress at once. */
async function begun(context: Parameters<typeof dispatching>[0], runs: readonly string[], atOnce = 2) {
  const all = dispatching(context, new MemoryQueue(), atOnce);
  await all.dispatcher.open();
  for (const run of runs) await submit(all.queue, run);
  await all.order(Math.min(runs.length, atOnce));
  return all;
}

test("[Q21] so many runs are in progress at once, each with its own log; the next begins when one has ended", async (context) => {
  const { queue, orders, order, ended } = await begun(context, ["a", "b", "c"]);
  await turn();
  assert.deepEqual(names(orders), ["a", "b"]);
  orders[1]!.tell(finished);
  orders[1]!.end();
  assert.equal(await ended("b"), "finished");
  await order(3);
  assert.deepEqual(names(orders), ["a", "b", "c"]);
  orders[0]!.tell({ event: "run.started", nodes: 1 });
  orders[0]!.tell(finished);
  orders[0]!.end();
  assert.equal(await ended("a"), "finished");
  assert.deepEqual(
    (await queue.events.read("a", 0, 9)).map(({ run, seq, event }) => [run, seq, event]),
    [
      ["a", 1, "run.queued"],
      ["a", 2, "run.started"],
      ["a", 3, "run.finished"],
    ],
  );
});

test("[Q22] of a worker that is lost with several runs nobody knows the cause: each begins again alone, and that was no attempt", async (context) => {
  const { queue, orders, order, ended, gone } = await begun(context, ["a", "b"]);
  const lose = (...runs: Played[]) => {
    gone();
    for (const { tell } of runs) tell({ ...finished, event: "run.failed" }, "signal SIGSEGV");
    for (const { end } of runs) end();
  };
  lose(...orders);
  await order(3);
  await turn();
  assert.equal(orders.length, 3, "nobody joins a suspect");
  const culprit = names(orders)[2]!;
  for (const attempt of [4, 5]) {
    lose(orders.at(-1)!);
    await order(attempt);
    assert.equal(names(orders)[attempt - 1], culprit, "it is tried three times");
  }
  lose(orders.at(-1)!);
  assert.match(await ended(culprit), /^failed|unexpectedly/);
  const other = await order(6);
  other.tell(finished);
  other.end();
  const innocent = culprit === "a" ? "b" : "a";
  assert.equal(await ended(innocent), "finished");
  const notices = (await queue.events.read(innocent, 0, 99)).flatMap((one) =>
    one.event === "notice" ? one.message : [],
  );
  assert.equal(notices.length, 1);
  assert.match(notices[0]!, /signal SIGSEGV\) while several runs were in progress/);
});

test("[Q22] a suspect that is cancelled while it waits is forgotten", async (context) => {
  const { queue, orders, order, gone } = await begun(context, ["a", "b"]);
  gone();
  for (const { tell } of orders) tell({ ...finished, event: "run.failed" }, "signal SIGSEGV");
  for (const { end } of orders) end();
  const again = await order(3);
  const waits = names(orders)[2] === "a" ? "b" : "a";
  await queue.cancel(waits);
  await queue.remove(waits);
  again.tell(finished);
  again.end();
  await submit(queue, waits);
  await submit(queue, "c");
  await order(4);
  for (let i = 0; i < 20; i++) await turn();
  assert.deepEqual(names(orders).slice(3), [waits, "c"], "both at once");
});

test("[Q22] a suspect that is leased while another run goes on waits for its end, joined by none, and can be cancelled meanwhile", async (context) => {
  const { queue, orders, order, ended, gone, killed } = await begun(context, ["a", "b"]);
  gone();
  for (const { tell } of orders) tell({ ...finished, event: "run.failed" }, "signal SIGSEGV");
  for (const { end } of orders) end();
  const first = await order(3);
  const suspect = names(orders)[2] === "a" ? "b" : "a";
  await submit(queue, "c");
  // One that nothing is known against stands in front of the suspect, which has company in it when it is leased.
  await queue.move(suspect, 1);
  first.tell(finished);
  first.end();
  await order(4);
  while ((await queue.record(suspect))!.state !== "running") await turn();
  await submit(queue, "d");
  for (let i = 0; i < 20; i++) await turn();
  assert.deepEqual(names(orders).slice(3), ["c"]);
  await queue.cancel(suspect);
  assert.equal(await ended(suspect), "cancelled");
  await order(5);
  assert.deepEqual([names(orders).slice(3), killed()], [["c", "d"], 0]);
});

test("[Q22] a worker that is ended for the sake of one run costs the others no attempt, and they need not be alone", async (context) => {
  const { queue, orders, order, ended, whenKilled } = await begun(context, ["a", "b", "c"]);
  whenKilled(() => {
    for (const { tell, options } of orders.slice(0, 2))
      tell({ ...finished, event: options.signal!.aborted ? "run.cancelled" : "run.failed" }, "signal SIGKILL");
    for (const { end } of orders.slice(0, 2)) end();
  });
  await queue.cancel("a");
  await queue.cancel("a");
  assert.equal(await ended("a"), "cancelled");
  await order(4);
  assert.deepEqual(names(orders).slice(2).sort(), ["b", "c"], "both are in progress");
  const notices = (await queue.events.read("b", 0, 99)).flatMap((one) => (one.event === "notice" ? one.message : []));
  assert.deepEqual(notices.length, 1);
  assert.match(notices[0]!, /because of another run/);
});

test("no run joins those in progress while there is something to do at rest", async (context) => {
  const { queue, heard, orders, order, restless } = await begun(context, ["a"]);
  restless(true);
  await submit(queue, "b");
  await turn();
  await turn();
  assert.deepEqual(names(orders), ["a"]);
  const rests = heard.filter((one) => one === "rest").length;
  restless(false);
  orders[0]!.tell(finished);
  orders[0]!.end();
  await order(2);
  assert.equal(heard.filter((one) => one === "rest").length, rests + 1);
});

test("[Q21] the next run is given to the worker while the one before is ending, and no other before that has ended", async (context) => {
  const { queue, orders, order, ended } = await begun(context, ["a", "b", "c"], 1);
  await turn();
  assert.deepEqual(names(orders), ["a"]);
  orders[0]!.options.onEnding!();
  await order(2);
  for (let i = 0; i < 20; i++) await turn();
  assert.deepEqual(names(orders), ["a", "b"]);
  for (const [i, run] of ["a", "b", "c"].entries()) {
    const { tell, end } = await order(i + 1);
    tell(finished);
    end();
    assert.equal(await ended(run), "finished");
  }
  assert.deepEqual(names(orders), ["a", "b", "c"]);
  assert.equal((await queue.list({ state: "running", limit: 9 })).runs.length, 0);
});

test("[Q21] runs that a server leaves behind wait in their order, that one which was ending first", async (context) => {
  const { queue, orders, order, dispatcher, whenKilled } = await begun(context, ["a", "b"], 1);
  orders[0]!.options.onEnding!();
  await order(2);
  whenKilled(() => {
    for (const { end } of orders) end();
  });
  await dispatcher.close();
  assert.deepEqual(await queue.waiting(), ["a", "b"]);
});

test("[Q22] a run that was given behind another is a suspect from when it loads its models", async (context) => {
  const { queue, orders, order, ended, gone } = await begun(context, ["a", "b", "c"]);
  orders[0]!.options.onEnding!();
  await order(3);
  orders[0]!.tell(finished);
  orders[0]!.end();
  await ended("a");
  orders[2]!.options.onBegun!();
  gone();
  const lost = orders.slice(1);
  for (const { tell } of lost) tell({ ...finished, event: "run.failed" }, "signal SIGKILL");
  for (const { end } of lost) end();
  await order(4);
  for (const run of ["b", "c"]) {
    const log = await queue.events.read(run, 0, 99);
    assert.ok(
      log.some((one) => one.event === "notice" && /while several runs were in progress/.test(one.message)),
      run,
    );
  }
});

test("[Q22] a run that is lost while it was ending waits again at once, though the next one begins in another process", async (context) => {
  const { queue, orders, order, ended, gone } = await begun(context, ["a", "b"], 1);
  orders[0]!.options.onEnding!();
  const next = await order(2);
  gone();
  orders[0]!.tell({ ...finished, event: "run.failed" }, "signal SIGSEGV");
  orders[0]!.end();
  for (let i = 0; i < 20; i++) await turn();
  next.options.onBegun!();
  for (let i = 0; i < 20; i++) await turn();
  assert.deepEqual([(await queue.record("a"))!.state, (await queue.record("b"))!.state], ["queued", "running"]);
  next.tell(finished);
  next.end();
  const again = await order(3);
  again.tell(finished);
  again.end();
  assert.deepEqual([await ended("a"), await ended("b")], ["finished", "finished"]);
});

test("[Q22] a worker that is lost while one run is ending costs the next, which it had not begun, no attempt", async (context) => {
  const { queue, orders, order, ended, gone } = await begun(context, ["a", "b"], 1);
  orders[0]!.options.onEnding!();
  await order(2);
  gone();
  for (const { tell } of orders) tell({ ...finished, event: "run.failed" }, "signal SIGSEGV");
  for (const { end } of orders) end();
  for (const count of [3, 4]) {
    const { tell, end } = await order(count);
    tell(finished);
    end();
  }
  assert.deepEqual([await ended("a"), await ended("b")], ["finished", "finished"]);
  assert.deepEqual(names(orders), ["a", "b", "a", "b"], "in their order");
  const noticed = async (run: string) =>
    (await queue.events.read(run, 0, 99)).flatMap((one) => (one.event === "notice" ? one.message : []));
  assert.match((await noticed("a")).join(), /signal SIGSEGV\); the run continues/);
  assert.match((await noticed("b")).join(), /because of another run/);
});
