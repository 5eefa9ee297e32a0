import assert from "node:assert/strict";
import { test } from "node:test";
import { node, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { parseDocument, readDocument } from "./document.ts";
import { Report } from "./report.ts";

const codes = (json: unknown) => readDocument(json).problems.map(({ code }) => code);

test("[D1] what is no workflow is a problem", () => {
  for (const json of [null, undefined, 3, "clipwork/1", [], () => 0]) assert.deepEqual(codes(json), ["not-a-workflow"]);
  for (const nodes of [undefined, null, [], "caption"])
    assert.deepEqual(codes({ format: "clipwork/1", nodes }), ["not-a-workflow"]);
  assert.ok(readDocument(workflow({})).document);
});

test("[D2] a newer format is told apart from a foreign one", () => {
  assert.deepEqual(codes({ format: "clipwork/2", nodes: {} }), ["newer-format"]);
  for (const format of ["comfy", 1, undefined, "clipwork/1 "])
    assert.deepEqual(codes({ format, nodes: {} }), ["wrong-format"]);
});

test("[D3] node ids have a pattern", () => {
  for (const id of ["A", "1a", "", "a.b", "a b", "ä", "a".repeat(65), "__proto__"]) {
    const json = JSON.parse(`{"format":"clipwork/1","nodes":{${JSON.stringify(id)}:{"type":"math.add","version":1}}}`);
    assert.deepEqual(codes(json), ["bad-id"], id);
  }
  for (const id of ["a", "a-b_9", "a".repeat(64)])
    assert.deepEqual(codes(workflow({ [id]: node("math.add") })), [], id);
});

test('[D4] a link is exactly "node.port"', () => {
  for (const link of ["a", "a.b.c", ".b", "a.", "A.b", "a.b ", "a.0", ["a", 0], null, 3, {}, "a.-1"])
    assert.deepEqual(codes(workflow({ n: node("math.add", {}, { a: link }) })), ["bad-link"], JSON.stringify(link));
  const { document } = readDocument(workflow({ n: node("math.add", {}, { a: "one.value" }) }));
  assert.deepEqual(document!.nodes.get("n")!.inputs, [{ port: "a", source: { node: "one", port: "value" } }]);
});

test("[D5] unknown fields are warned of", () => {
  const { problems } = readDocument(workflow({ n: node("math.add", {}, {}, { colour: "red" }) }, { author: "me" }));
  assert.deepEqual(
    problems.map(({ code, severity, node }) => [code, severity, node]),
    [
      ["unknown-field", "warning", undefined],
      ["unknown-field", "warning", "n"],
    ],
  );
  assert.match(problems[0]!.message, /"author"/);
});

test("[D6] text that is not JSON is a problem with line and column", () => {
  const { document, problems } = parseDocument('{\n  "format": "clipwork/1",\n  "nodes": { oops }\n}');
  assert.equal(document, undefined);
  assert.equal(problems[0]!.code, "bad-json");
  assert.match(problems[0]!.remedy, /line 3, column 14/);
  assert.match(parseDocument('{\n "a": ').problems[0]!.remedy, /line 2, column 7/);
  assert.deepEqual(parseDocument('\uFEFF{"format":"clipwork/1","nodes":{}}').problems, []);
});

test("[D7] names of Object.prototype mean nothing special", () => {
  const environment = testEnvironment(testNodes);
  const json = JSON.parse(`{"format":"clipwork/1","nodes":{
    "constructor":{"type":"constructor","version":1,"params":{"__proto__":1,"toString":2},"inputs":{"valueOf":"tostring.value"}},
    "hasownproperty":{"type":"math.constant","version":1,"params":{"__proto__":{"value":7},"constructor":1}},
    "show":{"type":"output.show","version":1,"inputs":{"value":"constructor.toString"}}},
    "exposed":{"__proto__":"constructor.constructor"}}`);
  const { plan, problems } = validateJson(json, environment);
  assert.equal(plan, undefined);
  assert.deepEqual(
    problems.map(({ code, node, port }) => `${code} ${node} ${port}`),
    [
      "unknown-node-type constructor undefined",
      "unknown-param hasownproperty __proto__",
      "unknown-param hasownproperty constructor",
      "dangling-link show value",
    ],
  );
  assert.equal(({} as { value?: unknown }).value, undefined);
});

test("[D8] a document that is read and saved is the same", () => {
  const json = workflow(
    { n: node("no.such", { x: [1, { deep: true }] }, { a: "bad link" }, { mode: "mute", extra: 1 }) },
    { meta: { title: "T" }, layout: { n: { x: 1, y: 2 } }, future: { a: 1 } },
  );
  const { document } = readDocument(structuredClone(json));
  assert.deepEqual(document!.json, json);
});

test("[D9] a node that cannot be read blocks the run, and the rest is checked", () => {
  const { plan, problems } = validateJson(
    workflow({
      list: [],
      untyped: { version: 1 },
      versionless: { type: "math.add" },
      fraction: { type: "math.add", version: 1.5 },
      modal: node("math.add", {}, {}, { mode: "off" }),
      params: { type: "math.add", version: 1, params: [] },
      inputs: { type: "math.add", version: 1, inputs: "a" },
      fine: node("math.constant", { value: "x" }),
      show: node("output.show", {}, { value: "fine.value" }),
    }),
    testEnvironment(testNodes),
  );
  assert.equal(plan, undefined);
  assert.deepEqual(
    problems.map(({ code, severity, node }) => `${severity} ${code} ${node}`),
    [
      "error bad-node list",
      "error bad-node untyped",
      "error bad-version versionless",
      "error bad-version fraction",
      "error bad-mode modal",
      "error bad-node params",
      "error bad-node inputs",
      "error wrong-kind fine",
    ],
  );
  const of = (id: string) => problems.find(({ node }) => node === id)!;
  assert.deepEqual(
    [of("untyped").message, of("untyped").remedy],
    ['Node "untyped" has no "type".', 'Name one, such as "type": "text.prompt".'],
  );
  assert.match(of("versionless").message, /^Node "versionless" has no "version"/);
  assert.equal(of("versionless").remedy, 'Write "version": 1 beside its "type" if the node is new.');
  assert.match(of("fraction").message, /has to be a whole number from 1, but is 1\.5\.$/);
});

test("[D10] the list of problems has a limit", () => {
  const nodes = Object.fromEntries(Array.from({ length: Report.limit + 5 }, (_, i) => [`${i}`, {}]));
  const { problems } = readDocument(workflow(nodes));
  assert.equal(problems.length, Report.limit + 1);
  assert.equal(problems.at(-1)!.code, "too-many-problems");
  assert.equal(validateJson(workflow(nodes), testEnvironment(testNodes)).plan, undefined);
});

test("[D1] an exposed name that makes no sense is a warning", () => {
  for (const exposed of [[], { seed: 3 }, { seed: [] }, { seed: ["a.b", 1] }, { seed: "a" }])
    assert.deepEqual(codes(workflow({}, { exposed })), ["bad-exposed"], JSON.stringify(exposed));
});
