import assert from "node:assert/strict";
import { test } from "node:test";
import { Recent } from "./recent.ts";

test("[H5] what was used last is remembered, as much as there is room for", () => {
  const recent = new Recent<number>(10);
  const known = () => ["a", "b", "c", "d"].filter((key) => recent.get(key) !== undefined);
  recent.set("a", 1, 4);
  recent.set("b", 2, 4);
  assert.equal(recent.get("a"), 1);
  recent.set("c", 3, 4);
  assert.deepEqual(known(), ["a", "c"], "b was used longest ago");
  recent.set("c", 4, 6);
  assert.deepEqual(known(), ["a", "c"], "what takes the place of another counts once");
  assert.equal(recent.get("c"), 4);
  recent.set("d", 5, 11);
  assert.deepEqual(known(), ["a", "c"], "what is too large alone is not kept, and takes no other's place");
  recent.set("c", 5, 11);
  assert.deepEqual(known(), ["a"], "nor is what was there before it");
  assert.equal(recent.size, 4);
  recent.set("b", 6, 10);
  recent.delete("b");
  recent.set("a", 7, 10);
  assert.deepEqual(known(), ["a"], "what is gone takes no room");
  recent.clear();
  recent.set("a", 8, 5);
  recent.set("b", 9, 5);
  assert.deepEqual(known(), ["a", "b"]);
});

test("[H5] of what is small no more is remembered than so many things", () => {
  const recent = new Recent<number>(1000, 3);
  for (let i = 0; i < 5; i++) recent.set(`k${i}`, i, 1);
  recent.set("k2", 7, 1);
  recent.set("k5", 5, 1);
  assert.deepEqual(
    Array.from({ length: 6 }, (_, i) => recent.get(`k${i}`)),
    [undefined, undefined, 7, undefined, 4, 5],
  );
  assert.equal(recent.size, 3);
});
