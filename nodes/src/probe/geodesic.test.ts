import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeValue, encodeValue, NodeError, type Value } from "@clipwork/engine";
import { fakeRunner } from "@clipwork/models";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import { plot as plotKind } from "../kinds/plot.ts";
import { table as tableKind } from "../kinds/table.ts";
import { between } from "../latent/slerp.ts";
import { rowsByStage, runNode } from "../testing/index.ts";
import { geodesic } from "./geodesic.ts";
import { valuesOf } from "./goldens.fixture.ts";

const size = 8;
const basis = {
  mean: new Float32Array(size),
  components: Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0)),
  eigenvalues: Float32Array.from({ length: size }, (_, k) => (k < 6 ? (size - k) ** 2 : 0)),
};
const from = { embedding: Float32Array.from({ length: size }, (_, i) => Math.cos(i)) };
const to = { embedding: Float32Array.from({ length: size }, (_, i) => Math.sin(2 * i) + 0.2) };
const params = { count: 4, directions: 2, steps: 2, rounds: 2 };
const run = (inputs: object = {}, more: object = {}, options: object = {}) =>
  runNode(geodesic, { from, to, basis, ...inputs }, { ...params, ...more }, options);
/** Pictures at most, as the node states. */
const most = 4 + 2 * 2 * (2 + 1);

test("slerp's points are latent.slerp's, both ways keep the ends bit for bit, and the geodesic is no longer in energy", async () => {
  const { outputs, previews } = await run();
  const [slerp, found] = [outputs.slerp, outputs.geodesic] as readonly (readonly ImageEmbeddingValue[])[];
  assert.deepEqual(
    slerp!.map(({ embedding }) => embedding),
    [0, 1, 2, 3].map((k) => Float32Array.from(between(from.embedding, to.embedding, k / 3))),
  );
  for (const way of [slerp!, found!]) {
    assert.equal(way.length, 4);
    assert.deepEqual([way[0]!.embedding, way[3]!.embedding], [from.embedding, to.embedding]);
  }
  assert.equal(tableKind.check(outputs.table), undefined);
  assert.equal(plotKind.check(outputs.plot), undefined);
  const [before, after] = valuesOf<number>(outputs.table, "energy");
  assert.ok(after! <= before!);
  const lengths = valuesOf<number>(outputs.table, "length");
  for (const [i, chord] of valuesOf<number>(outputs.table, "chord").entries())
    assert.ok(lengths[i]! >= chord * (1 - 1e-9));
  assert.ok(previews.some(({ port }) => port === "plot") && previews.some(({ port }) => port === "table"));
});

test("it costs no more pictures than it states, each painted without guidance and seen once, and progress ends", async () => {
  const { outputs, calls, progress } = await run();
  const rows = rowsByStage(calls);
  const [, pictures] = valuesOf<number>(outputs.table, "pictures");
  assert.ok(pictures! <= most, `${pictures}`);
  assert.deepEqual([rows["clip-image"], rows.decoder], [pictures, 2 * pictures!]);
  assert.deepEqual(progress.at(-1), [most * 2, most * 2]);
  for (const [k, [done]] of progress.entries()) assert.ok(k === 0 || done >= progress[k - 1]![0]);
});

test("points move along the directions that are allowed, and no others", async () => {
  const { slerp, geodesic: found } = (await run()).outputs as Record<string, readonly ImageEmbeddingValue[]>;
  for (const [k, { embedding }] of found!.entries())
    assert.deepEqual([...embedding.subarray(2)], [...slerp![k]!.embedding.subarray(2)]);
});

test("one seed has one result; resumed from anything that it saved it is the same, for less", async () => {
  const saved: Uint8Array[] = [];
  const first = { load: async () => undefined, save: (value: Value) => void saved.push(encodeValue(value)) };
  const whole = await run({}, {}, { checkpoint: first });
  assert.deepEqual((await run()).outputs, whole.outputs);
  for (const at of [3, Math.floor(saved.length / 2), saved.length - 1]) {
    const resumed = await run({}, {}, { checkpoint: { load: async () => decodeValue(saved[at]!), save: () => {} } });
    assert.deepEqual(resumed.outputs, whole.outputs);
    assert.ok(resumed.calls.length < whole.calls.length);
  }
});

test("a cancelled item stops within a step", async () => {
  const controller = new AbortController();
  const models = fakeRunner({
    before: ({ stage }) => {
      if (stage === "decoder") controller.abort(new Error("cancelled by the test"));
    },
  });
  await assert.rejects(run({}, { steps: 5 }, { models, signal: controller.signal }), /cancelled by the test/);
  assert.ok((rowsByStage(models.calls).decoder ?? 0) <= 4);
});

const refusals: readonly [what: string, inputs: object, message: RegExp, params?: object][] = [
  ["equal ends", { to: from }, /the same embedding/],
  ["opposite ends", { to: { embedding: from.embedding.map((value) => -value) } }, /opposite directions/],
  ["an end of zeros", { to: { embedding: new Float32Array(size) } }, /no direction/],
  ["an end that is no image", { to: { ...to, none: true } }, /stands for no image/],
  ["ends of two spaces", { to: { embedding: new Float32Array(3).fill(1) } }, /"to" has 3 numbers, but "from" has 8/],
  ["a basis of another space", { from: { embedding: new Float32Array(3) } }, /none of 8 numbers/],
  ["more directions than the basis has", {}, /differ along 6 only/, { directions: 7 }],
];
for (const [what, inputs, message, more] of refusals)
  test(`refuses ${what}, with what to do`, () =>
    assert.rejects(run(inputs, more), (error) => {
      assert.ok(error instanceof NodeError && error.remedy, String(error));
      assert.match(error.message, message);
      return true;
    }));
