import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeValue, encodeValue, type Value } from "@clipwork/engine";
import { fakeRunner } from "@clipwork/models";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import { plot as plotKind } from "../kinds/plot.ts";
import { table as tableKind } from "../kinds/table.ts";
import { rowsByStage, runNode } from "../testing/index.ts";
import { geometry } from "./geometry.ts";
import { valuesOf } from "./goldens.fixture.ts";

const size = 8;
const basis = {
  mean: new Float32Array(size),
  components: Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0)),
  eigenvalues: Float32Array.from({ length: size }, (_, k) => (k < 6 ? (size - k) ** 2 : 0)),
};
const image = { embedding: Float32Array.from({ length: size }, (_, i) => Math.cos(i)) };
const params = { directions: 3, steps: 2, reach: 2 };
const run = (inputs: object = {}, more: object = {}, options: object = {}) =>
  runNode(geometry, { image, basis, ...inputs }, { ...params, ...more }, options);

test("each direction takes two pictures, painted without guidance, and seen by CLIP; progress counts their steps", async () => {
  const { outputs, calls, progress } = await run();
  const rows = rowsByStage(calls);
  assert.deepEqual([rows.decoder, rows["clip-image"]], [2 * 3 * 2, 2 * 3]);
  assert.deepEqual(progress.at(-1), [12, 12]);
  assert.equal(tableKind.check(outputs.table), undefined);
  assert.equal(plotKind.check(outputs.plot), undefined);
});

test("eigenvalues fall to 0 or more, shares sum to 1, eigenvectors have length 1", async () => {
  const { table } = (await run()).outputs;
  const values = valuesOf<number>(table, "eigenvalue");
  for (const [k, value] of values.entries()) assert.ok(value >= 0 && (k === 0 || value <= values[k - 1]!));
  assert.ok(Math.abs(valuesOf<number>(table, "share").reduce((sum, share) => sum + share) - 1) < 1e-12);
  const columns = [1, 2, 3].map((i) => valuesOf<number>(table, `direction ${i}`));
  for (const k of [0, 1, 2]) assert.ok(Math.abs(Math.hypot(...columns.map((column) => column[k]!)) - 1) < 1e-9);
});

test("eigenvalues are slopes: half the step finds nearly the same", async () => {
  const at = async (step: number) => valuesOf<number>((await run({}, { step })).outputs.table, "eigenvalue")[0]!;
  const [half, whole] = [await at(0.005), await at(0.01)];
  assert.ok(Math.abs(half / whole - 1) < 0.05, `${half} and ${whole}`);
});

test("edits lie as far as said along the eigenvectors, in standard deviations of the directions", async () => {
  const { table, edits } = (await run()).outputs;
  const columns = [1, 2, 3].map((i) => valuesOf<number>(table, `direction ${i}`));
  const found = edits as readonly ImageEmbeddingValue[];
  assert.equal(found.length, 2 * 3);
  for (const [i, { embedding }] of found.entries()) {
    const sign = i % 2 === 0 ? -2 : 2;
    for (const [at, value] of embedding.entries()) {
      const moved = at < 3 ? sign * columns[at]![i >> 1]! * (size - at) : 0;
      assert.ok(Math.abs(value - (image.embedding[at]! + moved)) < 1e-5, `edit ${i}, number ${at}`);
    }
  }
});

test("one seed has one result; resumed from what it saved last it is the same", async () => {
  const saved: Uint8Array[] = [];
  const first = { load: async () => undefined, save: (value: Value) => void saved.push(encodeValue(value)) };
  const whole = await run({}, {}, { checkpoint: first });
  assert.ok(saved.length > 0);
  const again = { load: async () => decodeValue(saved.at(-1)!), save: () => {} };
  const resumed = await run({}, {}, { checkpoint: again });
  assert.deepEqual(resumed.outputs, whole.outputs);
  assert.ok(resumed.calls.length < whole.calls.length);
  assert.deepEqual((await run()).outputs, whole.outputs);
});

test("a cancelled item stops within a step", async () => {
  const controller = new AbortController();
  const models = fakeRunner({
    before: ({ stage }) => {
      if (stage === "decoder") controller.abort(new Error("cancelled by the test"));
    },
  });
  await assert.rejects(run({}, { steps: 5 }, { models, signal: controller.signal }), /cancelled by the test/);
  assert.equal(models.calls.filter(({ stage }) => stage === "clip-image").length, 0);
  assert.ok((rowsByStage(models.calls).decoder ?? 0) <= 6);
});

test("more directions than the basis varies in, no image and another size are refused with what to do", async () => {
  await assert.rejects(run({}, { directions: 7 }), { message: /differ along 6 only/, remedy: /at most 6/ });
  const rounded = { ...basis, eigenvalues: basis.eigenvalues.map((value) => value || 1e-14) };
  await assert.rejects(run({ basis: rounded }, { directions: 7 }), /differ along 6 only/);
  await assert.rejects(run({ image: { ...image, none: true } }), /none of 8 numbers/);
  await assert.rejects(run({ image: { embedding: new Float32Array(3) } }), /none of 8 numbers/);
});
