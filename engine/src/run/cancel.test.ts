import assert from "node:assert/strict";
import { test } from "node:test";
import { gate, node, planOf, record, testEnvironment, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import type { Cache } from "../values/cache.ts";
import { memoryCache } from "../values/memory-cache.ts";
import type { RunEvent } from "./event.ts";

const chain = planOf(
  workflow({
    one: node("math.constant", { value: 1 }),
    two: node("math.add", { b: 1 }, { a: "one.value" }),
    three: node("math.add", { b: 2 }, { a: "two.value" }),
    show: node("output.show", {}, { value: "three.value" }),
  }),
  testEnvironment(testNodes),
);

/** Runs the chain, cancels it when `cancels` says so of an event, and tells what was called. */
async function cancelled(
  cache: Cache,
  cancels: (event: RunEvent) => boolean,
  called: (label: string, controller: AbortController, signal: AbortSignal) => Promise<void> | void = () => {},
) {
  const controller = new AbortController();
  const calls: string[] = [];
  const call = (label: string, signal: AbortSignal) => {
    calls.push(label);
    return called(label, controller, signal);
  };
  const emit = (event: RunEvent) => {
    if (cancels(event)) controller.abort();
  };
  return { ...(await record(chain, { cache, signal: controller.signal, emit, services: { call } })), calls };
}

/** The next run on the same cache is clean: it computes what is missing, and that alone. */
async function next(cache: Cache, calls: readonly string[]): Promise<void> {
  const again = await cancelled(cache, () => false);
  assert.deepEqual([again.status, again.calls, again.values], ["finished", calls, { "show.value": [4] }]);
}

const never = () => false;

test("[X6] cancelled when it begins, the run does nothing, and the next is clean", async () => {
  const cache = memoryCache();
  const { status, calls, events } = await cancelled(cache, ({ event }) => event === "run.started");
  assert.deepEqual([status, calls, events.length], ["cancelled", [], 2]);
  await next(cache, ["1+1", "2+2"]);
});

test("[X6] cancelled between two nodes, the second does not start, and the next run begins there", async () => {
  const cache = memoryCache();
  const { status, calls, failures } = await cancelled(
    cache,
    (event) => event.event === "node.finished" && event.node === "two",
  );
  assert.deepEqual([status, calls, failures], ["cancelled", ["1+1"], []]);
  await next(cache, ["2+2"]);
});

test("[X6] cancelled in a step, the item sees the signal, has not failed, and the next run computes it", async () => {
  const cache = memoryCache();
  const { status, calls, failures, events } = await cancelled(cache, never, async (label, controller, signal) => {
    if (label !== "1+1") return;
    controller.abort();
    signal.throwIfAborted();
  });
  assert.deepEqual([status, calls, failures], ["cancelled", ["1+1"], []]);
  assert.ok(!events.some(({ event }) => event === "node.failed" || event === "node.skipped"));
  await next(cache, ["1+1", "2+2"]);
});

test("[R20] a node that a cancel breaks off does not count as run, one whose item failed or finished does", async () => {
  const breaksOff = async (at: string, fails?: string) => {
    const { status, executed, cached } = await cancelled(memoryCache(), never, (label, controller, signal) => {
      if (label === fails) throw new Error("no");
      if (label !== at) return;
      controller.abort();
      signal.throwIfAborted();
    });
    return [status, executed, cached];
  };
  assert.deepEqual(await breaksOff("1+1"), ["cancelled", 1, 0], "the constant alone");
  assert.deepEqual(await breaksOff("2+2"), ["cancelled", 2, 0]);
  assert.deepEqual(await breaksOff("", "2+2"), ["failed", 3, 0]);
});

test("[X11] cancelled after it computed, an item's result wins: it is reported and kept", async () => {
  const cache = memoryCache();
  const { status, events } = await cancelled(cache, never, async (label, controller) => {
    if (label === "1+1") controller.abort();
  });
  assert.equal(status, "cancelled");
  assert.ok(events.some((event) => event.event === "node.finished" && event.node === "two"));
  await next(cache, ["2+2"]);
});

test("[X11] the last result wins over a cancel: the run has finished", async () => {
  const cache = memoryCache();
  const { status, values } = await cancelled(cache, never, async (label, controller) => {
    if (label === "2+2") controller.abort();
  });
  assert.deepEqual([status, values], ["finished", { "show.value": [4] }]);
  await next(cache, []);
});

test("[X6] cancelled twice is cancelled once", async () => {
  const cache = memoryCache();
  const { status, events } = await cancelled(cache, never, async (_, controller, signal) => {
    controller.abort();
    controller.abort(new Error("again"));
    signal.throwIfAborted();
  });
  assert.equal(status, "cancelled");
  assert.equal(events.filter(({ event }) => event.startsWith("run.")).length, 2);
  await next(cache, ["1+1", "2+2"]);
});

test("[X6] cancelled while the cache is asked, read or written, the run ends when the cache has answered", async () => {
  for (const method of ["has", "get", "put"] as const) {
    const memory = memoryCache();
    if (method === "get") await cancelled(memory, (event) => event.event === "node.finished" && event.node === "two");
    const controller = new AbortController();
    const answer = gate();
    const asked = gate();
    const slow: Cache = {
      ...memory,
      [method]: async (...given: [string, Uint8Array]) => {
        asked.open();
        await answer.opened;
        return (memory[method] as (...given: [string, Uint8Array]) => Promise<unknown>)(...given);
      },
    };
    let over = false;
    const running = record(chain, { cache: slow, signal: controller.signal }).finally(() => {
      over = true;
    });
    await asked.opened;
    controller.abort();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(over, false);
    answer.open();
    assert.ok(["cancelled", "finished"].includes((await running).status));
    const { status, values } = await record(chain, { cache: memory });
    assert.deepEqual([status, values], ["finished", { "show.value": [4] }]);
  }
});
