import assert from "node:assert/strict";
import { test } from "node:test";
import { node, planOf, record, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";

const environment = testEnvironment(testNodes);
const one = node("math.constant", { value: 1 });
const word = node("test.word", { word: "one" });
const show = (value: string) => node("output.show", {}, { value });
const reroute = (value: string) => node("util.reroute", {}, { value });
const seven = node("math.constant", { value: 7 });
const bypassed = (id: string, inputs: object = {}) => node(`subgraph.${id}`, {}, inputs, { mode: "bypass" });

/** A subgraph that takes and gives a number and a word, and whose nodes have nothing to pass on. */
const made = {
  title: "Made",
  nodes: { number: seven, text: node("test.word", { word: "seven" }), seen: show("number.value") },
  inputs: { spare: {}, text: {}, number: {} },
  outputs: { number: { from: "number.value" }, text: { from: "text.value" } },
};
const documentOf = (nodes: object, definitions: object = { made }) => workflow(nodes, { definitions });
const valuesOf = async (nodes: object, definitions?: object) =>
  (await record(planOf(documentOf(nodes, definitions), environment))).values;
const problemsOf = (nodes: object, definitions?: object) =>
  validateJson(documentOf(nodes, definitions), environment).problems;

test("[G7] an output of a bypassed instance stands for its first linked input of the same kind, and nothing inside runs", async () => {
  const inputs = { text: "word.value", number: "one.value" };
  const nodes = { one, word, sub: bypassed("made", inputs), a: show("sub.number"), b: show("sub.text") };
  assert.deepEqual(await valuesOf(nodes), { "a.value": [1], "b.value": ["one"] });
  const two = { ...inputs, spare: "two.value" };
  const first = { ...nodes, two: node("math.constant", { value: 2 }), sub: bypassed("made", two) };
  assert.deepEqual(await valuesOf(first), { "a.value": [2], "b.value": ["one"] });
});

test("[G7] what passes on whatever it gets, inside or before, has the kind of what it gets", async () => {
  const passing = {
    ...made,
    nodes: { ...made.nodes, last: reroute("number.value") },
    outputs: { number: { from: "last.value" } },
  };
  const nodes = {
    ...{ one, word, before: reroute("one.value") },
    sub: bypassed("passing", { text: "word.value", number: "before.value" }),
    a: show("sub.number"),
  };
  assert.deepEqual(await valuesOf(nodes, { passing }), { "a.value": [1] });
  const unfed = { ...passing, nodes: { ...passing.nodes, last: node("util.reroute") } };
  assert.deepEqual(
    problemsOf({ ...nodes, before: one }, { passing: unfed }).map(({ code }) => code),
    ["nothing-to-run"],
  );
});

test("[G7] without such an input the output is gone: an optional input stays unlinked, a parameter takes its literal, what needs it is left out", async () => {
  const nodes = {
    ...{ one, word },
    sub: bypassed("made", { text: "word.value" }),
    range: node("list.range", { count: 2 }, { first: "sub.number" }),
    sum: node("math.add", { b: 5 }, { a: "one.value", b: "sub.number" }),
    ...{ a: show("range.values"), b: show("sum.value"), c: show("sub.number"), d: show("sub.text") },
  };
  assert.deepEqual(await valuesOf(nodes), { "a.value": [0, 1], "b.value": [6], "d.value": ["one"] });
});

test("[G7] an instance that leaves nothing to run is named", () => {
  const [problem, ...others] = problemsOf({
    word,
    sub: bypassed("made", { text: "word.value" }),
    a: show("sub.number"),
  });
  assert.deepEqual([problem!.code, others], ["nothing-to-run", []]);
  assert.match(problem!.message, /^"sub" is bypassed and has no input to pass on/);
  const [plain] = problemsOf({ one, sub: bypassed("made", { text: "word.value", number: "one.value" }), word });
  assert.match(plain!.message, /no output that is neither muted/);
});

test("[G7] instances that feed one another are stepped over one by one, and of nested ones the outermost counts", async () => {
  const chain = {
    one,
    a: bypassed("made", { number: "one.value" }),
    b: bypassed("made", { number: "a.number" }),
    c: show("b.number"),
  };
  assert.deepEqual(await valuesOf(chain), { "c.value": [1] });
  const outer = {
    nodes: {
      ...{ three: node("math.constant", { value: 3 }), deep: bypassed("made", { number: "three.value" }) },
      seen: show("deep.number"),
    },
    inputs: { number: {} },
    outputs: { number: { from: "deep.number" } },
  };
  const definitions = { made, outer };
  const running = { one, sub: node("subgraph.outer", {}, { number: "one.value" }), a: show("sub.number") };
  assert.deepEqual(await valuesOf(running, definitions), { "sub/seen.value": [3], "a.value": [3] });
  assert.deepEqual(await valuesOf({ ...running, sub: bypassed("outer", { number: "one.value" }) }, definitions), {
    "a.value": [1],
  });
});

test("[G7] instances that only hand on to one another give nothing; a node that would feed itself is a circle", () => {
  const round = {
    a: bypassed("made", { number: "b.number" }),
    b: bypassed("made", { number: "a.number" }),
    c: show("a.number"),
  };
  assert.deepEqual(
    problemsOf(round).map(({ code }) => code),
    ["nothing-to-run"],
  );
  const self = { sub: bypassed("made", { number: "d.value" }), d: reroute("sub.number"), c: show("d.value") };
  assert.deepEqual(problemsOf({ ...self, sub: { ...self.sub, mode: undefined } }), []);
  assert.ok(problemsOf(self).some(({ code }) => code === "cycle"));
});

test("[G7] a bypassed instance that passes an input on as it is, or is fed by nothing that can be used, is no bug", async () => {
  const pass = { nodes: {}, inputs: { value: {} }, outputs: { value: { from: "in.value" } } };
  assert.deepEqual(
    await valuesOf({ one, sub: bypassed("pass", { value: "one.value" }), a: show("sub.value") }, { pass }),
    {
      "a.value": [1],
    },
  );
  const codes = problemsOf({ sub: bypassed("made", { number: "ghost.value" }), a: show("sub.number") }).map(
    ({ code }) => code,
  );
  assert.ok(codes.includes("nothing-to-run") || codes.includes("dangling-link"), `${codes}`);
});
