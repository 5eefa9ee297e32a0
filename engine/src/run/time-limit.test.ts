import assert from "node:assert/strict";
import { test } from "node:test";
import { createCatalogue } from "../catalogue/catalogue.ts";
import { nodeDefiner } from "../catalogue/node.ts";
import { p } from "../catalogue/param.ts";
import { t } from "../kinds/socket.ts";
import { gate, node, planOf, record, testEnvironment, workflow } from "../testing/index.ts";
import { type TestServices, testNodes } from "../testing/test-nodes.ts";
import { platformTimer, type Timer } from "./time-limit.ts";

type Thenable = { then(resolve: (value: object) => void, reject: (error: unknown) => void): void };
type Services = TestServices & { readonly behave?: (signal: AbortSignal) => object | Thenable };

const odd = (more: object = {}) =>
  nodeDefiner<Services>()({
    type: "test.odd",
    version: 1,
    title: "Odd",
    summary: "Does as the test says.",
    outputs: { value: t.number("A number.") },
    params: { number: p.integer("Tells one from another.", { default: 0, min: 0, max: 9 }) },
    run: (_, __, { behave, signal }) => behave!(signal) as { value: number },
    ...more,
  });

const nodes = {
  odd: node("test.odd"),
  after: node("math.add", {}, { a: "odd.value" }),
  show: node("output.show", {}, { value: "after.value" }),
  other: node("output.show", {}, { value: "one.value" }),
  one: node("math.constant", { value: 1 }),
};

const runOdd = (behave: NonNullable<Services["behave"]>, options: object = {}, more: object = {}) =>
  record(planOf(workflow(nodes), testEnvironment<Services>([...testNodes, odd(more)])), {
    services: { behave },
    ...options,
  });

/** A timer whose time the test lets pass: all that is set rings when it says so, unless it was stopped. */
function timers() {
  const set = new Map<() => void, number>();
  const timer: Timer = (ms, ring) => {
    set.set(ring, ms);
    return () => set.delete(ring);
  };
  return {
    timer,
    waiting: () => [...set.values()],
    ring: () => {
      for (const ring of [...set.keys()]) ring();
    },
  };
}

test("[X9] an item that never settles fails by name, its signal is aborted, and the run goes on", async () => {
  const { timer, waiting, ring } = timers();
  const started = gate();
  let signal: AbortSignal | undefined;
  const running = runOdd(
    (given) => {
      signal = given;
      started.open();
      return new Promise(() => {});
    },
    { timer, timeLimit: 60 },
  );
  await started.opened;
  assert.deepEqual([waiting(), signal!.aborted], [[60_000], false]);
  ring();
  const { status, failures, values, events } = await running;
  assert.deepEqual(failures, [
    {
      node: "odd",
      item: 0,
      message: "It was not finished within its time limit of 60 seconds.",
      remedy: "Let it do less, or raise the time limit.",
    },
  ]);
  assert.deepEqual([status, signal!.aborted, values], ["failed", true, { "other.value": [1] }]);
  assert.ok(events.some((event) => event.event === "node.skipped" && event.node === "after"));
});

test("[X9] what comes after the time is over is ignored, a rejection too", async () => {
  for (const late of ["resolve", "reject"] as const) {
    const { timer, ring } = timers();
    const started = gate();
    const { promise, resolve, reject } = Promise.withResolvers<object>();
    const beside = gate();
    const running = runOdd(
      () => {
        started.open();
        return promise;
      },
      { timer, timeLimit: 1, emit: ({ event }: { event: string }) => event === "node.failed" && beside.open() },
    );
    await started.opened;
    ring();
    await beside.opened;
    if (late === "resolve") resolve({ value: 7 });
    else reject(new Error("too late"));
    const { failures, values } = await running;
    assert.deepEqual([failures.length, values], [1, { "other.value": [1] }]);
    assert.match(failures[0]!.message, /time limit/);
  }
});

test("[X9] an item that is done in time stops the timer; the node type's limit goes before the run's", async () => {
  for (const [more, limit, expected] of [
    [{}, { timeLimit: 5 }, [5000]],
    [{ timeLimit: 9 }, { timeLimit: 5 }, [9000]],
    [{ timeLimit: 9 }, {}, [9000]],
    [{ timeLimit: Infinity }, { timeLimit: 5 }, []],
    [{}, {}, []],
  ] as const) {
    const { timer, waiting } = timers();
    let seen: number[] = [];
    const behave = async () => {
      await null;
      seen = waiting();
      return { value: 1 };
    };
    const { status, values } = await runOdd(behave, { timer, ...limit }, more);
    assert.deepEqual([status, seen, waiting(), values["show.value"]], ["finished", expected, [], [1]]);
  }
});

test("[X9] a cancelled item that heeds no signal does not keep the run for ever", async () => {
  const { timer, ring } = timers();
  const started = gate();
  const controller = new AbortController();
  const running = runOdd(
    () => {
      started.open();
      return new Promise(() => {});
    },
    { timer, timeLimit: 1, signal: controller.signal },
  );
  await started.opened;
  controller.abort();
  ring();
  const { status, failures } = await running;
  assert.deepEqual([status, failures], ["cancelled", []]);
});

test("[X9] the platform's timer rings, takes any length, and can be stopped", async () => {
  await new Promise<void>((resolve) => platformTimer(0, resolve));
  const never = platformTimer(Number.MAX_VALUE, () => assert.fail("it rang"));
  await new Promise((resolve) => setImmediate(resolve));
  never();
});

test("[C2] a time limit is above 0", () => {
  for (const timeLimit of [0, -1, Number.NaN])
    assert.throws(() => createCatalogue([odd({ timeLimit })]), /time limit has to be above 0/);
});

test("[X10] what calls back twice, changes its mind or throws when it is asked settles once", async () => {
  const cases: [Thenable, string | undefined][] = [
    [
      {
        // biome-ignore lint/suspicious/noThenProperty: that is what is tested.
        then(resolve) {
          resolve({ value: 1 });
          resolve({ value: 2 });
        },
      },
      undefined,
    ],
    [
      {
        // biome-ignore lint/suspicious/noThenProperty: that is what is tested.
        then(resolve, reject) {
          resolve({ value: 1 });
          reject(new Error("no"));
          throw new Error("oh");
        },
      },
      undefined,
    ],
    [
      {
        // biome-ignore lint/suspicious/noThenProperty: that is what is tested.
        then(resolve, reject) {
          reject("a text");
          resolve({ value: 1 });
        },
      },
      "a text",
    ],
    [
      {
        // biome-ignore lint/suspicious/noThenProperty: that is what is tested.
        get then(): never {
          throw new Error("do not ask");
        },
      },
      "do not ask",
    ],
  ];
  for (const [thenable, failure] of cases) {
    const { failures, values, events, status } = await runOdd(() => thenable);
    assert.deepEqual(
      failures.map(({ message }) => message),
      failure === undefined ? [] : [failure],
    );
    assert.deepEqual(values["show.value"], failure === undefined ? [1] : undefined);
    assert.equal(status, failure === undefined ? "finished" : "failed");
    const settled = events.filter(
      (e) => (e.event === "node.finished" || e.event === "node.failed") && e.node === "odd",
    );
    assert.equal(settled.length, 1);
  }
});
