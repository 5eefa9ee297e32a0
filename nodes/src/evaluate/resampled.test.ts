import assert from "node:assert/strict";
import { test } from "node:test";
import { bootstrap } from "../statistics/interval.ts";
import { resampled } from "./resampled.ts";

const options = { seed: 5, resamples: 100 };

function hostOf(signal = new AbortController().signal) {
  const progress: (readonly [number, number])[] = [];
  return { progress, host: { signal, progress: (step: number, steps: number) => void progress.push([step, steps]) } };
}

test("what repeats take away is given back: the interval is about the value, and as wide as the bootstrap's", async () => {
  // A resample has fewer different items than there are, so that the plain interval lies wholly below the value.
  const different = (items: Int32Array) => new Set(items).size;
  const plain = bootstrap(20, different, options);
  assert.ok(plain.high < 20);
  const { host } = hostOf();
  const { low, high } = await resampled({ count: 20, value: 20 }, different, options, { host, done: 0, steps: 100 });
  assert.ok(low < 20 && 20 < high, `${low} to ${high}`);
  assert.ok(Math.abs(high - low - (plain.high - plain.low)) < 1e-9);
});

test("each resample is a step, from those that are done on", async () => {
  const { host, progress } = hostOf();
  await resampled({ count: 3, value: 0 }, () => 0, { seed: 1, resamples: 3 }, { host, done: 7, steps: 20 });
  assert.deepEqual(progress, [
    [8, 20],
    [9, 20],
    [10, 20],
  ]);
});

test("ends after the resample in which it is cancelled, with the reason", async () => {
  const controller = new AbortController();
  const { host, progress } = hostOf(controller.signal);
  const statistic = () => {
    if (progress.length === 1) controller.abort(new Error("enough"));
    return 0;
  };
  await assert.rejects(resampled({ count: 3, value: 0 }, statistic, options, { host, done: 0, steps: 100 }), /enough/);
  assert.equal(progress.length, 2);
});
