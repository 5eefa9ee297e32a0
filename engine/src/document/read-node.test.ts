import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { workflow } from "../testing/index.ts";
import { entry, objectNames, places } from "./definitions.fixture.ts";
import { readDocument } from "./document.ts";
import { badLink, own, readAddress, readExposed, readNode, warnOfUnknownFields } from "./read-node.ts";
import { Report } from "./report.ts";

/** The node, and what was said of it. */
function read(json: unknown, id = "n") {
  const report = new Report();
  return { node: readNode(id, json, report), problems: report.problems };
}

test("[V11] all that is wrong with the shape of one node is reported together, at the node", () => {
  const { node, problems } = read({ type: 3, version: 0, params: [], inputs: "a.b", mode: "off" });
  assert.equal(node, undefined);
  assert.deepEqual(places(problems), ["bad-node n", "bad-version n", "bad-node n", "bad-node n", "bad-mode n"]);
  assert.deepEqual(
    problems.map(({ message }) => message),
    [
      'The type of "n" has to be text, but is 3.',
      'The version of "n" has to be a whole number from 1, but is 0.',
      '"params" of "n" has to be an object, but is a list of 0.',
      '"inputs" of "n" has to be an object, but is "a.b".',
      'The mode of "n" is "off".',
    ],
  );
});

test("[V2] a version is a whole number from 1 that JSON holds exactly", () => {
  for (const version of [0, -1, 1.5, "1", 2 ** 53, Number.NaN, true, null, [1]])
    assert.deepEqual(places(read({ type: "a.b", version }).problems), ["bad-version n"], String(version));
  for (const version of [1, 77, Number.MAX_SAFE_INTEGER])
    assert.equal(read({ type: "a.b", version }).node!.version, version);
});

test("[D9] a node without parameters, links and mode has none and runs; a link that is none leaves the others", () => {
  assert.deepEqual(read({ type: "a.b", version: 1 }).node, {
    ...{ id: "n", type: "a.b", version: 1, params: {}, inputs: [], mode: "run" },
  });
  const { node, problems } = read({ type: "a.b", version: 1, inputs: { z: "m.out", b: "m", a: "k.out" } });
  assert.deepEqual(places(problems), ["bad-link n.b"]);
  assert.deepEqual(node!.inputs, [
    { port: "z", source: { node: "m", port: "out" } },
    { port: "b", source: badLink },
    { port: "a", source: { node: "k", port: "out" } },
  ]);
});

test("[D10] when the list of problems is full, a node that cannot be read is still none", () => {
  const nodes = Object.fromEntries(Array.from({ length: Report.limit }, (_, i) => [`n${i}`, {}]));
  const { document, problems } = readDocument(workflow({ ...nodes, fine: { type: "math.add", version: 1 } }));
  assert.equal(problems.length, Report.limit + 1);
  assert.deepEqual([...document!.nodes.keys()], ["fine"]);
  assert.equal(document!.broken.size, Report.limit);
});

test("[D4] both names of a link have 64 letters at most, and nothing around them", () => {
  const long = "a".repeat(64);
  assert.deepEqual(readAddress(`${long}.${long}`), { node: long, port: long });
  assert.deepEqual(readAddress("a-b_9.Port1"), { node: "a-b_9", port: "Port1" });
  for (const wrong of [
    `${long}a.b`,
    `a.${long}a`,
    "a.b\n",
    " a.b",
    "a..b",
    "a.b_c",
    "a.b-c",
    "ä.b",
    "a.ö",
    "a/b.c",
    "a.𝟙",
  ])
    assert.equal(readAddress(wrong), undefined, wrong);
});

test("[D7] what a node inherits is none of its fields, and names of every object are parameters and links like others", () => {
  const inherited = Object.create({ type: "a.b", version: 1 }) as object;
  for (const json of [inherited, entry("__proto__", { type: "a.b", version: 1 })])
    assert.deepEqual(places(read(json).problems), ["bad-node n", "bad-version n"]);
  for (const name of objectNames) {
    const { node, problems } = read({ type: "a.b", version: 1, params: entry(name, 7), inputs: entry(name, "m.out") });
    assert.deepEqual(problems, []);
    assert.deepEqual([Object.keys(node!.params), own(node!.params as Record<string, unknown>, name)], [[name], 7]);
    assert.deepEqual(node!.inputs, [{ port: name, source: { node: "m", port: "out" } }]);
    assert.equal(own({}, name), undefined);
  }
});

test("[D5] unknown fields are said to be the node's or its owner's; what is inherited is no field", () => {
  const report = new Report();
  const json = Object.assign(Object.create({ inherited: 1 }), { known: 1, colour: 2, constructor: 3 });
  warnOfUnknownFields(json, new Set(["known"]), "n", report);
  warnOfUnknownFields({ size: 1 }, new Set(), undefined, report, "It");
  assert.deepEqual(
    report.problems.map(({ severity, node, message }) => [severity, node, message.split(" that ")[0]]),
    [
      ["warning", "n", 'Node "n" has a field "colour"'],
      ["warning", "n", 'Node "n" has a field "constructor"'],
      ["warning", undefined, 'It has a field "size"'],
    ],
  );
});

test("[D1] an exposed name that makes no sense leaves the others, in their order", () => {
  const report = new Report();
  const json = {
    z: "a.x",
    bad: ["a.x", "a"],
    none: [],
    a: ["b.y", "a.x"],
    deep: [["a.x"]],
    ...entry("__proto__", "c.z"),
  };
  assert.deepEqual(
    [...readExposed(json, report)].map(([name, addresses]) => [
      name,
      addresses.map(({ node, port }) => `${node}.${port}`),
    ]),
    [
      ["z", ["a.x"]],
      ["a", ["b.y", "a.x"]],
      ["__proto__", ["c.z"]],
    ],
  );
  assert.deepEqual(
    report.problems.map(({ message }) => message.match(/name "(\w+)" stands for (.+), which/)?.slice(1)),
    [
      ["bad", "a list of 2"],
      ["none", "a list of 0"],
      ["deep", "a list of 1"],
    ],
  );
});

test("[D1] any JSON is a node or has an error, never both and never neither", () => {
  const name = fc.constantFrom("type", "version", "params", "inputs", "mode", "__proto__", "constructor");
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom("a.b", 1, "mute"), fc.dictionary(name, fc.constant("a.b")));
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(name, value)), (json) => {
      const { node, problems } = read(json);
      const errors = problems.filter(({ severity, code }) => severity === "error" && code !== "bad-link");
      assert.equal(node === undefined, errors.length > 0);
      for (const problem of problems) assert.equal(problem.node, "n");
    }),
  );
});
