import assert from "node:assert/strict";
import { test } from "node:test";
import { createTypeahead, stepTo } from "./moving.ts";

test("arrows go round, Home and End to the ends; other keys lead nowhere", () => {
  assert.deepEqual(
    ["ArrowDown", "ArrowUp", "Home", "End", "x"].map((key) => stepTo(key, 2, 3)),
    [0, 1, 0, 2, undefined],
  );
  assert.deepEqual([stepTo("ArrowDown", -1, 3), stepTo("ArrowUp", -1, 3)], [0, 2]);
  assert.equal(stepTo("ArrowDown", -1, 0), undefined);
});

test("what is typed finds the next entry that begins so; one letter again goes on; a pause begins anew", () => {
  const labels = ["Mute", "Remove", "Run to here", "Run again"];
  const typed = createTypeahead();
  let time = 0;
  const type = (key: string, now: number, wait = 10) => {
    time += wait;
    return typed({ key, timeStamp: time, ctrlKey: false, altKey: false, metaKey: false }, now, labels);
  };
  assert.equal(type("r", 0), 1);
  assert.equal(type("u", 1), 2);
  assert.equal(type("n", 2), 2);
  assert.equal(type(" ", 2), 2, "a space belongs to the words");
  assert.equal(type("a", 2), 3);
  assert.equal(type(" ", 3, 1_000), undefined, "after a pause a space is no letter");
  assert.equal(type("m", 3, 1_000), 0);
  assert.equal(type("r", 0, 1_000), 1);
  assert.equal(type("r", 1), 2);
  assert.equal(type("r", 2), 3);
  assert.equal(type("r", 3), 1);
  assert.equal(type("z", 1, 1_000), 1, "what is not there leaves the focus where it is");
  assert.equal(
    typed({ key: "r", timeStamp: 9_000, ctrlKey: true, altKey: false, metaKey: false }, 0, labels),
    undefined,
  );
});
