import assert from "node:assert/strict";
import { test } from "node:test";
import { collectPrefix } from "../document/loop.ts";
import { findNodeType } from "./loop-nodes.ts";

const none = new Map();
const collector = (rounds: number) => findNodeType(none, `${collectPrefix}${rounds}`)!;

test("[I3] what collects rounds forecasts a list of as many items as there are rounds", () => {
  assert.equal(collector(8).listLength!({} as never, {}), 8);
});

test("[I8] what collects rounds is remembered only as long as there is room for it", () => {
  const first = collector(900);
  assert.equal(collector(900), first, "it is remembered");
  for (let rounds = 901; rounds <= 1000; rounds++) collector(rounds);
  const again = collector(900);
  assert.notEqual(again, first, "it was forgotten");
  assert.deepEqual(Object.keys(again.inputs), Object.keys(first.inputs));
});
