import assert from "node:assert/strict";
import { test } from "node:test";
import { addTwice, chain, instance, one, show } from "../document/definitions.fixture.ts";
import { readDocument } from "../document/document.ts";
import { node, planOf, record, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";

const environment = testEnvironment(testNodes);
const problemsOf = (json: unknown) =>
  validateJson(json, environment).problems.map(({ code, severity, node }) =>
    `${severity} ${code} ${node ?? ""}`.trim(),
  );
const valuesOf = async (json: unknown) => (await record(planOf(json, environment))).values;

test("[G1] an instance stands for its definition: inputs, outputs and parameters", async () => {
  assert.deepEqual(await valuesOf(chain), { "show.value": [11] });
  const half = { ...chain, nodes: { ...chain.nodes, show: show("sub.half") } };
  assert.deepEqual(await valuesOf(half), { "show.value": [6] });
});

test("[G1] an output may give what an input is given, through many instances", async () => {
  const pass = { nodes: {}, inputs: { value: {} }, outputs: { value: { from: "in.value" } } };
  const nodes: { [id: string]: object } = { one };
  let last = "one.value";
  for (let i = 0; i < 2000; i++) {
    nodes[`p${i}`] = instance("pass", { value: last });
    last = `p${i}.value`;
  }
  assert.deepEqual(await valuesOf(workflow({ ...nodes, show: show(last) }, { definitions: { pass } })), {
    "show.value": [1],
  });
});

test("[G1] instances that only pass each other's values on are a problem, not an endless walk", () => {
  const pass = { nodes: {}, inputs: { value: {} }, outputs: { value: { from: "in.value" } } };
  const nodes = {
    a: instance("pass", { value: "b.value" }),
    b: instance("pass", { value: "a.value" }),
    show: show("a.value"),
  };
  const { problems } = validateJson(workflow(nodes, { definitions: { pass } }), environment);
  const circle = problems.find(({ node }) => node === "show")!;
  assert.equal(circle.code, "dangling-link");
  assert.match(circle.message, /in a circle of subgraphs/);
});

test("[G2] what is unpacked has the path of its instances in its ids", () => {
  const outer = {
    nodes: { deep: instance("twice", { value: "in.x" }) },
    inputs: { x: {} },
    outputs: { y: { from: "deep.value" } },
  };
  const json = workflow(
    { one, sub: instance("outer", { x: "one.value" }), show: show("sub.y") },
    { definitions: { outer, twice: addTwice } },
  );
  const { document, problems } = readDocument(json);
  assert.deepEqual(problems, []);
  assert.deepEqual([...document!.nodes.keys()].sort(), ["one", "show", "sub/deep/first", "sub/deep/second"]);
  assert.deepEqual([...document!.instances.keys()].sort(), ["sub", "sub/deep"]);
  assert.deepEqual(document!.instances.get("sub")!.outputs.get("y"), { node: "sub/deep/second", port: "value" });
  assert.equal(document!.json, json, "what is saved again is what was read");
});

test("[G2] two instances of one definition are independent", async () => {
  const json = workflow(
    {
      one,
      a: instance("twice", { value: "one.value" }, { by: 2 }),
      b: instance("twice", { value: "a.value" }),
      show: show("b.value"),
    },
    { definitions: { twice: addTwice } },
  );
  assert.deepEqual(await valuesOf(json), { "show.value": [7] });
});

test("[G3] definitions that contain one another are an error that names them", () => {
  const definitions = {
    a: { title: "Anna", nodes: { x: instance("b") } },
    b: { title: "Bert", nodes: { x: instance("a") } },
  };
  const { problems } = readDocument(workflow({ x: instance("a") }, { definitions }));
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["definition-cycle"],
  );
  assert.match(problems[0]!.message, /"Anna" → "Bert" → "Anna"/);
  const own = readDocument(workflow({}, { definitions: { a: { nodes: { x: instance("a") } } } }));
  assert.match(own.problems[0]!.message, /"a" → "a"/);
});

test("[G3] subgraphs that contain one another, or lie too deep, prevent nothing as long as no instance leads to them", () => {
  const definitions: { [id: string]: object } = {
    a: { nodes: { x: instance("b") } },
    b: { nodes: { x: instance("a") } },
    d1: { nodes: { one } },
    above: { nodes: { x: instance("a") } },
  };
  for (let i = 2; i <= 9; i++) definitions[`d${i}`] = { nodes: { x: instance(`d${i - 1}`) } };
  const severities = (nodes: object) => {
    const { plan, problems } = validateJson(
      workflow({ one, ...nodes, show: show("one.value") }, { definitions }),
      environment,
    );
    return [plan !== undefined, ...problems.map(({ severity, code }) => `${severity} ${code}`)];
  };
  assert.deepEqual(severities({}), [true, "warning definition-cycle", "warning nested-too-deep"]);
  assert.deepEqual(severities({ d: instance("d8") }), [true, "warning definition-cycle", "warning nested-too-deep"]);
  assert.deepEqual(severities({ x: instance("above") }), [false, "error definition-cycle", "warning nested-too-deep"]);
  assert.deepEqual(severities({ d: instance("d9") }), [false, "warning definition-cycle", "error nested-too-deep"]);
});

test("[G3] eight subgraphs may lie within one another, and no more", () => {
  const nested = (depth: number) => {
    const definitions: { [id: string]: object } = { d1: { nodes: { one } } };
    for (let i = 2; i <= depth; i++) definitions[`d${i}`] = { nodes: { x: instance(`d${i - 1}`) } };
    return readDocument(workflow({ x: instance(`d${depth}`) }, { definitions }));
  };
  const eight = nested(8);
  assert.deepEqual(eight.problems, []);
  assert.deepEqual([...eight.document!.nodes.keys()], ["x/x/x/x/x/x/x/x/one"]);
  const nine = nested(9);
  assert.deepEqual(
    nine.problems.map(({ code }) => code),
    ["nested-too-deep"],
  );
  assert.match(nine.problems[0]!.message, /"d9".* 9; at most 8/);
  assert.equal(nine.document!.nodes.size, 0);
});

test("[G4] a document that would unpack to billions of nodes is refused by name, before anything is unpacked", () => {
  const definitions: { [id: string]: object } = {
    d1: { title: "ha", nodes: Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`n${i}`, one])) },
  };
  for (let d = 2; d <= 8; d++)
    definitions[`d${d}`] = {
      title: "ha".repeat(d),
      nodes: Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`n${i}`, instance(`d${d - 1}`)])),
    };
  const before = process.cpuUsage();
  const { document, problems } = readDocument(workflow({ x: instance("d8") }, { definitions }));
  const { user } = process.cpuUsage(before);
  assert.equal(document, undefined);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["too-many-nodes"],
  );
  assert.match(problems[0]!.message, /at most 200000 are read\. One "hahahahahahahaha" brings \d+/);
  assert.ok(user < 500_000, `${user} µs`);
});

test("[G4] nor is one that hides them in empty subgraphs, or in parameters", () => {
  const empty: { [id: string]: object } = { d1: { nodes: {} } };
  for (let d = 2; d <= 8; d++)
    empty[`d${d}`] = {
      nodes: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`n${i}`, instance(`d${d - 1}`)])),
    };
  assert.deepEqual(
    readDocument(workflow({ x: instance("d8") }, { definitions: empty })).problems.map(({ code }) => code),
    ["too-many-nodes"],
  );
  const params = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`p${i}`, i]));
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`x${i}`, instance("fat")]));
  const { problems } = readDocument(
    workflow(many, { definitions: { fat: { nodes: { a: node("math.add", params) } } } }),
  );
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["too-many-nodes"],
  );
  assert.match(problems[0]!.message, /parameters, links and exposed names/);
});

test("[G6] a parameter of an instance may be fed by a link, and reaches through nested ones", async () => {
  const outer = {
    nodes: { deep: instance("twice", { value: "in.x" }) },
    inputs: { x: {} },
    outputs: { y: { from: "deep.value" } },
    exposed: { step: "deep.by" },
  };
  const definitions = { outer, twice: addTwice };
  const set = workflow(
    { one, sub: instance("outer", { x: "one.value" }, { step: 10 }), show: show("sub.y") },
    { definitions },
  );
  assert.deepEqual(await valuesOf(set), { "show.value": [21] });
  const linked = workflow(
    {
      one,
      ten: node("math.constant", { value: 100 }),
      sub: instance("outer", { x: "one.value", step: "ten.value" }),
      show: show("sub.y"),
    },
    { definitions },
  );
  assert.deepEqual(await valuesOf(linked), { "show.value": [201] });
});

test("[G6] what the definition does not have is a problem at the instance", () => {
  const definitions = { twice: addTwice };
  const sub = instance("twice", { valeu: "one.value", value: "one.value" }, { bye: 1 });
  const told = validateJson(workflow({ one, sub, show: show("sub.value") }, { definitions }), environment).problems;
  assert.deepEqual(
    told.map(({ code, severity, node, port }) => [code, severity, node, port]),
    [
      ["unknown-param", "error", "sub", "bye"],
      ["unknown-port", "error", "sub", "valeu"],
    ],
  );
  assert.match(`${told[0]!.message} ${told[0]!.remedy}`, /"Add twice" has no parameter "bye".*"by"/);
  assert.match(told[1]!.remedy, /Did you mean "value"/);
  const lost = workflow(
    { one, sub: instance("twice", { value: "one.value" }), show: show("sub.vallue") },
    { definitions },
  );
  const [dangling] = validateJson(lost, environment).problems;
  assert.deepEqual([dangling!.code, dangling!.severity, dangling!.node], ["dangling-link", "error", "show"]);
  assert.match(`${dangling!.message} ${dangling!.remedy}`, /"Add twice" does not have.*Did you mean "value"/);
});

test("[G6] a definition exposes a parameter under one name, and none that is linked", () => {
  const twice = { ...addTwice, exposed: { by: "first.b", again: "first.b", value: "second.b" } };
  const { problems } = readDocument(workflow({ sub: instance("twice") }, { definitions: { twice } }));
  assert.deepEqual(
    problems.map(({ code }) => code),
    ["bad-exposed", "bad-exposed"],
  );
  assert.match(problems[0]!.message, /In the subgraph "Add twice": It exposes "first\.b" as "by" and as "again"/);
  assert.match(problems[1]!.message, /an input and a parameter that are both called "value"/);
});

test("[G7] a muted instance takes all inside out, a bypassed one passes on what it is given", async () => {
  const muted = {
    ...chain,
    nodes: { ...chain.nodes, sub: { ...(chain.nodes["sub" as never] as object), mode: "mute" } },
  };
  assert.deepEqual(problemsOf(muted), ["error nothing-to-run"]);
  const reroutes = {
    nodes: {
      a: node("util.reroute", {}, { value: "in.value" }),
      b: node("test.fail", { at: 1 }, { value: "a.value" }),
    },
    inputs: { value: {} },
    outputs: { value: { from: "b.value" } },
  };
  const bypassed = workflow(
    { one, sub: instance("it", { value: "one.value" }, {}, { mode: "bypass" }), show: show("sub.value") },
    { definitions: { it: reroutes } },
  );
  assert.deepEqual(await valuesOf(bypassed), { "show.value": [1] });
});

test("[G8] what is wrong inside is at the node inside, for each instance", () => {
  const unfed = workflow({ sub: instance("twice"), show: show("sub.value") }, { definitions: { twice: addTwice } });
  assert.deepEqual(problemsOf(unfed), ["error missing-input sub/first"]);
  const word = node("test.word", { word: "no number" });
  const wrong = workflow(
    { word, sub: instance("twice", { value: "word.value" }), show: show("sub.value") },
    { definitions: { twice: addTwice } },
  );
  const { problems } = validateJson(wrong, environment);
  assert.equal(problems[0]!.node, "sub/first");
  assert.match(problems[0]!.message, /"sub\/first\.a" needs number, but "word\.value" gives text/);
});

test("[G8] what cannot be read in a definition is said once, by its title, and blocks only what has an instance of it", () => {
  const broken = { title: "Broken", nodes: { ok: one, bad: { type: 3, version: 1 } } };
  const used = workflow(
    { a: instance("broken"), b: instance("broken"), one, show: show("one.value") },
    { definitions: { broken } },
  );
  const { plan, problems } = validateJson(used, environment);
  assert.equal(plan, undefined);
  assert.deepEqual(
    problems.map(({ code, node }) => [code, node]),
    [["bad-node", "a/bad"]],
  );
  assert.match(problems[0]!.message, /^In the subgraph "Broken": The type of "bad"/);
  const unused = validateJson(workflow({ one, show: show("one.value") }, { definitions: { broken } }), environment);
  assert.ok(unused.plan);
  assert.deepEqual(
    unused.problems.map(({ code, severity }) => [code, severity]),
    [["bad-node", "warning"]],
  );
});

test("[G8] a link inside that cannot be read is said at every instance, and prevents the run that needs it in one of them", () => {
  const odd = {
    nodes: {
      add: node("math.add", { b: 1 }, { a: 3 as never }),
      apart: node("math.add", { b: 1 }, { a: "add.value" }),
    },
    outputs: { value: { from: "add.value" } },
  };
  const used = workflow(
    { a: instance("odd", {}, {}, { mode: "mute" }), b: instance("odd"), show: show("b.value") },
    { definitions: { odd } },
  );
  const { plan, problems } = validateJson(used, environment);
  assert.equal(plan, undefined);
  assert.deepEqual(
    problems.map(({ code, severity, node, port }) => [code, severity, node, port]),
    [
      ["bad-link", "warning", "a/add", "a"],
      ["bad-link", "error", "b/add", "a"],
    ],
  );
});

test("[G8] a subgraph that is not there is a problem that suggests the nearest", () => {
  const { problems } = validateJson(
    workflow({ sub: instance("twise"), show: show("sub.value") }, { definitions: { twice: addTwice } }),
    environment,
  );
  const [first] = problems;
  assert.deepEqual([first!.code, first!.severity, first!.node], ["unknown-definition", "error", "sub"]);
  assert.match(first!.remedy, /"twice"/);
});

test("[G8] definitions of the wrong shape are problems, and nothing throws", () => {
  const codes = (definitions: unknown) => readDocument(workflow({}, { definitions })).problems.map(({ code }) => code);
  for (const wrong of [3, null, [], "x"]) assert.deepEqual(codes(wrong), ["bad-definition"], JSON.stringify(wrong));
  for (const wrong of [3, null, [], {}, { nodes: 3 }])
    assert.deepEqual(codes({ a: wrong }), ["bad-definition"], JSON.stringify(wrong));
  assert.deepEqual(codes({ "A b": { nodes: {} } }), ["bad-definition"]);
  assert.deepEqual(codes({ a: { nodes: { in: one } } }), ["bad-id"]);
  assert.deepEqual(codes({ a: { nodes: {}, inputs: { "a.b": {} } } }), ["bad-port"]);
  assert.deepEqual(codes({ a: { nodes: {}, inputs: { a: "b.c" } } }), ["bad-port"]);
  assert.deepEqual(codes({ a: { nodes: {}, inputs: 3, outputs: [] } }), ["bad-port", "bad-port"]);
  assert.deepEqual(codes({ a: { nodes: {}, outputs: { a: { from: "b" } } } }), ["bad-link"]);
  assert.deepEqual(codes({ a: { nodes: {}, colour: "red", inputs: { a: { unit: 1 } } } }), [
    "unknown-field",
    "unknown-field",
  ]);
  assert.deepEqual(
    codes(
      JSON.parse(
        '{ "__proto__": { "nodes": {} }, "constructor": { "nodes": { "toString": { "type": "math.add", "version": 1 } } } }',
      ),
    ),
    ["bad-definition", "bad-id"],
  );
});
