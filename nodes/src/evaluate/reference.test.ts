import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeError } from "@clipwork/engine";
import type { Arrays } from "@clipwork/models";
import { tinyArrays, tinyPack } from "../testing/index.ts";
import { readReference, statisticsName } from "./reference.ts";

const hostOf = (arrays: Arrays | undefined) => ({ pack: () => tinyPack, arrays: async () => arrays! });
const whole = tinyArrays[statisticsName]!;
const square = (size: number) => ({ shape: [size, size], data: new Float64Array(size * size) });
const flat = (size: number) => ({ shape: [size], data: new Float64Array(size) });

test("moments and embeddings are those of the arrays, in float64", async () => {
  const { moments, embeddings } = await readReference("tiny", 8, hostOf(whole));
  assert.deepEqual(moments, { mean: new Float64Array(8), covariance: whole.covariance!.data });
  assert.equal(embeddings.length, 5);
  assert.deepEqual(embeddings[2], Float64Array.from(whole.embeddings!.data.subarray(16, 24)));
});

test("a pack may keep moments and no embeddings", async () => {
  const { embeddings } = await readReference("tiny", 3, hostOf({ mean: flat(3), covariance: square(3) }));
  assert.deepEqual(embeddings, []);
});

const refusals: readonly [what: string, arrays: Arrays, message: RegExp][] = [
  ["no mean", { covariance: square(8) }, /are not of one size/],
  ["no covariance", { mean: flat(8) }, /are not of one size/],
  ["a covariance of another size", { mean: flat(8), covariance: square(7) }, /are not of one size/],
  [
    "embeddings of another size",
    { ...whole, embeddings: { shape: [2, 4], data: new Float32Array(8) } },
    /not of one size/,
  ],
  ["another space", { mean: flat(4), covariance: square(4) }, /have 8 numbers, but the statistics .* are of 4/],
];
for (const [what, arrays, message] of refusals)
  test(`refuses ${what}, with what to do`, () =>
    assert.rejects(readReference("tiny", 8, hostOf(arrays)), (error) => {
      assert.ok(error instanceof NodeError && error.remedy, String(error));
      assert.match(error.message, message);
      return true;
    }));
