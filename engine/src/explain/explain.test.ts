import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Environment } from "../catalogue/environment.ts";
import { show } from "../document/wording.ts";
import { node, planOf, record, testEnvironment, workflow } from "../testing/index.ts";
import { type TestServices, testNodes } from "../testing/test-nodes.ts";
import type { Cache } from "../values/cache.ts";
import { memoryCache } from "../values/memory-cache.ts";
import { expandPlan } from "./expand-plan.ts";
import { describePlan, type Explanation, explainPlan } from "./explain.ts";
import { compareKeys, type NodeKey } from "./node-key.ts";

const environment = testEnvironment(testNodes);
const plan = (nodes: object, env: Environment<TestServices> = environment) => planOf(workflow(nodes), env);

const chain = (more: { [id: string]: object } = {}) => ({
  one: node("math.constant", { value: 1 }),
  two: node("math.add", { b: 1 }, { a: "one.value" }),
  three: node("math.add", { b: 1 }, { a: "two.value" }),
  show: node("output.show", {}, { value: "three.value" }),
  ...more,
});

const listed = (count: number, more: { [id: string]: object } = {}) => ({
  range: node("list.range", { count }),
  each: node("math.add", { b: 1 }, { a: "range.values" }),
  total: node("list.sum", {}, { values: "each.value" }),
  show: node("output.show", {}, { value: "total.value" }),
  ...more,
});

/** Runs a plan, as a host does that remembers its keys. */
async function ran(nodes: object): Promise<{ cache: Cache; remembered: ReadonlyMap<string, NodeKey> }> {
  const { cache } = await record(plan(nodes));
  return { cache, remembered: describePlan(await expandPlan(plan(nodes), cache)) };
}

const brief = (explanations: readonly Explanation[]) =>
  Object.fromEntries(explanations.map(({ node, state, reasons }) => [node, [state, ...reasons].join("; ")]));

/** A cache that has lost some entries, for reading and asking; `put` brings them back. */
function losing(cache: Cache, keys: Iterable<string>): Cache {
  const lost = new Set(keys);
  return {
    ...cache,
    has: async (key) => !lost.has(key) && cache.has(key),
    get: async (key) => (lost.has(key) ? undefined : cache.get(key)),
    put: async (key, bytes) => {
      lost.delete(key);
      await cache.put(key, bytes);
    },
  };
}

/** Runs a plan and returns the cache with all keys in it. */
async function keysOf(nodes: object): Promise<{ cache: Cache; keys: readonly string[] }> {
  const keys: string[] = [];
  const inner = memoryCache();
  const put = (key: string, bytes: Uint8Array) => {
    keys.push(key);
    return inner.put(key, bytes);
  };
  await record(plan(nodes), { cache: { ...inner, put } });
  return { cache: inner, keys };
}

test("[W1] explaining runs nothing and keeps nothing", async () => {
  const calls: string[] = [];
  const cache: Cache = {
    ...memoryCache(),
    has: async () => false,
    get: async () => undefined,
    put: async (key) => void calls.push(key),
  };
  const call = (label: string) => void calls.push(label);
  const explained = await explainPlan(
    await expandPlan(planOf(workflow(chain()), environment), cache),
    cache,
    new Map(),
  );
  assert.deepEqual([explained.length, calls], [3, []]);
  await record(plan(chain()), { cache, services: { call } });
  assert.ok(calls.length > 0);
});

test("[W2] cached, would run, not needed", async () => {
  const { cache, keys } = await keysOf(chain());
  const [one, , three] = keys;
  const states = async (lost: readonly string[]) =>
    (await explainPlan(await expandPlan(plan(chain()), losing(cache, lost)), losing(cache, lost), new Map())).map(
      ({ state }) => state,
    );
  assert.deepEqual(await states([]), ["cached", "cached", "cached"]);
  assert.deepEqual(await states([one!]), ["not needed", "cached", "cached"]);
  assert.deepEqual(await states([three!]), ["cached", "cached", "would run"]);
  assert.deepEqual(await states([one!, three!]), ["not needed", "cached", "would run"]);
  assert.deepEqual(await states(keys), ["would run", "would run", "would run"]);
});

/** What is said of a run and which nodes it executes, for every choice of entries that the cache may have lost. */
async function* lossesOf(nodes: object) {
  const { cache, keys } = await keysOf(nodes);
  for (let lost = 0; lost < 2 ** keys.length; lost++) {
    const missing = keys.filter((_, i) => lost & (1 << i));
    const left = losing(cache, missing);
    const explained = await explainPlan(await expandPlan(plan(nodes), left), left, new Map());
    const { events } = await record(plan(nodes), { cache: left });
    const executed = new Set(events.flatMap((event) => (event.event === "node.started" ? [event.node] : [])));
    yield { explained, executed, lost };
  }
}

for (const [title, nodes, last] of [
  ["a chain", chain(), undefined],
  ["a list", listed(3, { one: node("math.constant", { value: 1 }), aside: sink("one.value") }), "range"],
  [
    "two ways to one sink",
    { ...chain(), other: node("math.add", { b: 5 }, { a: "one.value" }), also: sink("other.value") },
    undefined,
  ],
] as const) {
  test(`[W3] what would run is what a run executes, whatever the cache lost: ${title}`, async () => {
    for await (const { explained, executed, lost } of lossesOf(nodes)) {
      const would = explained.filter(({ state }) => state === "would run").map(({ node }) => node);
      const unknown = explained.filter(({ state }) => state === "unknown").map(({ node }) => node);
      assert.deepEqual([...executed].filter((id) => !unknown.includes(id)).sort(), would.sort(), `${lost}`);
      if (unknown.length > 0) assert.ok(last && executed.has(last));
    }
  });
}

function sink(value: string) {
  return node("output.show", {}, { value });
}

const words: [string, { [id: string]: object }, { [node: string]: string }][] = [
  ["nothing", {}, { one: "cached", two: "cached", three: "cached" }],
  [
    "a parameter",
    { two: node("math.add", { b: 4 }, { a: "one.value" }) },
    {
      one: "cached",
      two: 'would run; parameter "b": 1 → 4',
      three: 'would run; input "a": "two.value" gives something else',
    },
  ],
  ["a link", { three: node("math.add", { b: 1 }, { a: "one.value" }) }, { one: "cached", three: "cached" }],
  [
    "a link and a parameter",
    { three: node("math.add", { b: 7 }, { a: "one.value" }) },
    { one: "cached", three: 'would run; parameter "b": 1 → 7; input "a": "two.value" → "one.value"' },
  ],
  [
    "a parameter that is linked now",
    { three: node("math.add", {}, { a: "two.value", b: "one.value" }) },
    { one: "cached", two: "cached", three: 'would run; input "b" is newly used, from "one.value"' },
  ],
  [
    "a type",
    { three: node("util.reroute", {}, { value: "two.value" }) },
    { one: "cached", two: "cached", three: 'would run; its type was "math.add"' },
  ],
];
for (const [title, more, expected] of words) {
  test(`[W4] the reasons name what differs: ${title}`, async () => {
    const { cache, remembered } = await ran(chain());
    assert.deepEqual(brief(await explainPlan(await expandPlan(plan(chain(more)), cache), cache, remembered)), expected);
  });
}

test("[W4] every parameter that differs is named with both values, and no other", () => {
  const name = fc.oneof(fc.constantFrom("eta", "steps", "scale", "seed"), fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/));
  const value = fc.oneof(fc.constant(null), fc.integer(), fc.boolean(), fc.string({ maxLength: 10 }));
  const params = fc.uniqueArray(fc.tuple(name, value, value), { selector: ([name]) => name });
  const base = { type: "test.node", version: 1, files: [], stages: [], numerics: "cpu", inputs: [] };
  const written = (value: unknown) => (value === null ? "the pack's own" : show(value));
  fc.assert(
    fc.property(params, (all) => {
      const before: NodeKey = { ...base, params: all.map(([name, value]) => [name, value]), keys: ["k1"] };
      const now: NodeKey = { ...base, params: all.map(([name, , value]) => [name, value]), keys: ["k2"] };
      const differs = all.filter(([, before, now]) => before !== now);
      const expected = differs.map(([name, a, b]) => `parameter "${name}": ${written(a)} → ${written(b)}`);
      if (expected.length > 0) assert.deepEqual(compareKeys(before, now), expected);
    }),
  );
});

test("[W4] version, node pack, files, stages, numerics and links that are gone are named", () => {
  const before: NodeKey = {
    type: "test.node",
    version: 1,
    origin: "film@1.0.0 sha256:1",
    params: [
      ["file", "d1"],
      ["steps", null],
      ["text", `${"a red cube ".repeat(20)}on sand`],
    ],
    files: ["file"],
    stages: [["decoder", "s1"]],
    numerics: "cpu",
    inputs: [{ port: "image", source: "load", output: "image", digest: "i1" }],
    keys: ["k1"],
  };
  const now: NodeKey = {
    ...before,
    version: 2,
    origin: "film@2.0.0 sha256:2",
    params: [
      ["file", "d2"],
      ["scale", 2],
      ["steps", 5],
      ["text", `${"a red cube ".repeat(20)}on grass`],
    ],
    stages: [["decoder", "s2"]],
    numerics: "gpu",
    inputs: [],
    keys: ["k2"],
  };
  assert.deepEqual(compareKeys(before, before), []);
  assert.deepEqual(compareKeys(before, now), [
    "its type's version: 1 → 2",
    'its node pack: "film@1.0.0 sha256:1" → "film@2.0.0 sha256:2"',
    'the content of the file "file"',
    'parameter "scale": now 2',
    'parameter "steps": the pack\'s own → 5',
    'parameter "text": from character 224 on, "sand" → "grass"',
    'input "image" is no longer used',
    'the model stage "decoder" is another',
    'the numerics: "cpu" → "gpu"',
  ]);
  assert.equal(compareKeys(before, { ...before, keys: ["k3"] }).length, 1, "a difference is never left unsaid");
  const back = compareKeys({ ...before, params: [...before.params, ["candidates", 2]] }, { ...before, keys: ["k4"] });
  assert.deepEqual(back, ['parameter "candidates": no longer 2']);
});

test("[W5] a node that never ran, and one whose value is gone", async () => {
  const { cache, keys } = await keysOf(chain());
  const remembered = describePlan(await expandPlan(plan(chain()), cache));
  assert.equal(
    brief(await explainPlan(await expandPlan(plan(chain()), memoryCache()), memoryCache(), new Map())).two,
    "would run; never run here",
  );
  const lossy = losing(cache, keys.slice(1));
  assert.equal(
    brief(await explainPlan(await expandPlan(plan(chain()), lossy), lossy, remembered)).two,
    "would run; its kept value is gone",
  );
});

test("[W6] behind a list of unknown length nodes are unknown", async () => {
  const { cache, remembered } = await ran(listed(3));
  assert.deepEqual(brief(await explainPlan(await expandPlan(plan(listed(3)), cache), cache, remembered)), {
    range: "cached",
    each: "cached",
    total: "cached",
  });
  assert.deepEqual(brief(await explainPlan(await expandPlan(plan(listed(4)), cache), cache, remembered)), {
    range: 'would run; parameter "count": 3 → 4',
    each: 'unknown; depends on what "range" gives',
    total: 'unknown; depends on what "range" gives',
  });
  const { items, absent } = (await explainPlan(await expandPlan(plan(listed(3)), cache), cache, remembered))[1]!;
  assert.deepEqual([items, absent], [3, 0]);
});

test("[W7] lists of different lengths would fail", async () => {
  const nodes = {
    ...listed(3),
    range2: node("list.range", { count: 2 }),
    both: node("math.add", {}, { a: "range.values", b: "range2.values" }),
    after: node("math.add", {}, { a: "both.value" }),
    shown: node("output.show", {}, { value: "after.value" }),
  };
  const cache = memoryCache();
  const { failures } = await record(plan(nodes), { cache });
  const explained = brief(await explainPlan(await expandPlan(plan(nodes), cache), cache, new Map()));
  assert.equal(explained.both, `would fail; ${failures[0]!.message}`);
  assert.equal(explained.after, 'unknown; depends on what "both" gives');
});

const decided = (first: number, more: object = {}) => ({
  decide: node("math.constant", { value: first }),
  truth: node("test.truth", {}, { a: "decide.value" }),
  one: node("math.constant", { value: 7 }),
  left: node("math.add", { b: 10 }, { a: "one.value" }),
  right: node("list.range", { count: 2 }),
  more: node("math.add", { b: 20 }, { a: "right.values" }),
  pick: node("test.pick", {}, { yes: "left.value", no: "more.value", which: "truth.value" }),
  after: node("math.add", { b: 1 }, { a: "pick.value" }),
  show: sink("after.value"),
  ...more,
});

test("[W9] what a value decides that is not kept is unknown; what is not chosen is not needed", async () => {
  const before = brief(await explainPlan(await expandPlan(plan(decided(1)), memoryCache()), memoryCache(), new Map()));
  const unknown = 'unknown; depends on what "truth" gives';
  assert.deepEqual(before, {
    decide: "would run; never run here",
    truth: "would run; never run here",
    one: unknown,
    left: unknown,
    right: unknown,
    more: 'unknown; depends on what "right" gives',
    after: unknown,
  });
  const { cache } = await ran(decided(1));
  const after = brief(await explainPlan(await expandPlan(plan(decided(1)), cache), cache, new Map()));
  assert.deepEqual(after, {
    decide: "cached",
    truth: "cached",
    one: "cached",
    left: "cached",
    right: "not needed; never run here",
    more: "not needed",
    after: "cached",
  });
});

for (const first of [0, 1]) {
  test(`[W3] what would run is what a run executes, whatever the cache lost: a choice of ${first}`, async () => {
    const nodes = decided(first);
    for await (const { explained, executed, lost } of lossesOf(nodes)) {
      for (const { node, state } of explained)
        if (state !== "unknown") assert.equal(state === "would run", executed.has(node), `${lost} ${node} ${state}`);
    }
  });
}
