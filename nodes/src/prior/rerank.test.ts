import assert from "node:assert/strict";
import { test } from "node:test";
import { runNode } from "../testing/index.ts";
import { rerank } from "./rerank.ts";

const ranked = async (items: readonly string[], scores: readonly number[], params: object = {}) =>
  (await runNode(rerank, { items, scores }, params)).outputs;

test("keeps the best, the best first, with their scores", async () => {
  const items = ["a", "b", "c", "d"];
  assert.deepEqual(await ranked(items, [1, 4, 2, 3], { count: 2 }), { items: ["b", "d"], scores: [4, 3] });
  assert.deepEqual(await ranked(items, [1, 4, 2, 3], { count: 2, best: "lowest" }), {
    items: ["a", "c"],
    scores: [1, 2],
  });
  assert.deepEqual(await ranked(items, [1, 4, 2, 3]), { items: ["b"], scores: [4] });
});

test("of equal scores the earlier item goes first, whichever scores are best", async () => {
  for (const best of ["highest", "lowest"])
    assert.deepEqual((await ranked(["a", "b", "c"], [5, 5, 5], { count: 3, best })).items, ["a", "b", "c"]);
});

test("a score for each item, and no more than there are", async () => {
  await assert.rejects(ranked(["a", "b"], [1]), { message: "There are 1 scores for 2 items." });
  await assert.rejects(ranked(["a", "b"], [1, 2], { count: 3 }), { message: /only 2 items/, remedy: /at most 2/ });
});
