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

const limits = { maxRows: 8, maxElements: 1000 };

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
  assert.equal(takeBatch([...elements], { maxRows: 8, maxElements: 8 }).length, 2);
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
