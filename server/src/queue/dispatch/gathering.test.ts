import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Gathering } from "./gathering.ts";

/** A gathering whose timers run when the test says so, with what it stored. */
function gathering(context: TestContext) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  context.mock.method(performance, "now", () => now);
  const stored: number[][] = [];
  const state = { fault: undefined as Error | undefined, failures: 0 };
  const gathered = new Gathering<number>(
    async (all) => {
      if (state.fault) throw state.fault;
      stored.push([...all]);
    },
    () => state.failures++,
  );
  return {
    ...{ stored, state, gathered },
    async pass(ms: number) {
      now += ms;
      context.mock.timers.tick(ms);
      await new Promise(setImmediate);
    },
  };
}

test("the first is stored at once with all of its turn, what follows closely together a moment later", async (context) => {
  const { stored, gathered, pass } = gathering(context);
  gathered.add(1);
  gathered.add(2);
  await pass(0);
  assert.deepEqual(stored, [[1, 2]]);
  for (let i = 3; i < 103; i++) gathered.add(i);
  await pass(4);
  assert.equal(stored.length, 1);
  await pass(1);
  assert.deepEqual(stored[1]!.length, 100);
  await pass(5);
  gathered.add(7);
  await pass(0);
  assert.deepEqual(stored.at(-1), [7]);
});

test("what is to be stored at once takes along what waits, in its order", async (context) => {
  const { stored, gathered, pass } = gathering(context);
  gathered.add(1);
  await pass(1);
  gathered.add(2);
  gathered.add(3, true);
  await pass(0);
  assert.deepEqual(stored, [[1], [2, 3]]);
  gathered.add(4);
  await gathered.settled();
  assert.deepEqual(stored, [[1], [2, 3], [4]]);
});

test("once a store has failed nothing more is stored", async (context) => {
  const { stored, state, gathered, pass } = gathering(context);
  state.fault = new Error("disk");
  gathered.add(1);
  await pass(1);
  assert.equal(state.failures, 1);
  state.fault = undefined;
  gathered.add(2, true);
  await pass(0);
  assert.deepEqual([stored, state.failures], [[], 2]);
  await assert.rejects(gathered.settled(), /disk/);
});
