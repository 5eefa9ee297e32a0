import assert from "node:assert/strict";
import { test } from "node:test";
import { itemName } from "./item-name.ts";

test("C13: the names of an output's items sort as the items do; one item has no number", () => {
  assert.equal(itemName("s", 0, 1), "s");
  assert.deepEqual(
    [0, 9].map((item) => itemName("s", item, 10)),
    ["s-0", "s-9"],
  );
  assert.deepEqual(
    [0, 9, 10].map((item) => itemName("s", item, 11)),
    ["s-00", "s-09", "s-10"],
  );
  for (const items of [2, 10, 11, 100, 101, 1000]) {
    const names = Array.from({ length: items }, (_, item) => itemName("s", item, items));
    assert.deepEqual(names.toSorted(), names);
  }
});
