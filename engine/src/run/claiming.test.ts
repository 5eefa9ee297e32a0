import assert from "node:assert/strict";
import { test } from "node:test";
import { gate, node, planOf, record, testEnvironment, workflow } from "../testing/index.ts";
import { type TestServices, testNodes } from "../testing/test-nodes.ts";
import { memoryCache } from "../values/memory-cache.ts";
import { memoryClaims } from "../values/memory-claims.ts";
import type { RunOptions } from "./run-options.ts";

const long = 600_000;
const plan = planOf(
  workflow({
    one: node("math.constant", { value: 1 }),
    two: node("math.add", { b: 1 }, { a: "one.value" }),
    three: node("math.add", { b: 2 }, { a: "two.value" }),
    show: node("output.show", {}, { value: "three.value" }),
  }),
  testEnvironment(testNodes),
);

/** Of several runs that share a cache and claims, what each needs; and what any of them called, in order. */
function together(call: NonNullable<TestServices["call"]> = () => {}) {
  const claims = memoryClaims();
  const calls: string[] = [];
  const services: TestServices = {
    call(label, signal) {
      calls.push(label);
      return call(label, signal);
    },
  };
  const options: Partial<RunOptions<TestServices>> & { readonly services: TestServices } = {
    services,
    cache: memoryCache(),
    claim: ({ key, node, signal }) => (node === "one" ? undefined : claims.claim(key, { ms: long, signal })),
  };
  return { calls, options };
}

test("[R21] of runs that need one value at the same time one computes it, and the others have it from their cache", async () => {
  const { calls, options } = together(() => new Promise((resolve) => setImmediate(resolve)));
  const runs = await Promise.all([1, 2, 3, 4].map(() => record(plan, options)));
  assert.deepEqual(calls, ["1+1", "2+2"]);
  for (const { status, values } of runs) assert.deepEqual([status, values], ["finished", { "show.value": [4] }]);
  assert.equal(
    runs.reduce((sum, { executed }) => sum + executed, 0) - 4,
    2,
    "each of one is run, and two and three once",
  );
});

test("[R21] a run that computes everything anew waits for nobody", async () => {
  const { calls, options } = together(() => new Promise((resolve) => setImmediate(resolve)));
  await Promise.all([record(plan, options), record(plan, { ...options, readCache: false })]);
  assert.deepEqual(calls.sort(), ["1+1", "1+1", "2+2", "2+2"]);
});

test("[R22] where whoever has it fails, the next one computes it, and after two of them nobody waits any more", async () => {
  let failures = 0;
  const { calls, options } = together(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    if (++failures <= 3) throw new Error("cannot");
  });
  const runs = await Promise.all([1, 2, 3, 4, 5].map(() => record(plan, options)));
  assert.deepEqual(runs.map(({ status }) => status).sort(), ["failed", "failed", "failed", "finished", "finished"]);
  // The first and the second one alone, then the other three at once, and the last node once.
  assert.deepEqual(calls.filter((label) => label === "1+1").length, 5);
});

test("[R22] a cancel ends the wait at once, and one of whoever has it gives it to the next", async () => {
  const begun = gate();
  let isFirst = true;
  const { calls, options } = together((_, signal) => {
    if (!isFirst) return;
    isFirst = false;
    begun.open();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  const [holding, leaving] = [new AbortController(), new AbortController()];
  const holder = record(plan, { ...options, signal: holding.signal });
  await begun.opened;
  const left = record(plan, { ...options, signal: leaving.signal });
  const next = record(plan, options);
  leaving.abort();
  assert.equal((await left).status, "cancelled");
  assert.deepEqual(calls, ["1+1"]);
  holding.abort();
  assert.equal((await holder).status, "cancelled");
  assert.deepEqual([(await next).values, calls], [{ "show.value": [4] }, ["1+1", "1+1", "2+2"]]);
});

test("[R23] items that wait for other runs hold up no other, and those that are granted together start in one tick", async () => {
  const many = planOf(
    workflow({
      seeds: node("list.range", { count: 8 }),
      step: node("math.add", { b: 1 }, { a: "seeds.values" }),
      show: node("output.show", {}, { value: "step.value" }),
    }),
    testEnvironment(testNodes),
  );
  const ticks = new Map<string, number>();
  let tick = 0;
  let busy = true;
  const counting = () => {
    tick++;
    if (busy) setImmediate(counting);
  };
  counting();
  const { calls, options } = together(async (label) => {
    if (!label.startsWith("range")) ticks.set(label, tick);
    await new Promise((resolve) => setImmediate(resolve));
  });
  let asked = 0;
  const claims = memoryClaims();
  const slow: Partial<RunOptions<TestServices>> = {
    claim: async ({ key, node, signal }) => {
      for (let turns = asked++ % 3; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
      return claims.claim(key, { ms: node === "seeds" ? 0 : long, signal });
    },
  };
  const runs = await Promise.all([1, 2].map(() => record(many, { ...options, ...slow, concurrency: 4 })));
  busy = false;
  for (const { values } of runs) assert.deepEqual(values, { "show.value": [1, 2, 3, 4, 5, 6, 7, 8] });
  assert.equal(calls.filter((label) => !label.startsWith("range")).length, 8);
  assert.deepEqual(
    runs.map(({ executed }) => executed).sort(),
    [1, 2],
    "each of them ran some of the items, and one of them the range",
  );
  const inOneTick = [...ticks.values()].map((one) => [...ticks.values()].filter((other) => other === one).length);
  assert.equal(Math.max(...inOneTick), 4, `as many as may be in flight start in one tick: ${[...ticks]}`);
});
