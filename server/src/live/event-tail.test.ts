import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { LoggedEvent } from "../wire/wire.ts";
import { EventTail } from "./event-tail.ts";
import { Outbox } from "./outbox.ts";

// fast-check prints the seed and the smallest failing case.

/** A log with its tail, as the server has them, and a count of the reads of the log. */
function openLog() {
  const runs = new Map<string, LoggedEvent[]>();
  const tail = new EventTail();
  const log = { reads: 0 };
  const stored = (run: string) => runs.get(run) ?? [];
  const append = (run: string) => {
    const event = { event: "notice", message: "x", seq: stored(run).length + 1, run, time: 0 } satisfies LoggedEvent;
    runs.set(run, [...stored(run), event]);
    tail.add(event);
  };
  const events = (run: string, after: number, limit: number) => {
    const kept = tail.after(run, after, limit);
    if (kept) return kept;
    log.reads++;
    return stored(run).slice(after, after + limit);
  };
  return { log, append, events, stored };
}

/** A viewer with a line that can be busy. */
function viewer(events: ReturnType<typeof openLog>["events"]) {
  const line = { idle: true };
  const got: LoggedEvent[] = [];
  const outbox = new Outbox(
    { events, summary: () => undefined },
    { idle: () => line.idle, event: (event) => void got.push(event), frame: () => {}, run: () => {} },
  );
  return { line, got, outbox };
}

test("viewers that keep up are served from memory, however many there are", () => {
  const { log, append, events } = openLog();
  for (let i = 0; i < 3; i++) append("old");
  const viewers = Array.from({ length: 20 }, () => viewer(events));
  for (const { outbox } of viewers) outbox.follow("new", 0);
  const before = log.reads;
  for (let i = 0; i < 2000; i++) {
    append("new");
    for (const { outbox } of viewers) outbox.event("new");
  }
  assert.equal(log.reads, before);
  for (const { got } of viewers) assert.equal(got.length, 2000);
});

test("every viewer gets every event after the one that it named once and in order, whatever it misses meanwhile", () => {
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
      const { append, events, stored } = openLog();
      const { line, got, outbox } = viewer(events);
      const followed = new Map<string, number>();
      for (const one of steps) {
        if (one.does === "append")
          for (let i = 0; i < one.count; i++) {
            append(one.run);
            outbox.event(one.run);
          }
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

test("of many runs the newest events of the last ones are kept, and what is older is in the log", () => {
  const tail = new EventTail();
  const eventOf = (run: string, seq: number): LoggedEvent => ({ event: "notice", message: "x", seq, run, time: 0 });
  for (let run = 0; run < 20; run++) for (let seq = 1; seq <= 600; seq++) tail.add(eventOf(`r${run}`, seq));
  assert.equal(tail.after("r0", 599, 10), undefined);
  assert.equal(tail.after("r19", 0, 10), undefined);
  assert.deepEqual(
    tail.after("r19", 598, 10)!.map(({ seq }) => seq),
    [599, 600],
  );
  assert.deepEqual(tail.after("r19", 600, 10), []);
  tail.add(eventOf("r19", 700));
  assert.equal(tail.after("r19", 600, 10), undefined, "what is missing between is for the log to give");
  tail.remove("r19");
  assert.equal(tail.after("r19", 699, 10), undefined);
});
