import assert from "node:assert/strict";
import { test } from "node:test";
import { maxSeed } from "@clipwork/engine";
import { runNode } from "../testing/index.ts";
import { seeds } from "./seeds.ts";

test("seeds follow one another from the first", async () => {
  assert.deepEqual((await runNode(seeds, {}, { first: 7, count: 4 })).outputs, { seeds: [7, 8, 9, 10] });
  assert.deepEqual((await runNode(seeds, {}, { first: maxSeed, count: 1 })).outputs, { seeds: [maxSeed] });
});

test("does not go beyond the largest seed", async () => {
  const beyond = runNode(seeds, {}, { first: maxSeed - 2, count: 4 });
  await assert.rejects(beyond, { name: "NodeError", remedy: `Set "first" to at most ${maxSeed - 3}.` });
});
