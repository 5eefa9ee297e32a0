import assert from "node:assert/strict";
import { test } from "node:test";
import { spareShare, Trimmer } from "./trimmer.ts";

const budget = 6400;
const share = budget * spareShare;

/** A trimmer of a store with so many bytes, of which a test sees how often it was measured and the budgets that it was trimmed to. */
function trimming(size = 0) {
  const seen = { measured: 0, trims: [] as number[], faults: [] as unknown[] };
  const store = { size, fault: undefined as Error | undefined };
  const ask = () => {
    if (store.fault) throw store.fault;
  };
  const values = {
    async size() {
      ask();
      seen.measured++;
      return store.size;
    },
    async trim(to: number) {
      ask();
      seen.trims.push(to);
      store.size = Math.min(store.size, to);
      return [];
    },
  };
  const trimmer = new Trimmer({ values, budget, onFault: (error) => seen.faults.push(error) });
  /** So many runs that added so many bytes each; between them the store is at rest. */
  const after = async (runs: number, bytes: number | undefined) => {
    for (let i = 0; i < runs; i++) {
      store.size += bytes ?? 0;
      trimmer.grew(bytes);
      await new Promise(setImmediate);
      await trimmer.rest();
    }
  };
  return { seen, store, trimmer, after };
}

test("a store with room is neither measured nor trimmed after each run, however many there are", async () => {
  const { seen, after } = trimming();
  await after(1, 1);
  assert.deepEqual([seen.measured, seen.trims], [1, []], "at first nobody knows how much it holds");
  await after(share, 1);
  assert.deepEqual([seen.measured, seen.trims], [1, []]);
  await after(1, 1);
  assert.deepEqual([seen.measured, seen.trims], [2, []], "others use it as well");
});

test("a store that is too full is trimmed before the next run, and then has room for a share", async () => {
  const { seen, after } = trimming(budget);
  await after(1, 1);
  assert.deepEqual([seen.measured, seen.trims], [1, [budget - share]]);
  await after(share, 1);
  assert.deepEqual([seen.measured, seen.trims], [1, [budget - share]]);
  await after(1, 1);
  assert.deepEqual([seen.measured, seen.trims], [2, [budget - share, budget - share]]);
});

test("a run waits for no measurement", async () => {
  const measured = Promise.withResolvers<number>();
  const trims: number[] = [];
  const values = { size: () => measured.promise, trim: async (to: number) => void trims.push(to) as never };
  const trimmer = new Trimmer({ values, budget, onFault: assert.ifError });
  for (let i = 0; i < 3; i++) {
    trimmer.grew(share);
    await trimmer.rest();
  }
  assert.deepEqual(trims, []);
  measured.resolve(budget + 1);
  await new Promise(setImmediate);
  await trimmer.rest();
  assert.deepEqual(trims, [budget - share]);
});

test("after a run that added nobody knows how much the store is measured", async () => {
  const { seen, after } = trimming();
  await after(2, undefined);
  assert.equal(seen.measured, 2);
});

test("a trim that failed is tried again, and so is a measurement", async () => {
  const { seen, store, trimmer, after } = trimming(budget);
  const fault = new Error("disk");
  store.fault = fault;
  await after(1, 1);
  assert.deepEqual(seen.faults, [fault]);
  store.fault = undefined;
  trimmer.grew(1);
  await new Promise(setImmediate);
  store.fault = fault;
  await assert.rejects(trimmer.rest(), fault);
  store.fault = undefined;
  await trimmer.rest();
  assert.deepEqual(seen.trims, [budget - share]);
});
