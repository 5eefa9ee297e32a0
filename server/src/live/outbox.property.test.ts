import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EventFeed } from "../queue/event-feed.ts";
import { writeEvent } from "../queue/log-effect.ts";
import type { LoggedJson } from "../queue/port.ts";
import { Outbox } from "./outbox.ts";

// fast-check prints the seed and the smallest failing case.

/** A log with its feed, as the server has them, and a count of the reads of the log. */
function openLog() {
  const runs = new Map<string, LoggedJson[]>();
  const log = { reads: 0 };
  const stored = (run: string) => runs.get(run) ?? [];
  const feed = new EventFeed({
    last: (run) => stored(run).length,
    read(run, after, limit) {
      log.reads++;
      return stored(run).slice(after, after + limit);
    },
  });
  const append = (run: string) => {
    const event = writeEvent({ event: "notice", message: "x", seq: stored(run).length + 1, run, time: 0 });
    runs.set(run, [...stored(run), event]);
    feed.add(event);
  };
  return { log, append, feed, stored };
}

/** A viewer with a line that can be busy. */
function viewer(feed: EventFeed) {
  const line = { idle: true };
  const got: LoggedJson[] = [];
  const outbox = new Outbox(feed, {
    idle: () => line.idle,
    event: (event) => void got.push(event),
    frame: () => {},
    run: () => {},
    waiting: () => {},
    saved: () => {},
    present: () => {},
  });
  return { line, got, outbox };
}

test("[W1] viewers that keep up are served from memory, however many there are", () => {
  const { log, append, feed } = openLog();
  for (let i = 0; i < 3; i++) append("old");
  const viewers = Array.from({ length: 20 }, () => viewer(feed));
  for (const { outbox } of viewers) outbox.follow("new", 0);
  const before = log.reads;
  for (let i = 0; i < 2000; i++) append("new");
  assert.equal(log.reads, before);
  for (const { got } of viewers) assert.equal(got.length, 2000);
});

test("[W2] every viewer gets every event after the one that it named once and in order, whatever it misses meanwhile", () => {
  const run = fc.constantFrom("a", "b", "c");
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ does: fc.constant("append" as const), run, count: fc.integer({ min: 1, max: 700 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        does: fc.constant("follow" as const),
        run,
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ does: fc.constant("unfollow" as const), run }) },
    { weight: 3, arbitrary: fc.record({ does: fc.constant("line" as const), idle: fc.boolean() }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { append, feed, stored } = openLog();
      const { line, got, outbox } = viewer(feed);
      const followed = new Map<string, number>();
      for (const one of steps) {
        if (one.does === "append") for (let i = 0; i < one.count; i++) append(one.run);
        else if (one.does === "follow" && !followed.has(one.run)) {
          const from = Math.floor(one.share * stored(one.run).length);
          followed.set(one.run, from);
          outbox.follow(one.run, from);
        } else if (one.does === "unfollow" && followed.delete(one.run)) {
          outbox.unfollow(one.run);
          got.splice(0, got.length, ...got.filter(({ run }) => run !== one.run));
        } else if (one.does === "line") {
          line.idle = one.idle;
          if (one.idle) outbox.flush();
        }
      }
      line.idle = true;
      outbox.flush();
      for (const [run, from] of followed) {
        const seen = got.filter((event) => event.run === run).map(({ seq }) => seq);
        const all = stored(run).map(({ seq }) => seq);
        assert.deepEqual(seen, all.slice(from), `${run} from ${from}`);
      }
    }),
    { numRuns: 100 },
  );
});
