import assert from "node:assert/strict";
import { test } from "node:test";
import { gate, node, planOf, record, testEnvironment, workflow } from "../testing/index.ts";
import { type TestServices, testNodes } from "../testing/test-nodes.ts";
import type { Cache } from "../values/cache.ts";
import { memoryCache } from "../values/memory-cache.ts";
import type { RunEvent } from "./event.ts";

const environment = testEnvironment(testNodes);
const plan = (nodes: object, targets?: readonly string[]) => planOf(workflow(nodes), environment, targets);

/** Services that note which items of math.add run. */
function noting(): { services: TestServices; calls: string[] } {
  const calls: string[] = [];
  return { calls, services: { call: (label) => void calls.push(label) } };
}

const chain = (last: number) => ({
  one: node("math.constant", { value: 1 }),
  two: node("math.add", { b: 1 }, { a: "one.value" }),
  three: node("math.add", { b: last }, { a: "two.value" }),
  show: node("output.show", {}, { value: "three.value" }),
});

test("[R1] a run gives the values of its sinks, which neither run nor count", async () => {
  const { status, executed, cached, values, events } = await record(plan(chain(1)));
  assert.deepEqual([status, executed, cached], ["finished", 3, 0]);
  assert.deepEqual(values, { "show.value": [3] });
  assert.ok(!events.some((event) => "node" in event && event.node === "show"));
});

test("[R2] only what the outputs need is run", async () => {
  const { services, calls } = noting();
  const nodes = { ...chain(1), aside: node("math.add", { b: 9 }, { a: "one.value" }) };
  await record(plan(nodes), { services });
  assert.deepEqual(calls, ["1+1", "2+1"]);
});

test("[R3] events are numbered without gaps, from run.started to how the run ended", async () => {
  // So slow a clock that the platform gets a turn, and a value is stored, before the next node is run.
  const { events } = await record(plan(chain(1)), { firstSeq: 1, clock: clockOf(50) });
  assert.deepEqual(
    events.map((event) => ("node" in event ? `${event.event} ${event.node} ${event.item}` : event.event)),
    [
      "run.started",
      "node.started one 0",
      "node.finished one 0",
      "node.stored one 0",
      "node.started two 0",
      "node.finished two 0",
      "node.stored two 0",
      "node.started three 0",
      "node.finished three 0",
      "node.stored three 0",
      "run.finished",
    ],
  );
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, i) => i + 1),
  );
  assert.ok(events.every(({ run }) => run === "test"));
  assert.ok(events.every(({ time }, i) => i === 0 || time > events[i - 1]!.time));
});

/** A clock that advances by `step` milliseconds whenever it is read. */
function clockOf(step: number): () => number {
  let now = 0;
  return () => (now += step);
}

test("[R4] a cached run executes nothing and does not touch what lies before a cached value", async () => {
  const first = await record(plan(chain(1)));
  const asked: string[] = [];
  const has = (key: string) => {
    asked.push(key);
    return first.cache.has(key);
  };
  const cache: Cache = { ...first.cache, has };
  const { services, calls } = noting();
  const again = await record(plan(chain(1)), { cache, services });
  assert.deepEqual([again.executed, again.cached, calls, asked.length], [0, 1, [], 1]);
  assert.deepEqual(again.outputs, first.outputs);
  assert.deepEqual(
    again.events.map(({ event }) => event),
    ["run.started", "node.cached", "run.finished"],
  );
});

test("[R18] every result's key is named once the cache has it, for all items that share it, and a kept one's at once", async () => {
  const nodes = {
    many: node("list.range", { count: 2 }),
    one: node("math.add", { b: 1 }, { a: "many.values" }),
    twin: node("math.add", { b: 1 }, { a: "many.values" }),
    show: node("output.show", {}, { value: "one.value" }),
    also: node("output.show", {}, { value: "twin.value" }),
  };
  const memory = memoryCache();
  const taken = new Set<string>();
  const put: Cache["put"] = async (key, bytes, ms) => {
    await new Promise((resolve) => setImmediate(resolve));
    await memory.put(key, bytes, ms);
    taken.add(key);
  };
  const early: string[] = [];
  const emit = (event: RunEvent) => {
    if (event.event === "node.stored" && !taken.has(event.key)) early.push(event.node);
  };
  const first = await record(plan(nodes), { cache: { ...memory, put }, emit });
  assert.deepEqual(early, []);
  const keysOf = ({ events }: typeof first, name: RunEvent["event"]) =>
    new Map(
      events.flatMap((event) =>
        event.event === name && "key" in event ? [[`${event.node} ${event.item}`, event.key] as const] : [],
      ),
    );
  const stored = keysOf(first, "node.stored");
  assert.deepEqual([...stored.keys()].sort(), ["many 0", "one 0", "one 1", "twin 0", "twin 1"]);
  for (const [node, item] of [
    ["one", 0],
    ["twin", 0],
    ["one", 1],
    ["twin", 1],
  ] as const) {
    const output = first.outputs.find((out) => out.node === (node === "one" ? "show" : "also") && out.item === item)!;
    assert.equal(stored.get(`${node} ${item}`), output.value.key);
  }
  const again = await record(plan(nodes), { cache: memory });
  assert.equal(keysOf(again, "node.stored").size, 0);
  assert.deepEqual(keysOf(again, "node.cached"), stored);
});

test("[R18] what nodes finish at once is stored while others still run", async () => {
  const nodes: { [id: string]: object } = { n0: node("math.constant", { value: 0 }) };
  for (let i = 1; i < 1000; i++) nodes[`n${i}`] = node("math.add", { b: 1 }, { a: `n${i - 1}.value` });
  nodes.show = node("output.show", {}, { value: "n999.value" });
  // The clock stands still, so that the platform gets no turn for its own sake.
  const { events } = await record(plan(nodes), { clock: () => 0 });
  const waiting = { now: 0, most: 0 };
  for (const { event } of events) {
    if (event === "node.finished") waiting.now++;
    if (event === "node.stored") waiting.now--;
    waiting.most = Math.max(waiting.most, waiting.now);
  }
  assert.equal(waiting.now, 0);
  assert.ok(waiting.most < 200, `${waiting.most} results wait for promises to get a turn`);
});

test("[R18] a result that the cache does not take is not named as stored", async () => {
  const memory = memoryCache();
  let puts = 0;
  const put: Cache["put"] = async (key, bytes, ms) => {
    if (++puts === 2) throw new Error("no room");
    await memory.put(key, bytes, ms);
  };
  const { events } = await record(plan(chain(1)), { cache: { ...memory, put } });
  const stored = events.flatMap((event) => (event.event === "node.stored" ? event.node : []));
  assert.deepEqual(stored, ["one", "three"]);
});

test("[R5] after a change to the last node, that node alone is executed", async () => {
  const { cache } = await record(plan(chain(1)));
  const { services, calls } = noting();
  const { executed, cached, values } = await record(plan(chain(5)), { cache, services });
  assert.deepEqual([executed, cached, calls], [1, 1, ["2+5"]]);
  assert.deepEqual(values, { "show.value": [7] });
});

test("[R6] without reading the cache everything is computed anew and kept", async () => {
  const cache = memoryCache();
  const { services, calls } = noting();
  for (const readCache of [true, false]) await record(plan(chain(1)), { cache, services, readCache });
  assert.deepEqual(calls, ["1+1", "2+1", "1+1", "2+1"]);
  const empty = memoryCache();
  await record(plan(chain(1)), { cache: empty, readCache: false });
  assert.equal((await record(plan(chain(1)), { cache: empty })).executed, 0);
});

test("[R7] equal fingerprints are computed once, also while in flight", async () => {
  const { opened, open } = gate();
  const calls: string[] = [];
  const call = (label: string) => {
    calls.push(label);
    queueMicrotask(open);
    return opened;
  };
  const twins = {
    one: node("math.constant", { value: 1 }),
    a: node("math.add", { b: 1 }, { a: "one.value" }),
    b: node("math.add", { b: 1 }, { a: "one.value" }),
    sum: node("math.add", {}, { a: "a.value", b: "b.value" }),
    show: node("output.show", {}, { value: "sum.value" }),
  };
  const { values, executed, cached } = await record(plan(twins), { services: { call } });
  assert.deepEqual(calls, ["1+1", "2+2"]);
  assert.deepEqual(values, { "show.value": [4] });
  assert.deepEqual([executed, cached], [3, 1]);
});

test("[R8] a cache that loses or damages entries costs time, never the result", async () => {
  const good = memoryCache();
  await record(plan(chain(1)), { cache: good });
  const nothing = async () => undefined;
  const asked: string[] = [];
  const has = async (key: string) => {
    asked.push(key);
    // A run that asks again and again ends nevertheless, and is noticed below.
    return asked.length <= 100 && good.has(key);
  };
  const liar: Cache = { has, get: nothing, put: nothing, delete: nothing };
  const damaged: Cache = { ...liar, get: async () => new Uint8Array([1, 2, 3]) };
  let broken = false;
  const unplugged: Cache = {
    has: () => (broken ? Promise.reject(new Error("no disk")) : good.has("")),
    get: async (key) => {
      if (broken) throw new Error("no disk");
      return good.get(key);
    },
    put: nothing,
    delete: nothing,
  };
  const none: Cache = { has: async () => false, get: nothing, put: nothing, delete: nothing };
  for (const cache of [liar, damaged, none]) {
    asked.length = 0;
    const { services, calls } = noting();
    const { status } = await record(plan(chain(5)), { cache, services });
    assert.equal(status, "finished");
    assert.equal(calls.at(-1), "2+5");
    assert.equal(new Set(asked).size, asked.length, "no entry is asked for twice");
  }
  broken = true;
  const emit = ({ event }: { event: string }) => {
    if (event === "run.finished") broken = false;
  };
  assert.equal((await record(plan(chain(5)), { cache: unplugged, emit })).status, "finished");
});

test("[R9] a result that is not kept is reported, and fails the run where it is an output", async () => {
  const memory = memoryCache();
  const full = (refused: number): Cache => {
    let puts = 0;
    return {
      ...memoryCache(),
      put: async (key, bytes) => {
        if (++puts === refused) throw new Error("the disk is full");
        await memory.put(key, bytes);
      },
    };
  };
  const between = await record(plan(chain(1)), { cache: full(2) });
  assert.equal(between.status, "finished");
  assert.ok(between.events.some((event) => event.event === "notice" && /the disk is full/.test(event.message)));
  const last = await record(plan(chain(1)), { cache: full(3) });
  assert.equal(last.status, "failed");
  assert.deepEqual(last.outputs, []);
  assert.match(last.failures[0]!.message, /could not be kept: the disk is full/);
  const told = last.events.find((event) => event.event === "node.failed");
  assert.deepEqual([told?.node, told?.item, told?.message], ["show", 0, last.failures[0]!.message]);
});

const sixteen = {
  seeds: node("list.range", { count: 16 }),
  step: node("math.add", { b: 1 }, { a: "seeds.values" }),
  next: node("math.add", { b: 2 }, { a: "step.value" }),
  show: node("output.show", {}, { value: "next.value" }),
};

test("[R11] items that become ready together start in one tick, whatever the cache takes to answer", async () => {
  // Calls that come in one turn of the event loop form a batch, which is answered as a whole: a model device in small.
  const batches: { labels: string[]; done: Promise<void> }[] = [];
  let batch: (typeof batches)[number] | undefined;
  const call = (label: string) => {
    if (label.startsWith("range")) return undefined;
    if (!batch) {
      const { promise, resolve } = Promise.withResolvers<void>();
      batch = { labels: [], done: promise };
      batches.push(batch);
      setImmediate(() => {
        batch = undefined;
        resolve();
      });
    }
    batch.labels.push(label);
    return batch.done;
  };
  const memory = memoryCache();
  let asked = 0;
  const slow: Cache = {
    ...memory,
    has: async (key) => {
      for (let turns = asked++ % 5; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
      return memory.has(key);
    },
  };
  await record(plan(sixteen), { services: { call }, cache: slow });
  assert.deepEqual(
    batches.map(({ labels }) => labels.length),
    [16, 16],
  );
});

test("[R12] in-flight items are bounded; what is nearer to an output goes first, then the earlier item", async () => {
  const calls: string[] = [];
  let under = 0;
  let most = 0;
  const call = async (label: string) => {
    if (label.startsWith("range")) return;
    calls.push(label);
    most = Math.max(most, ++under);
    await new Promise((resolve) => setImmediate(resolve));
    under--;
  };
  await record(plan({ ...sixteen, seeds: node("list.range", { count: 4 }) }), { services: { call }, concurrency: 1 });
  assert.deepEqual(calls, ["0+1", "1+2", "1+1", "2+2", "2+1", "3+2", "3+1", "4+2"]);
  assert.equal(most, 1);
  await record(plan(sixteen), { services: { call }, concurrency: 5 });
  assert.equal(most, 5);
});

test("[R13] a chain of 100,000 nodes runs", async () => {
  const length = 100_000;
  const nodes: { [id: string]: object } = { n0: node("math.constant", { value: 0 }) };
  for (let i = 1; i < length; i++) nodes[`n${i}`] = node("math.add", { b: 1 }, { a: `n${i - 1}.value` });
  nodes.show = node("output.show", {}, { value: `n${length - 1}.value` });
  const { values, executed, cache } = await record(plan(nodes));
  assert.deepEqual(values, { "show.value": [length - 1] });
  assert.equal(executed, length);
  assert.equal((await record(plan(nodes), { cache })).executed, 0);
});

test("[R14] chosen nodes give all their outputs", async () => {
  const { values, executed } = await record(plan(sixteen, ["seeds"]));
  assert.equal(executed, 1);
  assert.deepEqual(values["seeds.count"], [16]);
  assert.equal(values["seeds.values"]!.length, 16);
});
