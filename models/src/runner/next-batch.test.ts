import assert from "node:assert/strict";
import { test } from "node:test";
import { measure, takeBatch, type Waiting } from "./next-batch.ts";
import type { StageCall } from "./runner.ts";

const call = (more: Partial<StageCall> = {}, rows = 1, width = 4): StageCall => ({
  pack: "tiny",
  stage: "decoder",
  feeds: { sample: { shape: [rows, width], data: new Float32Array(rows * width) } },
  ...more,
});

const wait = (given: StageCall, alone = false): Waiting => ({
  ...measure(given),
  since: 0,
  resolve: () => {},
  reject: () => {},
  leave: () => {},
  alone,
});

const limits = { maxRows: 8, maxElements: 1000, fairRows: 4 };

test("what counts of a call is its lane, rows, elements, and all that a shared run must have in common", () => {
  const { lane, rows, elements } = measure(call({}, 3, 5));
  assert.deepEqual([lane, rows, elements], [0, 3, 15]);
  const { key } = measure(call());
  assert.equal(measure(call({ lane: 2 })).key, key, "the lane does not count");
  assert.equal(measure(call({}, 7)).key, measure(call({}, 2)).key, "how many rows there are does not count");
  assert.notEqual(measure(call({}, 2)).key, key, "a single row is not several");
  const whole = { sample: { shape: [1, 4], data: new Int32Array(4) } };
  const named = { sample: call().feeds.sample!, time: { shape: [1], data: new Float32Array(1) } };
  for (const other of [
    call({ pack: "other" }),
    call({ stage: "other" }),
    call({}, 1, 5),
    call({ feeds: whole }),
    call({ feeds: named }),
  ])
    assert.notEqual(measure(other).key, key);
});

test("the first of the lowest lane goes, with those of its lane and key, in order; the others stay in order", () => {
  const [a, b, c, d, e] = [
    wait(call({ lane: 1 })),
    wait(call()),
    wait(call({ stage: "other" })),
    wait(call({ lane: 1 })),
    wait(call()),
  ];
  const waiting = [a, b, c, d, e];
  assert.deepEqual(takeBatch(waiting, limits), [b, e]);
  assert.deepEqual(waiting, [a, c, d]);
  assert.deepEqual(takeBatch(waiting, limits), [c]);
  assert.deepEqual(takeBatch(waiting, limits), [a, d]);
  assert.deepEqual(waiting, []);
});

test("a run is filled to the very limits and no further", () => {
  const rows = [wait(call({}, 3)), wait(call({}, 5)), wait(call({}, 2))];
  assert.equal(takeBatch([...rows], limits).length, 2);
  const elements = [wait(call({}, 1, 4)), wait(call({}, 1, 4)), wait(call({}, 1, 4))];
  assert.equal(takeBatch([...elements], { ...limits, maxElements: 8 }).length, 2);
});

test("nobody overtakes a call of its own key that does not fit", () => {
  const waiting = [wait(call({}, 4)), wait(call({}, 5)), wait(call({}, 2))];
  assert.deepEqual(takeBatch([...waiting], limits), [waiting[0]]);
});

test("a call larger than the limits goes by itself", () => {
  const waiting = [wait(call({}, 20)), wait(call())];
  assert.deepEqual(takeBatch([...waiting], limits), [waiting[0]]);
});

test("a call that must run alone takes nobody along, and nobody takes it", () => {
  const [alone, other, third] = [wait(call(), true), wait(call()), wait(call())];
  assert.deepEqual(takeBatch([alone, other], limits), [alone]);
  assert.deepEqual(takeBatch([other, alone, third], limits), [other, third]);
});

test("while several parties wait none has more than its share, which the others fill up; alone it has the whole run", () => {
  const many = Array.from({ length: 6 }, () => wait(call({ party: "many" }, 2)));
  const few = wait(call({ party: "few" }, 2));
  const waiting = [...many, few];
  assert.deepEqual(takeBatch(waiting, limits), [many[0], many[1], few]);
  assert.deepEqual(takeBatch(waiting, limits), many.slice(2, 6));
});

test("a party whose calls share no run with the others' has its share, then they have their turn", () => {
  const many = Array.from({ length: 4 }, () => wait(call({ party: "many" }, 2)));
  const other = wait(call({ party: "few", stage: "other" }, 2));
  const waiting = [many[0]!, many[1]!, other, many[2]!, many[3]!];
  assert.deepEqual(takeBatch(waiting, limits), [many[0], many[1]]);
  assert.deepEqual(takeBatch(waiting, limits), [other]);
  assert.deepEqual(takeBatch(waiting, limits), [many[2], many[3]]);
});

test("parties of another lane take nothing away, and a single call larger than its share goes", () => {
  const many = Array.from({ length: 4 }, () => wait(call({ party: "many" }, 2)));
  const later = wait(call({ party: "few", lane: 1 }, 2));
  assert.deepEqual(takeBatch([...many, later], limits), many);
  const large = wait(call({ party: "large" }, 6));
  const small = wait(call({ party: "few" }, 2));
  assert.deepEqual(takeBatch([large, small], limits), [large, small]);
});
