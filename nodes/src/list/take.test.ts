import assert from "node:assert/strict";
import { test } from "node:test";
import { runNode } from "../testing/index.ts";
import { takeItems } from "./take.ts";

const take = async (numbers: string, items = ["a", "b", "c", "d"]) =>
  (await runNode(takeItems, { items }, { numbers })).outputs.items;

test("items are taken in the order in which they are named, also twice, alone and from one to another", async () => {
  assert.deepEqual(await take("2"), ["c"]);
  assert.deepEqual(await take(" 3, 0-1 ,0,"), ["d", "a", "b", "a"]);
  assert.deepEqual(await take("1 - 3"), ["b", "c", "d"]);
});

test("what names no item of the list is refused with what can be named", async () => {
  await assert.rejects(take(" , "), /No item is named/);
  await assert.rejects(take("1; 2"), /"1; 2" is no number/);
  await assert.rejects(take("-1"), /"-1" is no number/);
  await assert.rejects(take("3-1"), /"3-1" goes backwards/);
  await assert.rejects(take("0-4"), /4 items, and no number 4/);
  await assert.rejects(take("1", ["a"]), /one item, number 0, and no 1/);
  await assert.rejects(take("0-999999999"), /no number 999999999/);
  await assert.rejects(take(Array(5_000).fill("0-24").join(), Array(25).fill("a")), /125000 items are named/);
});
