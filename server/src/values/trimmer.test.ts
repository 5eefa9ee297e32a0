import assert from "node:assert/strict";
import { test } from "node:test";
import { passingRuns, Trimmer } from "./trimmer.ts";

/** A trimmer of which a test sees the budgets that it trimmed to; runs whose name begins with "live" are in passing. */
function trimming() {
  const trims: number[] = [];
  let fault: Error | undefined;
  const values = {
    async trim(budget: number) {
      if (fault) throw fault;
      trims.push(budget);
      return [];
    },
  };
  const trimmer = new Trimmer({ values, budget: 5, inPassing: async (run) => run.startsWith("live") });
  const after = async (...runs: string[]) => {
    for (const run of runs) {
      trimmer.grew(run);
      await trimmer.rest();
    }
  };
  const fail = (error?: Error) => {
    fault = error;
  };
  return { trims, trimmer, after, fail };
}

test("a store is trimmed once after each run that added values", async () => {
  const { trims, trimmer, after } = trimming();
  await trimmer.rest();
  assert.deepEqual(trims, []);
  await after("a");
  await trimmer.rest();
  assert.deepEqual(trims, [5]);
});

test("between runs in passing it is not trimmed, but after many of them", async () => {
  const { trims, after } = trimming();
  const live = Array.from({ length: passingRuns - 1 }, (_, i) => `live ${i}`);
  await after(...live);
  assert.deepEqual(trims, []);
  await after("live");
  assert.deepEqual(trims, [5]);
  await after(...live);
  assert.deepEqual(trims, [5], "they are counted anew");
  await after("a", ...live);
  assert.deepEqual(trims, [5, 5]);
});

test("a trim that failed is tried again", async () => {
  const { trims, trimmer, after, fail } = trimming();
  fail(new Error("disk"));
  await assert.rejects(after("a"), /disk/);
  fail();
  await trimmer.rest();
  assert.deepEqual(trims, [5]);
});
