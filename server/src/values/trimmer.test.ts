import assert from "node:assert/strict";
import { test } from "node:test";
import { spareShare, Trimmer } from "./trimmer.ts";

const budget = 6400;
const share = budget * spareShare;

/** A trimmer of a store with so many bytes, of which a test sees the budgets that it was trimmed to. */
function trimming(size = 0) {
  const seen = { trims: [] as number[], faults: [] as unknown[] };
  const store = { size, fault: undefined as Error | undefined };
  const ask = () => {
    if (store.fault) throw store.fault;
  };
  const values = {
    async size() {
      ask();
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
  const after = async (runs: number, bytes: number) => {
    for (let i = 0; i < runs; i++) {
      store.size += bytes;
      trimmer.grew();
      await new Promise(setImmediate);
      await trimmer.rest();
    }
  };
  return { seen, store, trimmer, after };
}

test("a store with room is not trimmed, however many runs there are", async () => {
  const { seen, after } = trimming();
  await after(budget, 1);
  assert.deepEqual(seen.trims, []);
});

test("a store that is too full is trimmed before the next run, and then has room for a share", async () => {
  const { seen, after } = trimming(budget);
  await after(1 + share, 1);
  assert.deepEqual(seen.trims, [budget - share]);
  await after(1, 1);
  assert.deepEqual(seen.trims, [budget - share, budget - share]);
});

test("a run does not wait until it is known how much there is", async () => {
  const measured = Promise.withResolvers<number>();
  const trims: number[] = [];
  const values = { size: () => measured.promise, trim: async (to: number) => void trims.push(to) as never };
  const trimmer = new Trimmer({ values, budget, onFault: assert.ifError });
  for (let i = 0; i < 3; i++) {
    trimmer.grew();
    await trimmer.rest();
  }
  assert.deepEqual(trims, []);
  measured.resolve(budget + 1);
  await new Promise(setImmediate);
  await trimmer.rest();
  assert.deepEqual(trims, [budget - share]);
});

test("a trim that failed is tried again, and so is a look", async () => {
  const { seen, store, trimmer, after } = trimming(budget);
  const fault = new Error("disk");
  store.fault = fault;
  await after(1, 1);
  assert.deepEqual(seen.faults, [fault]);
  store.fault = undefined;
  trimmer.grew();
  await new Promise(setImmediate);
  store.fault = fault;
  await assert.rejects(trimmer.rest(), fault);
  store.fault = undefined;
  await trimmer.rest();
  assert.deepEqual(seen.trims, [budget - share]);
});
