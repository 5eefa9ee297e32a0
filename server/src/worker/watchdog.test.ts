import assert from "node:assert/strict";
import { test } from "node:test";
import { type Stuck, Watchdog } from "./watchdog.ts";
import type { NodeLimits } from "./worker-protocol.ts";

const limits: NodeLimits = {
  usual: undefined,
  nodes: {
    a: { seconds: 5, type: "film.a", pack: "film@1.0.0" },
    b: { seconds: 9, pack: "film@1.0.0" },
    free: { pack: "x@1" },
  },
};

/** The watchdog of these running nodes. `pass` lets so many seconds go by; `answers` says whether the worker does. */
function watched(context: import("node:test").TestContext, ...nodes: string[]) {
  context.mock.timers.enable({ apis: ["setInterval"] });
  let found: Stuck | undefined;
  const worker = { answers: false };
  const watchdog = new Watchdog(limits, {
    running: () => nodes.map((node) => ({ node, item: 0 })),
    ping: () => worker.answers && queueMicrotask(() => watchdog.heard()),
    onStuck: (stuck) => {
      assert.equal(found, undefined, "it is told once");
      found = stuck;
    },
  });
  context.after(() => watchdog.close());
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds * 4; i++) {
      context.mock.timers.tick(250);
      await Promise.resolve();
    }
    return found?.suspects.map(({ node }) => node);
  };
  return { worker, pass };
}

test("a process that does not answer for longer than the limit of the node that runs is held by it", async (context) => {
  const { pass } = watched(context, "a");
  assert.equal(await pass(7), undefined);
  assert.deepEqual(await pass(1), ["a"]);
  await pass(60);
});

test("a process that answers may take any time, and its silence is counted from its last answer", async (context) => {
  const { worker, pass } = watched(context, "a");
  worker.answers = true;
  assert.equal(await pass(60), undefined);
  worker.answers = false;
  assert.equal(await pass(6), undefined);
  worker.answers = true;
});

test("of several nodes each may be it, those of packs before our own, and the largest limit counts; without one there is none", async (context) => {
  const { pass } = watched(context, "a", "b", "own");
  assert.equal(await pass(11), undefined);
  assert.deepEqual(await pass(1), ["a", "b"]);
  context.mock.timers.reset();
  const unlimited = watched(context, "a", "free");
  assert.equal(await unlimited.pass(100), undefined);
  context.mock.timers.reset();
  assert.equal(await watched(context, "own").pass(100), undefined, "nor has one of ours without the usual limit");
  context.mock.timers.reset();
  assert.equal(await watched(context).pass(100), undefined, "while no node runs nobody is suspected");
});
