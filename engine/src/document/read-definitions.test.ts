import assert from "node:assert/strict";
import { test } from "node:test";
import { node, planOf, record, testEnvironment, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { entry, instance, objectNames, one, pass, places, plus, show } from "./definitions.fixture.ts";
import { readDocument } from "./document.ts";
import { readDefinitions } from "./read-definitions.ts";
import { Report } from "./report.ts";

/** The definitions that are read, and what was said of them as a whole. */
function read(json: unknown) {
  const report = new Report();
  return { definitions: readDefinitions(json, report), problems: report.problems };
}
/** The one definition, read. Its problems are its own. */
const readOne = (json: object) => read({ it: json }).definitions!.get("it")!;
const messages = (json: object) => readOne(json).problems.map(({ message }) => message);

test("[G4] a thousand definitions are read, and of more none", () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`d${i}`, { nodes: {} }]));
  assert.equal(read(many(1_000)).definitions!.size, 1_000);
  const { document, problems } = readDocument(workflow({ one }, { definitions: many(1_001) }));
  assert.equal(document, undefined);
  assert.deepEqual(
    problems.map(({ code, message, remedy }) => [code, message, remedy]),
    [
      [
        "too-many-nodes",
        "The workflow defines 1001 subgraphs; at most 1000 are read.",
        "Split it into several workflows.",
      ],
    ],
  );
});

test("[G8] a definition whose id cannot be one is left out by name, and the others are read", () => {
  const wrong = ["", "A", "1a", "a_b", "a.b", "a/b", "ä", "日本", "a ", "a".repeat(65), "__proto__", "toString"];
  for (const id of wrong) {
    const { definitions, problems } = read({ ...entry(id, { nodes: {} }), fine: { nodes: {} } });
    assert.deepEqual([...definitions!.keys()], ["fine"], id);
    assert.deepEqual(places(problems), ["bad-definition"]);
    assert.match(problems[0]!.message, /^".*" cannot be the id of a subgraph\.$/);
  }
  const right = ["a-b9", "a".repeat(64), "constructor", "in", "out", "subgraph"];
  assert.deepEqual([...read(Object.fromEntries(right.map((id) => [id, { nodes: {} }]))).definitions!.keys()], right);
});

test("[G8] what a definition is called is its title, in any script, or else its id", () => {
  const titleOf = (title: unknown) => readOne({ title, nodes: {} }).title;
  assert.deepEqual(["Größer ✨", "日本語", " a "].map(titleOf), ["Größer ✨", "日本語", " a "]);
  assert.deepEqual(
    ["", " \n", 3, null, ["a"], undefined].map(titleOf),
    Array.from({ length: 6 }, () => "it"),
  );
  const loud = { title: `${"🏠".repeat(100)}\n`, nodes: { x: {} } };
  const { problems } = readDocument(workflow({ a: instance("it") }, { definitions: { it: loud } }));
  for (const { message } of problems) assert.match(message, /^In the subgraph "(🏠)+.?…": /u);
});

test("[G2] an empty definition is one: it has no nodes, ports and problems, and its instance brings none", () => {
  const { document, problems } = readDocument(workflow({ a: instance("it") }, { definitions: { it: { nodes: {} } } }));
  assert.deepEqual(problems, []);
  assert.deepEqual([document!.nodes.size, document!.broken.size], [0, 0]);
  assert.deepEqual([...document!.instances.get("a")!.outputs], []);
  assert.equal(document!.instances.get("a")!.parameter("by"), undefined);
});

test("[G1] ports are in the order in which they are written, and an output may give nothing yet", () => {
  const it = readOne({
    nodes: { n: one },
    inputs: { z: {}, a: { summary: "First." } },
    outputs: { y: {}, b: { from: "n.value" }, in: { from: "in.z" } },
    exposed: { z1: "n.value", a1: "n.other" },
  });
  assert.deepEqual(it.problems, []);
  assert.deepEqual([...it.inputs], ["z", "a"]);
  assert.deepEqual(
    [...it.outputs],
    [
      ["y", undefined],
      ["b", { node: "n", port: "value" }],
      ["in", { node: "in", port: "z" }],
    ],
  );
  assert.deepEqual([...it.exposed.keys()], ["z1", "a1"]);
});

test("[G8] a port that cannot be one is said with its name or value, and the others are read", () => {
  const it = readOne({
    nodes: {},
    inputs: { a: {}, "a b": {}, a_b: {}, é: {}, ["x".repeat(65)]: {}, ...entry("__proto__", {}), b: [] },
    outputs: { a: { from: 3 }, b: { from: "in" }, c: null, d: { from: "in.a", kind: "image" } },
  });
  assert.deepEqual([[...it.inputs], [...it.outputs.keys()]], [["a"], ["a", "b", "d"]]);
  const named = it.problems.map(({ code, message }) => `${code} ${message.replace(/x{9,}[^ ]*/, 'x"')}`);
  assert.deepEqual(named, [
    'bad-port "a b" cannot be the name of a port.',
    'bad-port "a_b" cannot be the name of a port.',
    'bad-port "é" cannot be the name of a port.',
    'bad-port "x" cannot be the name of a port.',
    'bad-port "__proto__" cannot be the name of a port.',
    'bad-port The port "b" of its inputs has to be an object, but is a list of 0.',
    'bad-port The port "c" of its outputs has to be an object, but is null.',
    'unknown-field Its port "d" has a field "kind" that this version does not know; it is kept and has no effect.',
    'bad-link Its output "a" is linked to 3, which is not a link.',
    'bad-link Its output "b" is linked to "in", which is not a link.',
  ]);
});

test("[G8] inside, `in` and `out` stand for the ports and are no nodes; in the document itself they may be", () => {
  for (const id of ["in", "out"]) {
    const it = readOne({ nodes: { [id]: one, fine: one } });
    assert.deepEqual([...it.nodes.keys()], ["fine"]);
    assert.deepEqual(messages({ nodes: { [id]: one } }), [
      `"${id}" cannot be the id of a node in a subgraph: it stands for the subgraph's ${id}puts.`,
    ]);
    const { document, problems } = readDocument(workflow({ [id]: one, show: show(`${id}.value`) }));
    assert.deepEqual([problems, document!.nodes.get("show")!.inputs[0]!.source.node], [[], id]);
  }
});

test("[G6] exposed names that clash with an input, with one another or with a link are said, and the rest stays", () => {
  const nodes = { n: node("math.add", { b: 1 }, { a: "in.x", linked: "m.value" }), m: one };
  const it = readOne({
    nodes,
    inputs: { x: {} },
    outputs: { b: { from: "n.value" } },
    exposed: { x: "n.b", b: ["n.b", "m.value", "n.b"], again: ["m.value", "m.other"], n1: "n.linked", a_b: "m.c" },
  });
  assert.deepEqual(
    [...it.exposed].map(([name, addresses]) => [name, addresses.map(({ port }) => port)]),
    [
      ["b", ["b", "value"]],
      ["again", ["other"]],
    ],
  );
  assert.deepEqual(
    it.problems.map(({ code, severity, message }) => `${severity} ${code} ${message}`),
    [
      'error bad-exposed It has an input and a parameter that are both called "x".',
      'error bad-exposed It exposes "n.b" as "b" and as "b".',
      'error bad-exposed It exposes "m.value" as "b" and as "again".',
      'error bad-exposed It exposes "n.linked" as "n1", but that is fed by a link.',
      'error bad-exposed "a_b" cannot be the name of a parameter of a subgraph.',
    ],
  );
});

test("[G6] exposing a parameter of a node that is not there is warned of, not passed over in silence", () => {
  const it = {
    nodes: { prior: one, bad: {} },
    exposed: { by: "prio.value", x: "in.y", fine: "prior.value", z: "bad.z" },
  };
  const warned = readOne(it).problems.filter(({ code }) => code === "bad-exposed");
  assert.deepEqual(
    warned.map(({ severity, message, remedy }) => [severity, message, remedy]),
    [
      ["warning", 'It exposes "prio.value" as "by", but has no node "prio".', 'Did you mean "prior"?'],
      ["warning", 'It exposes "in.y" as "x", but has no node "in".', 'Choose one of "prior".'],
    ],
  );
});

test("[D7] names of every object are definitions, instances, ports, parameters and groups like others", async () => {
  const environment = testEnvironment(testNodes);
  for (const name of ["constructor", "prototype", "valueof"]) {
    const it = {
      nodes: { [name]: node("math.add", { b: 1 }, { a: `in.${name}` }) },
      inputs: { [name]: {} },
      outputs: { [name]: { from: `${name}.value` } },
      exposed: { toString: `${name}.b` },
      groups: { [name]: { title: name, members: [name] } },
      notes: { [name]: { text: name, x: 0, y: 0, width: 200, height: 100 } },
    };
    const nodes = {
      one,
      [name]: instance(name, { [name]: "one.value" }, { toString: 5 }),
      show: show(`${name}.${name}`),
    };
    const json = workflow(nodes, { definitions: { [name]: it }, exposed: { [name]: `${name}.toString` } });
    assert.deepEqual(readDocument(json).problems, []);
    assert.deepEqual((await record(planOf(json, environment))).values, { "show.value": [6] });
  }
  for (const name of objectNames) {
    const set = workflow(
      { one, a: { ...instance("plus", { value: "one.value" }), params: entry(name, 7) } },
      { definitions: { plus } },
    );
    const fed = workflow({ one, a: instance("plus", entry(name, "one.value")) }, { definitions: { plus } });
    assert.deepEqual(places(readDocument(set).problems), [`unknown-param a.${name}`]);
    assert.deepEqual(places(readDocument(fed).problems), [`unknown-port a.${name}`]);
    const gone = readDocument(workflow({ a: instance(name) }, { definitions: { plus } })).problems;
    assert.deepEqual(places(gone), ["unknown-definition a"]);
  }
});

test("[D10] the problems of all definitions together have the limit, and what is beyond it is still not read", () => {
  const bad = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, []]));
  const definitions = { a: { nodes: bad(6_000) }, b: { nodes: bad(6_000) }, pass };
  const { document, problems } = readDocument(
    workflow({ a: instance("a"), b: instance("b"), c: instance("pass") }, { definitions }),
  );
  assert.equal(problems.length, Report.limit + 1);
  assert.equal(problems.at(-1)!.code, "too-many-problems");
  assert.deepEqual([document!.nodes.size, document!.broken.size, document!.instances.size], [0, 12_000, 3]);
  const twice = readDocument(workflow(bad(Report.limit + 1), { definitions })).problems;
  assert.equal(
    twice.length,
    Report.limit + 1,
    "nor do those of the workflow and of its definitions exceed it together",
  );
});
