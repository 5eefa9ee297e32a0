import assert from "node:assert/strict";
import { test } from "node:test";
import { levelOf, runPrefix } from "./levels.ts";
import { cardOf, roundIn, roundsOf, withLoop } from "./loops.ts";

const workflow = {
  format: "clipwork/1",
  nodes: { outer: { type: "subgraph.outer", version: 1 } },
  definitions: {
    outer: { nodes: { drift: { type: "loop.repeat.drift", version: 1, params: { rounds: 6 } } } },
    drift: { nodes: { vary: { type: "image.vary", version: 1 } } },
  },
} as const;

test("what the ids inside a loop begin with has the round that is looked at, or the last", () => {
  assert.equal(runPrefix(workflow, [], {}), "");
  assert.equal(runPrefix(workflow, ["outer"], {}), "outer/");
  assert.equal(runPrefix(workflow, ["outer", "drift"], {}), "outer/drift/6/");
  assert.equal(runPrefix(workflow, ["outer", "drift"], { "outer/drift": 2 }), "outer/drift/2/");
  assert.equal(
    runPrefix(workflow, ["outer", "drift"], { "outer/drift": 9 }),
    "outer/drift/6/",
    "rounds that have gone",
  );
  assert.ok(levelOf(workflow, ["outer", "drift"]).nodes.vary);
});

test("ids lead to the card that all rounds share, those between rounds to the outputs, and tell the round of a loop", () => {
  assert.equal(cardOf("outer/drift/12/vary"), "outer/drift/vary");
  assert.equal(cardOf("outer/drift/12/out/1"), "outer/drift/out");
  assert.equal(cardOf("n2/vary2"), "n2/vary2");
  assert.equal(roundIn("outer/drift/12/vary", "outer/drift"), 12);
  assert.equal(roundIn("outer/drift/out/1", "outer/drift"), undefined);
  assert.equal(roundIn("outer/drift2/3/vary", "outer/drift"), undefined);
});

test("an instance becomes a loop and back, without the rounds that it no longer has", () => {
  const once = { type: "subgraph.drift", version: 1, params: { seed: 3 } };
  const loop = withLoop(once, "drift", "while");
  assert.deepEqual([loop.type, roundsOf(loop), roundsOf(once)], ["loop.while.drift", 4, undefined]);
  assert.deepEqual(withLoop({ ...loop, params: { seed: 3, rounds: 7 } }, "drift", undefined), once);
});
