import assert from "node:assert/strict";
import { test } from "node:test";
import { passingShare, Trimmer } from "./trimmer.ts";

const budget = 6400;
/** What runs in passing may add. */
const share = budget * passingShare;

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
  const trimmer = new Trimmer({ values, budget, inPassing: async (run) => run.startsWith("live") });
  /** After runs that added so many bytes. */
  const after = async (bytes: number | undefined, ...runs: string[]) => {
    for (const run of runs) {
      trimmer.grew(run, bytes);
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
  await after(1, "a");
  await trimmer.rest();
  assert.deepEqual(trims, [budget]);
});

test("between runs in passing it is not trimmed until they have added their share, however many they are", async () => {
  const { trims, after } = trimming();
  const live = Array.from({ length: 100 }, (_, i) => `live ${i}`);
  await after(share / 100, ...live);
  assert.deepEqual(trims, []);
  await after(share / 100, "live");
  assert.deepEqual(trims, [budget]);
  await after(share / 100, ...live);
  assert.deepEqual(trims, [budget], "what was added is counted anew");
  await after(1, "a", ...live.slice(0, share));
  assert.deepEqual(trims, [budget, budget]);
});

test("one run in passing that adds much, or nobody knows how much, is trimmed after", async () => {
  const { trims, after } = trimming();
  await after(share + 1, "live");
  assert.deepEqual(trims, [budget]);
  await after(undefined, "live");
  assert.deepEqual(trims, [budget, budget]);
});

test("a trim that failed is tried again", async () => {
  const { trims, trimmer, after, fail } = trimming();
  fail(new Error("disk"));
  await assert.rejects(after(1, "a"), /disk/);
  fail();
  await trimmer.rest();
  assert.deepEqual(trims, [budget]);
});
