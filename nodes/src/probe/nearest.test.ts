import assert from "node:assert/strict";
import { test } from "node:test";
import { table as tableKind } from "../kinds/table.ts";
import { runNode } from "../testing/index.ts";
import { assertClose, golden, goldenImages, valuesOf } from "./goldens.fixture.ts";
import { nearest } from "./nearest.ts";

const vector = (...numbers: number[]) => ({ embedding: Float32Array.from(numbers) });
const run = async (inputs: object, count: number) => (await runNode(nearest, inputs, { count })).outputs;

test("neighbours, their order and their cosines are numpy's", async () => {
  const [queries, set] = [goldenImages.slice(0, 3), goldenImages.slice(3)];
  const { items, table } = await run({ queries, set, items: set.map((_, i) => i) }, 3);
  assert.equal(tableKind.check(table), undefined);
  assert.deepEqual(items, golden.nearest.flat());
  assert.deepEqual(valuesOf(table, "item"), golden.nearest.flat());
  assert.deepEqual(valuesOf(table, "query"), [0, 0, 0, 1, 1, 1, 2, 2, 2]);
  assert.deepEqual(valuesOf(table, "rank"), [1, 2, 3, 1, 2, 3, 1, 2, 3]);
  const expected = golden.nearest.flatMap((places, query) => places.map((place) => golden.cosines[query]![place + 3]!));
  assertClose(valuesOf<number>(table, "cosine"), expected);
});

test("of equally near ones the earlier comes first, and one that is the query itself before others", async () => {
  const set = [vector(1, 1), vector(2, 2), vector(3, 0), vector(0, 1)];
  const { items } = await run({ queries: [vector(4, 4)], set, items: ["a", "b", "c", "d"] }, 4);
  assert.deepEqual(items, ["a", "b", "c", "d"]);
  assert.deepEqual((await run({ queries: [vector(3, 0)], set, items: ["a", "b", "c", "d"] }, 1)).items, ["c"]);
});

test("more neighbours than there are, items that do not belong and other sizes are refused", async () => {
  const set = [vector(1, 0), vector(0, 1)];
  await assert.rejects(run({ queries: set, set, items: set }, 3), { message: /only 2/, remedy: /at most 2/ });
  await assert.rejects(run({ queries: set, set, items: ["a"] }, 1), /1 items for 2 embeddings of the set/);
  await assert.rejects(run({ queries: [vector(1)], set, items: set }, 1), /Embedding 1 of the set has 2 numbers/);
  await assert.rejects(run({ queries: [{ ...vector(1, 0), none: true }], set, items: set }, 1), /stands for no image/);
});
