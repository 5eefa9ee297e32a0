import assert from "node:assert/strict";
import { finished, leased, messages, notice, orderOf, progress, type Rule, submit } from "./contract.fixture.ts";
import { type Lease, LeaseLost, type LogEntry, maxAttempts } from "./port.ts";

/** What every queue keeps to about leases. */
export function leaseRules(rule: Rule): void {
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
        "notice The worker was lost; the run continues with what was kept.",
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
    assert.match(error!, /^The worker was lost, on each of 3 attempts\. Retry the run by hand/);
    assert.equal((await messages(queue, "a")).at(-1), "run.failed");
    assert.equal((await leased(queue)).run, "b");
  });

  rule(
    "[L9] a run that is stopped in good order waits again as one that was not tried, however often (A8)",
    async ({ queue, restart }) => {
      await submit(queue, "a", "b");
      for (let stop = 1; stop <= maxAttempts + 1; stop++) {
        const lease = await leased(queue);
        assert.deepEqual([lease.run, lease.attempts, await queue.isLastAttempt(lease)], ["a", stop, false]);
        await queue.putBack(lease, "The server was stopped");
        await assert.rejects(queue.putBack(lease, "again"), LeaseLost);
      }
      const next = await restart();
      for (let attempt = 1; attempt <= maxAttempts; attempt++) {
        const lease = await leased(next);
        assert.equal(await next.isLastAttempt(lease), attempt === maxAttempts);
        await next.giveBack(lease, "The worker was lost");
      }
      const { state, error } = (await next.record("a"))!;
      assert.equal(state, "failed");
      assert.match(error!, /^The worker was lost, on each of 3 attempts since it last got further\. Retry/);
    },
  );

  rule("[L10] a run that gets further each time is tried again, until it gets no further (A8)", async ({ queue }) => {
    await submit(queue, "a");
    const lost = async (...steps: number[]) => {
      const lease = await leased(queue);
      await queue.report(lease, { event: "run.started" } as LogEntry);
      for (const step of steps) await queue.report(lease, progress(step));
      await queue.giveBack(lease, "The worker was lost");
      return (await queue.record("a"))!.state;
    };
    const states = [await lost(1, 2, 3), await lost(3, 4), await lost(4, 5), await lost(5), await lost(6, 7, 8)];
    assert.deepEqual([...new Set(states)], ["queued"], "each began at a newer checkpoint");
    assert.deepEqual([await lost(6, 7, 8), await lost(6, 7)], ["queued", "failed"], "three began at step 6");
  });

  rule("[L11] a run that was being cancelled when it was stopped ends as cancelled", async ({ queue }) => {
    await submit(queue, "a");
    const lease = await leased(queue);
    await queue.cancel("a");
    await queue.putBack(lease, "The server was stopped");
    assert.deepEqual([(await queue.record("a"))!.state, await queue.waiting()], ["cancelled", []]);
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

  rule("[L8] a run fails with the host's reason, unless a node reported one before", async ({ queue }) => {
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
