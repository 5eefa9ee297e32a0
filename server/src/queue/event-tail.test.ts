import assert from "node:assert/strict";
import { test } from "node:test";
import { values } from "./contract.fixture.ts";
import { EventTail } from "./event-tail.ts";
import { writeEvent } from "./log-effect.ts";

test("[W3] of many runs the newest events of the last ones are kept, and what is older is in the log", () => {
  const tail = new EventTail();
  const eventOf = (run: string, seq: number) => writeEvent({ event: "notice", message: "x", seq, run, time: 0 });
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
  const valuesOf = (count: number, seq: number) => writeEvent({ ...values(count), seq, run: "r19", time: 0 });
  for (const seq of [701, 702, 703]) tail.add(valuesOf(200, seq));
  const after = (seq: number, limit: number) => tail.after("r19", seq, limit)?.map((event) => event.seq);
  assert.deepEqual([after(700, 10), after(701, 500)], [undefined, [702, 703]], "many values are many events");
  assert.deepEqual([after(701, 399), after(701, 1)], [[702], [702]]);
  tail.add(valuesOf(600, 704));
  assert.deepEqual([after(702, 10), after(703, 10)], [undefined, [704]]);
  tail.remove("r19");
  assert.equal(tail.after("r19", 703, 10), undefined);
});
