import assert from "node:assert/strict";
import { leased, notice, output, progress, type Rule, submit, unknown, values } from "./contract.fixture.ts";
import type { RunQueue } from "./port.ts";

/** What every queue keeps to about the logs of its runs. */
export function logRules(rule: Rule): void {
  rule("[E1] events are numbered from 1 without a gap, however many are reported at once", async ({ queue }) => {
    await submit(queue, "a", "b");
    const leases = [await leased(queue), await leased(queue)];
    const reports = leases.flatMap((lease) =>
      Array.from({ length: 50 }, (_, i) => queue.report(lease, notice(`${i}`), i + 0.25)),
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
        Array.from({ length: 50 }, (_, i) => [run, i + 0.25, `${i}`]),
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
    for (const count of [2, 1, 9]) await queue.report(lease, values(count));
    assert.deepEqual(await read(9, 3), [10, 11], "an event with two values counts as two");
    assert.deepEqual(await read(9, 4), [10, 11, 12]);
    assert.deepEqual(await read(12, 3), [13], "one at least");
    assert.deepEqual(await read(9, 3), [10, 11], "reading a part leaves the rest to the next reader");
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

/** An event that does not come for so long, in milliseconds, never will. */
const patienceMs = 10_000;

/** What every queue keeps to about subscriptions to logs. */
export function subscriptionRules(rule: Rule): void {
  /** A subscription that is read as far as it goes, at once and each time that it is ready. `until` waits for so many events. */
  const follow = (queue: RunQueue, run: string, after: number) => {
    const seen: number[] = [];
    const stop = { when: Number.POSITIVE_INFINITY };
    let reached = () => {};
    const drain = () => {
      read();
      reached();
    };
    const read = () => {
      while (seen.length < stop.when) {
        const event = subscription.take();
        if (!event) return;
        assert.equal(event.run, run);
        // Without it, a feed that repeats itself would be read for ever.
        assert.ok(event.seq > (seen.at(-1) ?? 0), `after ${seen.at(-1)} came ${event.seq}`);
        seen.push(event.seq);
      }
    };
    const subscription = queue.events.subscribe(run, after, drain);
    const until = (count: number) =>
      new Promise<void>((resolve, reject) => {
        const late = setTimeout(
          () => reject(new Error(`of ${count} events came ${seen.length} in ${patienceMs / 1000} s`)),
          patienceMs,
        );
        reached = () => {
          if (seen.length < count) return;
          clearTimeout(late);
          resolve();
        };
        drain();
      });
    return { seen, stop, drain, until, subscription };
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
      for (const { after, seen, until } of readers) {
        await until(900 - after);
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
      await queue.report(lease, notice("x"));
      slow.drain();
      const reports = Array.from({ length: 700 }, (_, i) => queue.report(lease, progress(i)));
      const late = follow(queue, "a", 2);
      late.drain();
      await Promise.all(reports);
      for (let i = 0; i < 700; i++) await queue.report(lease, progress(i));
      slow.stop.when = Number.POSITIVE_INFINITY;
      await slow.until(1402);
      await late.until(1400);
      assert.deepEqual(
        slow.seen,
        Array.from({ length: 1402 }, (_, i) => i + 1),
      );
      assert.deepEqual(
        late.seen,
        Array.from({ length: 1400 }, (_, i) => i + 3),
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
    const begun = follow(queue, "a", 0);
    await begun.until(1);
    await queue.report(lease, notice("x"));
    await beyond.until(1);
    for (const reader of [closed, nobody]) reader.drain();
    assert.deepEqual([beyond.seen, closed.seen, nobody.seen], [[2], [], []]);
  });

  rule("[E8] a subscription to a run that was removed has nothing more", async ({ queue }) => {
    await submit(queue, "a");
    const reader = follow(queue, "a", 0);
    reader.stop.when = 0;
    await queue.remove("a");
    reader.stop.when = Number.POSITIVE_INFINITY;
    reader.drain();
    assert.deepEqual(reader.seen, []);
  });
}
