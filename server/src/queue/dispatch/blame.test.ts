import assert from "node:assert/strict";
import { test } from "node:test";
import { Blame } from "./blame.ts";

const blaming = () => new Blame({ starts: 1, kill() {} });

test("[Q22] a worker that ends before it has begun what waits behind another has ended through the other", () => {
  const blame = blaming();
  blame.begin("a");
  blame.begin("b", true);
  assert.deepEqual([blame.culprit("a"), blame.culprit("b")], ["this", "none"]);
  blame.begun("b");
  assert.deepEqual([blame.culprit("a"), blame.culprit("b")], ["one of several", "one of several"]);
  blame.end("a");
  assert.equal(blame.culprit("b"), "this");
});

test("[Q22] a run that the worker never begins is to blame when nobody is before it any more", () => {
  const blame = blaming();
  blame.begin("a");
  blame.begin("b", true);
  blame.end("a");
  assert.equal(blame.culprit("b"), "this");
});

test("[Q22] nobody is to blame for a worker that was ended on purpose", () => {
  const blame = blaming();
  blame.begin("a");
  blame.kill();
  assert.equal(blame.culprit("a"), "none");
});
