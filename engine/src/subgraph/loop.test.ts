import assert from "node:assert/strict";
import { test } from "node:test";
import { createCatalogue } from "../catalogue/catalogue.ts";
import { places } from "../document/definitions.fixture.ts";
import { readDocument } from "../document/document.ts";
import type { WorkflowJson } from "../document/workflow-json.ts";
import { expandPlan } from "../explain/expand-plan.ts";
import { explainPlan } from "../explain/explain.ts";
import { bindPlan, writePlan } from "../plan/plan-data.ts";
import { describeDefinition } from "../plan/signature.ts";
import {
  node,
  planOf,
  record,
  recordCalls,
  sha256,
  testEnvironment,
  validateJson,
  workflow,
} from "../testing/index.ts";
import { add, constant, testNodes } from "../testing/test-nodes.ts";
import { memoryCache } from "../values/memory-cache.ts";
import { around, down, loop, one, plus, show } from "./loop.fixture.ts";
import { packNodes } from "./pack.ts";
import { subgraphFile, takeDefinition } from "./take-definition.ts";
import { unpackInstance } from "./unpack.ts";

const environment = testEnvironment(testNodes);
const start = { value: "start.value" };
const repeat = (rounds: number) => around(loop("repeat", "plus", start, { rounds }), { plus });
const whileDown = (rounds: number, from: number) =>
  around(loop("while", "down", start, { rounds }), { down }, { start: from });
const runOf = (json: unknown, cache = memoryCache()) => recordCalls(planOf(json, environment), { cache });
const problemsOf = (json: unknown) => validateJson(json, environment).problems;

test("[I1] a loop runs its definition as often as it has rounds, four times if nothing is said", async () => {
  assert.deepEqual((await runOf(repeat(3))).values["show.value"], [1 + 1 + 2 + 3]);
  assert.deepEqual((await runOf(repeat(1))).values["show.value"], [2]);
  const usual = around(loop("repeat", "plus", start), { plus });
  assert.deepEqual((await runOf(usual)).values["show.value"], [1 + 1 + 2 + 3 + 4]);
});

test("[I1] a loop has a thousand rounds at most, and they run", async () => {
  const { values, status } = await runOf(repeat(1000));
  assert.equal(status, "finished");
  assert.deepEqual(values["show.value"], [1 + (1000 * 1001) / 2]);
  assert.equal(values["all.value"]!.length, 1000);
});

test("[I2] each round gets what the one before gave, and other inputs are the same in all of them", async () => {
  const both = {
    nodes: { sum: node("math.add", {}, { a: "in.value", b: "in.step" }) },
    inputs: { value: {}, step: {} },
    outputs: { value: { from: "sum.value" }, all: { from: "sum.value" } },
  };
  const json = around(loop("repeat", "both", { ...start, step: "start.value" }, { rounds: 3 }), { both }, { start: 5 });
  const { values, calls } = await runOf(json);
  assert.deepEqual(values, { "show.value": [20], "all.value": [10, 15, 20] });
  assert.deepEqual(calls, ["5+5", "10+5", "15+5"]);
});

test("[I2] two carried ports may change places, and one may be passed straight on", async () => {
  const swap = {
    nodes: {},
    inputs: { value: {}, all: {}, kept: {} },
    outputs: { value: { from: "in.all" }, all: { from: "in.value" }, kept: { from: "in.kept" } },
  };
  const swapped = (rounds: number) => {
    const json = around(loop("repeat", "swap", { ...start, all: "two.value", kept: "two.value" }, { rounds }), {
      swap,
    });
    return { ...json, nodes: { ...json.nodes, two: node("math.constant", { value: 2 }), kept: show("loop.kept") } };
  };
  const [odd, even] = [await runOf(swapped(3)), await runOf(swapped(4))];
  assert.deepEqual(odd.values, { "show.value": [2], "all.value": [1], "kept.value": [2] });
  assert.deepEqual(even.values, { "show.value": [1], "all.value": [2], "kept.value": [2] });
});

test("[I3] what is not carried is collected: all rounds of an item, then those of the next", async () => {
  const json = around(loop("repeat", "plus", { value: "range.values" }, { rounds: 3 }), { plus });
  const { values } = await runOf({ ...json, nodes: { ...json.nodes, range: node("list.range", { count: 2 }) } });
  assert.deepEqual(values, { "show.value": [6, 7], "all.value": [1, 3, 6, 2, 4, 7] });
});

test("[I3] a loop that carries nothing collects what its rounds give", async () => {
  const count = { nodes: { sum: node("math.add", { b: 10 }, { a: "in.round" }) }, inputs: { round: {} } };
  const counted = { ...count, outputs: { all: { from: "sum.value" } } };
  const nodes = { loop: loop("repeat", "counted", {}, { rounds: 3 }), all: show("loop.all") };
  assert.deepEqual((await runOf(workflow(nodes, { definitions: { counted } }))).values, { "all.value": [11, 12, 13] });
});

test("[I4] the input round gives the number of the round unless something feeds it", async () => {
  const fed = around(loop("repeat", "plus", { ...start, round: "start.value" }, { rounds: 3 }), { plus });
  assert.deepEqual((await runOf(fed)).values["all.value"], [2, 3, 4]);
  assert.deepEqual((await runOf(repeat(3))).values["all.value"], [2, 4, 7]);
  const outside = around(node("subgraph.plus", {}, start), { plus });
  assert.ok(validateJson(outside, environment).plan, "a parameter that nothing feeds has its own value");
});

test("[I5] a node inside a round has the path of the round in its id, and each round is an instance", () => {
  const { document, problems } = readDocument(repeat(2));
  assert.deepEqual(problems, []);
  const inside = [...document!.nodes.keys()].filter((id) => id.endsWith("/sum"));
  assert.deepEqual(inside, ["loop/1/sum", "loop/2/sum"]);
  assert.deepEqual([...document!.instances.keys()], ["loop", "loop/1", "loop/2"]);
  assert.deepEqual(document!.instances.get("loop")!.loop, { kind: "repeat", rounds: 2 });
  assert.deepEqual(document!.instances.get("loop")!.outputs.get("value"), { node: "loop/2/sum", port: "value" });
  assert.deepEqual(document!.instances.get("loop/1")!.outputs.get("value"), { node: "loop/1/sum", port: "value" });
});

test("[I5] events name the round, and a round can be chosen", async () => {
  const { events } = await runOf(repeat(2));
  const named = events.flatMap((event) => (event.event === "node.finished" ? [event.node] : []));
  assert.ok(named.includes("loop/1/sum") && named.includes("loop/2/sum"), named.join());
  const chosen = await recordCalls(planOf(repeat(5), environment, ["loop/2"]), {});
  assert.deepEqual(chosen.calls, ["1+1", "2+2"]);
  const whole = await recordCalls(planOf(repeat(3), environment, ["loop"]), {});
  assert.deepEqual(whole.values, { "loop/3/sum.value": [7], "loop/out/2.values": [2, 4, 7] });
});

test("[I5] a plan of a loop is bound from its plain data, and explained by rounds", async () => {
  const plan = planOf(whileDown(4, 2), environment);
  const data = JSON.parse(JSON.stringify(writePlan(plan)));
  const bound = bindPlan(data, environment.catalogue, sha256);
  assert.deepEqual(bound.problems, []);
  assert.deepEqual((await record(bound.plan!)).values, { "show.value": [0], "all.value": [1, 0] });
  const cache = memoryCache();
  const expanded = await expandPlan(planOf(repeat(2), environment), cache);
  const explained = await explainPlan(expanded, cache, new Map());
  assert.deepEqual(
    explained.flatMap(({ node, state }) => (node.endsWith("sum") ? [[node, state]] : [])),
    [
      ["loop/1/sum", "would run"],
      ["loop/2/sum", "would run"],
    ],
  );
});

test("[I6] with more rounds only the further ones are computed, and with fewer none", async () => {
  const cache = memoryCache();
  await runOf(repeat(5), cache);
  const more = await runOf(repeat(8), cache);
  assert.deepEqual(more.calls, ["16+6", "22+7", "29+8"]);
  assert.deepEqual(more.values["show.value"], [37]);
  const fewer = await runOf(repeat(3), cache);
  assert.deepEqual([fewer.calls, fewer.executed, fewer.values["show.value"]], [[], 0, [7]]);
});

test("[I7] a loop goes on as long as it says so, and no further", async () => {
  const { values, calls } = await runOf(whileDown(50, 3));
  assert.deepEqual(values, { "show.value": [0], "all.value": [2, 1, 0] });
  assert.deepEqual(calls, ["3+-1", "truth 2", "2+-1", "truth 1", "1+-1", "truth 0"]);
});

test("[I7] it runs one round in any case, and no more than its rounds", async () => {
  assert.deepEqual((await runOf(whileDown(5, 1))).calls, ["1+-1", "truth 0"]);
  const bounded = await runOf(whileDown(2, 5));
  assert.deepEqual(bounded.values, { "show.value": [3], "all.value": [4, 3] });
  assert.deepEqual(bounded.calls, ["5+-1", "truth 4", "4+-1"]);
  assert.deepEqual((await runOf(whileDown(1, 5))).values, { "show.value": [4], "all.value": [4] });
});

test("[I7] each item of a list has rounds of its own", async () => {
  const json = around(loop("while", "down", { value: "more.value" }, { rounds: 9 }), { down });
  const nodes = { range: node("list.range", { count: 3 }), more: node("math.add", { b: 1 }, { a: "range.values" }) };
  const { values, calls } = await runOf({ ...json, nodes: { ...json.nodes, ...nodes } });
  assert.deepEqual(values, { "show.value": [0, 0, 0], "all.value": [0, 1, 0, 2, 1, 0] });
  assert.equal(calls.filter((call) => call.startsWith("truth")).length, 1 + 2 + 3);
});

test("[I7] a round behind the last one fails nothing, and one that fails skips only its own item", async () => {
  const body = {
    nodes: { ...down.nodes, risk: node("test.fail", { at: -1 }, { value: "less.value" }) },
    inputs: { value: {} },
    outputs: { value: { from: "risk.value" }, all: { from: "risk.value" }, again: { from: "truth.value" } },
  };
  const json = around(loop("while", "body", { value: "range.values" }, { rounds: 4 }), { body });
  const { values, failures } = await runOf({
    ...json,
    nodes: { ...json.nodes, range: node("list.range", { count: 3 }) },
  });
  assert.deepEqual(
    failures.map(({ node, item }) => [node, item]),
    [["loop/1/risk", 0]],
  );
  assert.deepEqual(values["show.value"]!.slice(1), [0, 0]);
});

test("[I7] an output inside a loop that runs while it says so is a problem, and one behind it is none", async () => {
  const saving = { ...down, nodes: { ...down.nodes, save: show("less.value") } };
  const [problem, ...others] = problemsOf(around(loop("while", "saving", start, { rounds: 6 }), { saving }));
  assert.deepEqual([problem!.code, problem!.severity, problem!.node, others], ["bad-loop", "error", "loop/1/save", []]);
  assert.match(problem!.message, /written for rounds that do not run/);
  assert.match(problem!.remedy, /as an output of "Down", and link the node to "loop"/);
  const deep = { ...saving, nodes: { ...down.nodes, deep: loop("repeat", "shown", { value: "less.value" }) } };
  const shown = { nodes: { save: show("in.value") }, inputs: { value: {} } };
  const within = around(loop("while", "deep", start, { rounds: 6 }), { deep, shown });
  assert.deepEqual(places(problemsOf(within)), ["bad-loop loop/1/deep/1/save"]);
  const unneeded = validateJson(within, environment, { targets: ["show"] });
  assert.ok(unneeded.plan);
  assert.deepEqual(
    unneeded.problems.map(({ severity }) => severity),
    ["warning"],
  );
  const repeated = around(loop("repeat", "saving", start, { rounds: 2 }), { saving });
  const { values } = await runOf(repeated);
  assert.deepEqual([values["loop/1/save.value"], values["loop/2/save.value"]], [[0], [-1]]);
});

test("[I7] what a loop decides is read from what is kept", async () => {
  const cache = memoryCache();
  await runOf(whileDown(50, 3), cache);
  const again = await runOf(whileDown(80, 3), cache);
  assert.deepEqual([again.calls, again.executed, again.values["all.value"]], [[], 0, [2, 1, 0]]);
});

test("[I8] rounds count, also those that are set from outside, and too many are refused by title", () => {
  const wide = {
    title: "Wide",
    nodes: Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`n${i}`, node("math.add", {}, { a: "in.value" })]),
    ),
    inputs: { value: {} },
    outputs: { value: { from: "n0.value" }, all: { from: "n1.value" } },
  };
  const [problem] = problemsOf(around(loop("repeat", "wide", start, { rounds: 1000 }), { wide }));
  assert.equal(problem!.code, "too-many-nodes");
  assert.match(problem!.message, /One "Wide" brings \d+ in 1000 rounds\./);
  assert.match(problem!.remedy, /fewer rounds/);
  const outer = {
    title: "Outer",
    nodes: { inner: loop("repeat", "wide", { value: "in.value" }, { rounds: 2 }) },
    inputs: { value: {} },
    outputs: { value: { from: "inner.value" }, all: { from: "inner.all" } },
    exposed: { times: "inner.rounds" },
  };
  const set = (times: number) => around(node("subgraph.outer", { times }, start), { outer, wide });
  assert.deepEqual(problemsOf(set(3)), []);
  const [outside] = problemsOf(set(1000));
  assert.equal(outside!.code, "too-many-nodes");
  assert.match(outside!.message, /more than 200000 nodes.*"Wide"/);
});

const setOutside = (inner: object, times: number, count = 1, more: object = {}) => {
  const loops = Array.from({ length: count }, (_, i) => [`n${i}`, loop("repeat", "inner", {}, { rounds: 1 })]);
  const names = loops.map(([id]) => `${id}.rounds`);
  const outer = { title: "Outer", nodes: Object.fromEntries(loops), exposed: { times: names, by: "n0.by" } };
  return workflow({ outer: node("subgraph.outer", { times }) }, { definitions: { outer, inner }, ...more });
};
const many = (count: number, make: (i: number) => unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, make(i)]));

for (const [name, inner, count, more, what] of [
  [
    "nodes between rounds",
    { inputs: many(1, () => ({})), outputs: many(300, () => ({ from: "in.n0" })) },
    1,
    {},
    "200000 nodes",
  ],
  ["empty rounds", {}, 250, {}, "200000 nodes"],
  ["ports", { inputs: many(2_500, () => ({})) }, 1, {}, "2000000 parameters, links and exposed names"],
  [
    "exposed names",
    { nodes: { sum: node("math.add") }, exposed: { by: "sum.b" } },
    1,
    { exposed: { by: Array(2_500).fill("outer.by") } },
    "2000000 parameters, links and exposed names",
  ],
] as const)
  test(`[I8] ${name} count in rounds that are set from outside`, () => {
    const definition = { title: "Inner", nodes: {}, ...inner };
    assert.ok(readDocument(setOutside(definition, 2, count, more)).document);
    const { document, problems } = readDocument(setOutside(definition, 1000, count, more));
    assert.ok(document === undefined, "it is not read");
    assert.deepEqual(places(problems.slice(-1)), ["too-many-nodes"]);
    assert.match(problems.at(-1)!.message, new RegExp(`more than ${what}, which are not read`));
  });

test("[I8] loops in loops are refused before they are unpacked", () => {
  const definitions = {
    a: {
      ...plus,
      nodes: { deep: loop("repeat", "b", { value: "in.value" }, { rounds: 1000 }) },
      outputs: { value: { from: "deep.value" } },
    },
    b: {
      ...plus,
      nodes: { deep: loop("repeat", "plus", { value: "in.value" }, { rounds: 1000 }) },
      outputs: { value: { from: "deep.value" } },
    },
    plus,
  };
  const nodes = { one, loop: loop("repeat", "a", { value: "one.value" }, { rounds: 1000 }), show: show("loop.value") };
  assert.deepEqual(places(problemsOf(workflow(nodes, { definitions }))), ["too-many-nodes"]);
});

test("[I9] a number of rounds that cannot be is a problem at the loop", () => {
  const of = (rounds: unknown) => problemsOf(around(loop("repeat", "plus", start, { rounds }), { plus }));
  assert.deepEqual(places(of(0)), ["out-of-range loop.rounds"]);
  assert.deepEqual(places(of(1001)), ["out-of-range loop.rounds"]);
  assert.deepEqual(places(of(2.5)), ["not-an-integer loop.rounds"]);
  assert.deepEqual(places(of("many")), ["wrong-kind loop.rounds"]);
  const linked = around(loop("repeat", "plus", { ...start, rounds: "start.value" }), { plus });
  assert.deepEqual(places(problemsOf(linked)), ["not-linkable loop.rounds"]);
});

test("[I12] a carried value that comes back as another type says so", () => {
  const body = {
    nodes: { truth: node("test.truth", {}, { a: "in.value" }) },
    inputs: { value: {} },
    outputs: { value: { from: "truth.value" }, all: { from: "truth.value" } },
  };
  const [problem, ...others] = problemsOf(around(loop("repeat", "body", start, { rounds: 9 }), { body }));
  assert.deepEqual(others, []);
  assert.equal(problem!.code, "wrong-type");
  assert.match(problem!.message, /"loop\/2\/truth.a" needs number, but "loop\/1\/truth.value" gives boolean/);
  assert.match(problem!.remedy, /A round is fed what the one before gave/);
});

test("[I13] a run that was interrupted goes on in the round that it had reached", async () => {
  const cache = memoryCache();
  const cancel = new AbortController();
  const calls: string[] = [];
  const services = {
    call(label: string) {
      calls.push(label);
      if (label === "4+3") cancel.abort();
    },
  };
  const first = await record(planOf(repeat(6), environment), { cache, services, signal: cancel.signal });
  assert.equal(first.status, "cancelled");
  assert.deepEqual(calls, ["1+1", "2+2", "4+3"]);
  const then = await runOf(repeat(6), cache);
  assert.deepEqual([then.calls, then.values["show.value"]], [["7+4", "11+5", "16+6"], [22]]);
});

test("[I14] a loop that is muted or bypassed counts as one round", async () => {
  const body = {
    nodes: { pass: node("util.reroute", {}, { value: "in.value" }) },
    inputs: { value: {} },
    outputs: { value: { from: "pass.value" }, all: { from: "pass.value" } },
  };
  const moded = (mode: string) => around(loop("repeat", "body", start, { rounds: 7 }, { mode }), { body });
  assert.deepEqual((await runOf(moded("bypass"))).values, { "show.value": [1], "all.value": [1] });
  assert.deepEqual(places(problemsOf(moded("mute"))), ["nothing-to-run"]);
  assert.equal(readDocument(moded("bypass")).document!.instances.get("loop")!.loop!.rounds, 1);
  assert.equal(unpackInstance(repeat(3) as unknown as WorkflowJson, "loop"), undefined);
});

test("[I14] a loop goes into a subgraph, and to another document, as what it is", async () => {
  const json = repeat(3) as unknown as WorkflowJson;
  const packed = packNodes(json, new Set(["loop"]), { definition: "sub", title: "Sub", instance: "sub" });
  assert.equal(packed.definitions!.sub!.nodes.loop!.type, "loop.repeat.plus");
  assert.deepEqual((await runOf(packed)).values["show.value"], [7]);
  const other = workflow({ one }, { definitions: { plus: down } }) as unknown as WorkflowJson;
  const taken = takeDefinition(other, subgraphFile(packed, "sub"))!;
  assert.equal(taken.workflow.definitions![taken.definition]!.nodes.loop!.type, "loop.repeat.plus2");
});

test("[I15] a loop is described with its rounds, with lists for what it collects", () => {
  const described = describeDefinition(repeat(3) as unknown as WorkflowJson, "plus", environment, "repeat")!;
  assert.equal(described.type, "loop.repeat.plus");
  assert.deepEqual(Object.keys(described.params), ["rounds"]);
  assert.deepEqual([described.inputs.value!.optional, described.inputs.round!.optional], [false, true]);
  const { value, all } = described.outputs;
  assert.deepEqual([value!.type.kind, value!.list, all!.type.kind, all!.list], ["number", false, "number", true]);
  const plain = describeDefinition(repeat(3) as unknown as WorkflowJson, "plus", environment)!;
  assert.deepEqual([plain.outputs.all!.list, Object.keys(plain.params)], [false, []]);
});

test("[C2] the group of loops is kept for them", () => {
  assert.throws(() => createCatalogue([{ ...constant, type: "loop.constant" }, add]), /"loop" is kept for loops/);
});
