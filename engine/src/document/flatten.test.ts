import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeDefiner } from "../catalogue/node.ts";
import { p } from "../catalogue/param.ts";
import { node, planOf, record, t, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { instance, one, pass, places, plus, show } from "./definitions.fixture.ts";
import { readDocument } from "./document.ts";
import { badLink } from "./read-node.ts";

const environment = testEnvironment(testNodes);
/** An instance of `plus` within one of `outer`. */
const outer = {
  title: "Outer",
  nodes: { deep: instance("plus", { value: "in.x" }) },
  inputs: { x: {} },
  outputs: { y: { from: "deep.value" } },
  exposed: { step: "deep.by" },
};
const definitions = { outer, plus, pass };
const read = (nodes: object, more: object = {}) =>
  readDocument(workflow(nodes, { definitions: { ...definitions, ...more } }));
const told = (nodes: object, more: object = {}) =>
  read(nodes, more).problems.map(({ code, node, port, message, remedy }) => [code, `${node}.${port}`, message, remedy]);
const valuesOf = async (nodes: object, more: object = {}) =>
  (await record(planOf(workflow(nodes, { definitions: { ...definitions, ...more } }), environment))).values;

test("[G2] no id can be that of a node inside an instance, and ids that look alike stay apart", () => {
  const taken = read({ a: instance("plus"), "a/sum": one, s: show("a/sum.value") });
  assert.deepEqual(places(taken.problems), ["bad-id", "bad-link s.value"]);
  assert.equal(taken.document!.nodes.get("a/sum")!.type, "math.add");
  assert.deepEqual([...taken.document!.broken], [], "the node inside is sound");
  const clash = { nodes: { i: instance("plus"), "i/sum": 3 } };
  const { document: within, problems: inside } = read({ a: instance("clash") }, { clash });
  assert.deepEqual([places(inside), [...within!.nodes.keys()], within!.broken.size], [["bad-id"], ["a/i/sum"], 0]);
  const alike = { "a-b": instance("outer"), a: instance("outer"), "a-b-deep": instance("plus"), deep: one, sum: one };
  const { document } = read(alike);
  assert.deepEqual([...document!.nodes.keys()], ["deep", "sum", "a-b/deep/sum", "a/deep/sum", "a-b-deep/sum"]);
  assert.deepEqual([...document!.instances.keys()], ["a-b", "a", "a-b-deep", "a-b/deep", "a/deep"]);
});

test("[G2] what is linked to instances is linked to what gives their outputs, and all else is as it was read", () => {
  const nodes = { one, a: instance("outer", { x: "one.value" }), s: show("a.y"), other: show("one.value") };
  const { document } = read(nodes);
  const linksOf = (id: string) => document!.nodes.get(id)!.inputs.map(({ source }) => `${source.node}.${source.port}`);
  assert.deepEqual(
    [linksOf("a/deep/sum"), linksOf("s"), linksOf("other")],
    [["one.value"], ["a/deep/sum.value"], ["one.value"]],
  );
  assert.deepEqual(document!.json.nodes, nodes);
});

test("[G1] an input that nothing feeds feeds nothing inside, and what it passes on is given by no output", () => {
  const both = { ...pass, nodes: { n: node("math.add", {}, { a: "in.value" }) } };
  const { document, problems } = read(
    { a: instance("both"), b: instance("both", { value: "a.value" }), s: show("b.value") },
    { both },
  );
  assert.deepEqual(problems, []);
  for (const id of ["a/n", "b/n", "s"]) assert.deepEqual(document!.nodes.get(id)!.inputs, [], id);
  assert.equal(document!.instances.get("b")!.outputs.has("value"), false);
});

test("[G1] a link that leads nowhere says where it is, why, and what to do", () => {
  const it = {
    title: "It",
    nodes: {
      n: node("math.add", {}, { a: "in.imag" }),
      m: node("math.add", {}, { a: "deep.valu" }),
      deep: instance("plus"),
    },
    inputs: { image: {} },
    outputs: { empty: {}, image: { from: "n.value" }, lost: { from: "in.im" } },
  };
  const said = told({ a: instance("it"), e: show("a.empty"), t: show("a.imgae") }, { it });
  const open = "Open the subgraph and link something to that output.";
  assert.deepEqual(said, [
    [
      "dangling-link",
      "e.value",
      '"e.value" leads to the output "empty" of the subgraph "It", which gives nothing yet.',
      open,
    ],
    [
      "dangling-link",
      "t.value",
      '"t.value" leads to the output "imgae", which the subgraph "It" does not have.',
      'Did you mean "image"?',
    ],
    [
      "dangling-link",
      "a/n.a",
      '"a/n.a" leads to the input "imag", which the subgraph "It" does not have.',
      'Did you mean "image"?',
    ],
    [
      "dangling-link",
      "a/m.a",
      '"a/m.a" leads to the output "valu", which the subgraph "Plus" does not have.',
      'Did you mean "value"?',
    ],
    [
      ...["dangling-link", "a.lost"],
      'The output "lost" of the subgraph "It" leads to the input "im", which the subgraph "It" does not have.',
      'Choose one of "image".',
    ],
  ]);
});

test("[D9] a link into an instance that cannot be read is one problem, and nothing inside is unlinked for it", () => {
  const { document, problems } = read({ a: instance("outer", { x: "nonsense", step: 3 }), s: show("a.y") });
  assert.deepEqual(places(problems), ["bad-link a.x", "bad-link a.step"]);
  const { inputs } = document!.nodes.get("a/deep/sum")!;
  assert.deepEqual(inputs, [
    { port: "a", source: badLink },
    { port: "b", source: badLink },
  ]);
  const unread = read({ a: { type: "subgraph.plus" }, s: show("a.value") });
  assert.deepEqual([[...unread.document!.broken], unread.document!.instances.size], [["a"], 0]);
});

test("[G6] the outermost instance that sets or feeds a parameter has it, and a link goes before a value", async () => {
  const set = { ...outer, nodes: { deep: instance("plus", { value: "in.x" }, { by: 100 }) } };
  const valueWith = async (a: object) =>
    (await valuesOf({ one, four: node("math.constant", { value: 4 }), a, s: show("a.y") }, { set }))["s.value"];
  assert.deepEqual(await valueWith(instance("outer", { x: "one.value" })), [11]);
  assert.deepEqual(await valueWith(instance("set", { x: "one.value" })), [101]);
  assert.deepEqual(await valueWith(instance("set", { x: "one.value" }, { step: 1000 })), [1001]);
  assert.deepEqual(await valueWith(instance("set", { x: "one.value", step: "four.value" }, { step: 1000 })), [5]);
});

test("[G6] a name that a nested instance's definition lacks is a problem at that instance, for each outer one", () => {
  const wrong = { ...outer, nodes: { deep: instance("plus", { valu: "in.x" }, { bye: 1 }) } };
  assert.deepEqual(
    told({ a: instance("wrong"), b: instance("wrong") }, { wrong }).map(([code, at]) => `${code} ${at}`),
    ["unknown-param a/deep.bye", "unknown-port a/deep.valu", "unknown-param b/deep.bye", "unknown-port b/deep.valu"],
  );
  const exposed = { exposed: { by: "a.by", y: "a.y", step: ["a.step", "b.step"] } };
  const { document, problems } = readDocument(
    workflow({ a: instance("outer"), b: instance("outer") }, { definitions, ...exposed }),
  );
  assert.deepEqual(
    problems.map(({ severity, message, remedy }) => [severity, message, remedy]),
    [
      [
        "warning",
        'The exposed name "by" stands for "a.by", but the subgraph "Outer" has no parameter "by".',
        'Choose one of "step".',
      ],
      [
        "warning",
        'The exposed name "y" stands for "a.y", but the subgraph "Outer" has no parameter "y".',
        'Choose one of "step".',
      ],
    ],
  );
  assert.deepEqual([...document!.exposed], [["step", ["a", "b"].map((id) => ({ node: `${id}/deep/sum`, port: "b" }))]]);
});

test("[G7] a node is left out if an instance around it is muted or bypassed, and has its own mode else", () => {
  const modes = ["run", "bypass", "mute"] as const;
  for (const [x, y, z] of modes.flatMap((x) => modes.flatMap((y) => modes.map((z) => [x, y, z] as const)))) {
    const of = (mode: string) => (mode === "run" ? {} : { mode });
    const inner = { nodes: { n: { ...one, ...of(z) } } };
    const around = { nodes: { i: instance("inner", {}, {}, of(y)) } };
    const { document } = read({ a: instance("around", {}, {}, of(x)) }, { inner, around });
    const expected = x === "run" && y === "run" ? z : "mute";
    assert.equal(document!.nodes.get("a/i/n")!.mode, expected, `${x} ${y} ${z}`);
    assert.equal(document!.instances.get("a")!.bypassed !== undefined, x === "bypass");
    assert.equal(document!.instances.get("a/i")!.bypassed !== undefined, x === "run" && y === "bypass");
  }
});

test("[M1] a muted instance takes out what needs it, and a bypassed one passes its lists on", async () => {
  const nodes = { many: node("list.range", { count: 3 }), s: show("a.value"), t: show("many.count") };
  const through = { ...plus, nodes: { sum: node("util.reroute", {}, { value: "in.value" }) }, exposed: {} };
  const valuesIn = (mode: object) =>
    valuesOf({ ...nodes, a: instance("through", { value: "many.values" }, {}, mode) }, { through });
  assert.deepEqual(await valuesIn({ mode: "mute" }), { "t.value": [3] });
  assert.deepEqual(await valuesIn({ mode: "bypass" }), { "s.value": [0, 1, 2], "t.value": [3] });
});

test("[L1] lists go through ports item by item, and a whole list into what takes one", async () => {
  const it = {
    nodes: {
      each: node("math.add", { b: 1 }, { a: "in.each" }),
      all: node("list.sum", {}, { values: "in.each" }),
      own: node("list.range", { count: 2 }),
    },
    inputs: { each: {} },
    outputs: { each: { from: "each.value" }, all: { from: "all.value" }, own: { from: "own.values" } },
    exposed: { by: "each.b" },
  };
  const nodes = { many: node("list.range", { count: 3 }), ten: node("list.range", { count: 3 }, { first: "b.all" }) };
  const b = instance("it", { each: "many.values" });
  const a = instance("it", { each: "b.each", by: "ten.values" });
  const values = await valuesOf({ ...nodes, b, a, s: show("a.each"), t: show("a.all"), u: show("b.own") }, { it });
  assert.deepEqual(values, { "s.value": [4, 6, 8], "t.value": [6], "u.value": [0, 1] });
});

test("[N2] a switch inside an instance is set from outside: what it does not pick is not run", async () => {
  const either = {
    nodes: { pick: node("test.pick", {}, { yes: "in.yes", no: "in.no" }) },
    inputs: { yes: {}, no: {} },
    outputs: { value: { from: "pick.value" } },
    exposed: { which: "pick.which" },
  };
  const nodes = { one, bad: node("test.fail", { at: 1 }, { value: "one.value" }), s: show("a.value") };
  const run = async (which: boolean) =>
    record(
      planOf(
        workflow(
          { ...nodes, a: instance("either", { yes: "one.value", no: "bad.value" }, { which }) },
          { definitions: { either } },
        ),
        environment,
      ),
    );
  const [yes, no] = [await run(true), await run(false)];
  assert.deepEqual([yes.values, yes.failures.length], [{ "s.value": [1] }, 0]);
  assert.deepEqual([no.values, no.failures.map(({ node }) => node)], [{}, ["bad"]]);
});

test("[V6] a circle through an instance is one of the nodes inside, written with their paths", () => {
  const { plan, problems } = validateJson(
    workflow(
      { a: instance("outer", { x: "b.value" }), b: instance("plus", { value: "a.y" }), s: show("b.value") },
      { definitions },
    ),
    environment,
  );
  assert.equal(plan, undefined);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["cycle"],
  );
  assert.match(problems[0]!.message, /: (a\/deep\/sum → b\/sum → a\/deep\/sum|b\/sum → a\/deep\/sum → b\/sum)\.$/);
});

test("[G8] a definition's own problem is said once at its first instance; a bad link and an unknown subgraph inside at each", () => {
  const it = { title: "It", nodes: { x: instance("pluss"), y: node("math.add", {}, { a: "?" }) }, colour: 1 };
  const around = { nodes: { l: instance("it"), r: instance("it") } };
  const { document, problems } = read({ a: instance("around"), b: instance("it") }, { it, around });
  assert.deepEqual(
    problems.map(({ code, node, message }) => `${code} ${node}: ${message.split(":")[0]}`),
    [
      'unknown-field undefined: In the subgraph "It"',
      ...["a/l", "a/r", "b"].flatMap((id) => [
        `bad-link ${id}/y: In the subgraph "It"`,
        `unknown-definition ${id}/x: Node "${id}/x" is an instance of the subgraph "pluss", which the workflow does not define.`,
      ]),
    ],
  );
  assert.deepEqual([...document!.broken].toSorted(), ["a/l/x", "a/r/x", "b/x"]);
});

test("[G8] in definitions that nothing stands for, used by one another or not, all is a warning without a place", () => {
  const bad = { title: "Bad", nodes: { x: {}, y: node("math.add", {}, { a: "?" }) } };
  const user = { title: "User", nodes: { b: instance("bad"), z: [] } };
  for (const nodes of [{ one }, { one, a: instance("plus") }]) {
    const { problems } = read(nodes, { bad, user });
    assert.deepEqual(
      problems.map(({ code, severity, node, port }) => [code, severity, node, port]),
      [
        ["bad-node", "warning", undefined, undefined],
        ["bad-version", "warning", undefined, undefined],
        ["bad-link", "warning", undefined, undefined],
        ["bad-node", "warning", undefined, undefined],
      ],
    );
    assert.match(
      problems[3]!.message,
      /^In the subgraph "User", which no node stands for: Node "z" has to be an object/,
    );
  }
});

test("[V2] an instance in a newer version is a problem at the instance, however deep", () => {
  const newer = { nodes: { deep: instance("plus", {}, {}, { version: 2 }) } };
  assert.deepEqual(told({ a: instance("newer") }, { newer }), [
    [
      "newer-version",
      "a/deep.undefined",
      'Node "a/deep" is an instance in version 2; known is 1.',
      "Open the workflow with a newer Clipwork.",
    ],
  ]);
});

test("[G12] what an instance sets by the old name of a parameter is migrated with the node inside", async () => {
  const scaled = nodeDefiner<unknown>()({
    type: "test.scaled",
    version: 2,
    title: "Scaled",
    summary: "A number.",
    outputs: { value: t.number("The number.") },
    params: { value: p.number("Value.", { default: 0, min: 0, max: 100 }) },
    migrations: [
      {
        from: 1,
        name: "half is doubled and called value",
        apply: ({ params: { half, ...params }, inputs }) => ({
          params: { ...params, value: Number(half) * 2 },
          inputs,
        }),
      },
    ],
    run: (_, { value }) => ({ value }),
  });
  const old = {
    nodes: { s: node("test.scaled", { half: 1 }) },
    outputs: { value: { from: "s.value" } },
    exposed: { half: "s.half" },
  };
  const json = workflow(
    { a: instance("old"), b: instance("old", {}, { half: 7 }), s: show("a.value"), t: show("b.value") },
    { definitions: { old } },
  );
  assert.deepEqual(readDocument(json).document!.nodes.get("b/s")!.params, { half: 7 }, "read as it was made");
  const plan = planOf(json, testEnvironment<unknown>([...testNodes, scaled] as never));
  assert.deepEqual((await record(plan)).values, { "s.value": [2], "t.value": [14] });
});
