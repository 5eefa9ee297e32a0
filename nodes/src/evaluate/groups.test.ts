import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeError } from "@clipwork/engine";
import { groupItems, type Keys, requireItems, warnOfSingles } from "./groups.ts";

const keys = (more: Partial<Keys> = {}): Keys => ({ series: undefined, groups: undefined, ...more });

test("without names and numbers all items are one group", () => {
  assert.deepEqual(groupItems(3, keys(), "pictures"), [{ items: [0, 1, 2] }]);
});

test("groups stand in the order of their numbers, series in that of their first use, items in that of the list", () => {
  const groups = [3, 1, 3, 1, 2];
  assert.deepEqual(groupItems(5, keys({ groups }), "pictures"), [
    { group: 1, items: [1, 3] },
    { group: 2, items: [4] },
    { group: 3, items: [0, 2] },
  ]);
  const series = ["b", "b", "a", "a", "b"];
  assert.deepEqual(groupItems(5, keys({ series }), "pictures"), [
    { series: "b", items: [0, 1, 4] },
    { series: "a", items: [2, 3] },
  ]);
  assert.deepEqual(groupItems(5, keys({ series, groups }), "pictures"), [
    { series: "b", group: 1, items: [1] },
    { series: "b", group: 2, items: [4] },
    { series: "b", group: 3, items: [0] },
    { series: "a", group: 1, items: [3] },
    { series: "a", group: 3, items: [2] },
  ]);
});

test("lists of another length are refused by the name of their input", () => {
  for (const given of [keys({ groups: [1, 2] }), keys({ series: ["a", "b"] })])
    assert.throws(
      () => groupItems(3, given, "pictures"),
      (error) => {
        assert.ok(error instanceof NodeError && error.remedy, String(error));
        assert.match(error.message, /There are 3 pictures, but 2 items in "(groups|series)"/);
        return true;
      },
    );
});

test("too few items are refused with what they are of", () => {
  requireItems(2, 2, "pictures");
  assert.throws(() => requireItems(1, 2, "pictures"), /There is 1 of the pictures, but at least 2 are needed/);
  assert.throws(() => requireItems(0, 1, "pictures", { series: "a", group: 3 }), /pictures in group 3 of "a", but/);
});

test("groups of a single item are warned of, once", () => {
  const heard = (count: number, groups?: readonly number[]) => {
    const notices: string[] = [];
    const host = { notice: (message: string) => void notices.push(message) };
    warnOfSingles(groupItems(count, keys({ groups }), "pictures"), "pictures", host);
    return notices;
  };
  assert.deepEqual(heard(2), []);
  assert.match(heard(1).join(), /^There is only one of the pictures, which has no interval/);
  assert.match(heard(4, [1, 2, 2, 3]).join(), /^In 2 of 3 groups there is only one of the pictures/);
});
