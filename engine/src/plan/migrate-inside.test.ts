import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createCatalogue } from "../catalogue/catalogue.ts";
import { nodeDefiner } from "../catalogue/node.ts";
import { p } from "../catalogue/param.ts";
import { instance, one } from "../document/definitions.fixture.ts";
import { type Document, readDocument } from "../document/document.ts";
import { node, t, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { typeNode } from "./graph.ts";
import { applySettings, collectFiles, usedPacks } from "./settings.ts";

const number = (what: string) => p.number(what, { default: 1, min: -1e6, max: 1e6 });

/** Its version 1 called the input "old" and counted in halves. */
const scaled = nodeDefiner<unknown>()({
  type: "test.scaled",
  version: 2,
  title: "Scaled",
  summary: "Scales a number.",
  inputs: { value: t.number(".") },
  outputs: { value: t.number(".") },
  params: { by: number("By."), plus: number("Plus."), pack: p.pack(), file: p.file("File.") },
  migrations: [
    {
      from: 1,
      name: "old is value, and by is whole",
      apply: ({ params, inputs }) => {
        if (params.by === "broken") throw new Error("by is broken");
        return { params: { ...params, by: Number(params.by) * 2 }, inputs: { value: inputs.old } };
      },
    },
  ],
  run: ({ value }, { by }) => ({ value: value * by }),
});
/** Its version 1 called the parameter "size". */
const sized = nodeDefiner<unknown>()({
  type: "test.sized",
  version: 2,
  title: "Sized",
  summary: "A size.",
  outputs: { value: t.number(".") },
  params: { width: number("Width."), plus: number("Plus.") },
  migrations: [
    {
      from: 1,
      name: "size is width",
      apply: ({ params: { size, ...params }, inputs: { size: link, ...inputs } }) => ({
        params: { ...params, width: size },
        inputs: link === undefined ? inputs : { ...inputs, width: link },
      }),
    },
  ],
  run: (_, { width }) => ({ value: width }),
});
const catalogue = createCatalogue([...testNodes, scaled, sized]);

const it = {
  nodes: { scale: node("test.scaled", { by: 4 }, { old: "in.x" }) },
  inputs: { x: {} },
  outputs: { y: { from: "scale.value" } },
  exposed: { by: "scale.by" },
};
const outer = {
  nodes: { deep: instance("it", { x: "in.x" }), set: instance("it", { x: "in.x" }, { by: 5 }) },
  inputs: { x: {} },
  exposed: { step: "deep.by" },
};
const sub = (definition: string, params: object = {}) => instance(definition, { x: "one.value" }, params);
const documentOf = (nodes: object, definitions: object, more: object = {}) =>
  readDocument(workflow({ one, ...nodes }, { definitions, ...more })).document!;
const set = (document: Document, settings: { [name: string]: unknown }) => applySettings(document, settings, catalogue);
const problemsOf = (document: Document, settings: { [name: string]: unknown }) =>
  set(document, settings).problems.map(({ code, node }) => `${code} ${node}`);

/** All parameters of the unpacked graph in the terms of the present versions: "sub/inner.param" to value. */
const meaningOf = ({ nodes }: Document) =>
  Object.fromEntries(
    [...nodes.values()].flatMap((node) =>
      Object.entries(typeNode(node, catalogue)!.params).map(([param, value]) => [`${node.id}.${param}`, value]),
    ),
  );

/** Sets, and sees to it that the document which is written means what it did but for what was set, and runs as it is read again. */
function setAlone(document: Document, settings: { [address: string]: unknown }): Document {
  const { document: after, problems } = set(document, settings);
  assert.deepEqual(problems, []);
  const read = readDocument(JSON.parse(JSON.stringify(after.json)));
  assert.deepEqual(read.problems, []);
  assert.deepEqual(read.document!.nodes, after.nodes);
  assert.deepEqual(meaningOf(after), { ...meaningOf(document), ...settings });
  return after;
}

test("[G12] nodes inside are migrated, and stay so in the document when one of them is set", () => {
  const filed = { ...it, nodes: { scale: node("test.scaled", { by: 4, pack: "p", file: "f" }, { old: "in.x" }) } };
  const document = documentOf({ a: sub("it") }, { it: filed });
  assert.deepEqual([usedPacks(document, catalogue), collectFiles(document, catalogue)], [["p"], ["f"]]);
  const { json } = setAlone(document, { "a/scale.by": 3 });
  assert.deepEqual(json.definitions!.it!.nodes.scale, {
    ...node("test.scaled", { by: 8, pack: "p", file: "f" }, { value: "in.x" }),
    version: 2,
  });
  assert.deepEqual(json.nodes.a!.params, { by: 3 });
});

test("[G12] a node that is migrated inside a definition keeps its link to the definition's input, for all instances", () => {
  const { json } = setAlone(documentOf({ a: sub("it"), b: sub("it") }, { it }), { "a/scale.by": 7 });
  assert.deepEqual(json.definitions!.it!.nodes.scale, {
    ...node("test.scaled", { by: 8 }, { value: "in.x" }),
    version: 2,
  });
  assert.deepEqual(json.nodes.b!.params, {});
});

test("[G12] when a definition is migrated for one instance, what the others set is written in the terms of the present version", () => {
  const { json } = setAlone(documentOf({ a: sub("it"), b: sub("it", { by: 6 }) }, { it }), { "a/scale.by": 7 });
  assert.deepEqual([json.nodes.a!.params, json.nodes.b!.params], [{ by: 7 }, { by: 12 }]);
});

test("[G12] so is what is set on the levels between, where it was set", () => {
  const document = documentOf({ a: sub("outer"), b: sub("outer", { step: 3 }) }, { it, outer });
  const { json } = setAlone(document, { "a/deep/scale.by": 7 });
  assert.deepEqual([json.nodes.a!.params, json.nodes.b!.params], [{ step: 7 }, { step: 6 }]);
  assert.deepEqual(json.definitions!.outer!.nodes.set!.params, { by: 10 });
});

test("[G12] loops are migrated as instances are, also those inside a definition", () => {
  const around = { nodes: { round: node("loop.repeat.it", { rounds: 2, by: 5 }, { x: "in.x" }) }, inputs: { x: {} } };
  const nodes = { a: sub("it"), b: node("loop.repeat.it", { rounds: 2, by: 6 }, { x: "one.value" }), c: sub("around") };
  const document = documentOf(nodes, { it, around });
  for (const [address, own] of [
    ["a/scale.by", 12],
    ["b/2/scale.by", 7],
  ] as const) {
    const { document: after, problems } = set(document, { [address]: 7 });
    assert.deepEqual(problems, []);
    assert.deepEqual(after.json.nodes.b!.params, { rounds: 2, by: own });
    assert.deepEqual(after.json.definitions!.around!.nodes.round!.params, { rounds: 2, by: 10 });
  }
});

test("[G12] what one name sets together stays together", () => {
  const two = {
    ...it,
    nodes: { scale: it.nodes.scale, other: it.nodes.scale },
    exposed: { by: ["scale.by", "other.by"] },
  };
  const document = documentOf({ a: sub("two"), b: sub("two", { by: 6 }) }, { two });
  const { document: after, problems } = set(document, { "a.by": 7 });
  assert.deepEqual(problems, []);
  assert.deepEqual([after.json.nodes.a!.params, after.json.nodes.b!.params], [{ by: 7 }, { by: 12 }]);
  assert.deepEqual(after.json.definitions!.two!.exposed, two.exposed);
});

test("[G12] what can no longer be said by one name is a problem, and nothing is written", () => {
  const mixed = {
    ...it,
    nodes: { scale: it.nodes.scale, add: node("math.add", { b: 4 }, { a: "in.x" }) },
    exposed: { by: ["scale.by", "add.b"], plus: "scale.plus" },
  };
  const document = documentOf({ a: sub("mixed"), b: sub("mixed", { by: 6 }) }, { mixed });
  assert.deepEqual(problemsOf(document, { "a.plus": 7 }), ["failed-migration a/scale"]);
  assert.equal(set(document, { "a.plus": 7 }).document, document);
  const settings = { "a/add.b": 1, "a.plus": 7 };
  assert.deepEqual(
    problemsOf(document, settings),
    ["failed-migration a/scale"],
    "the old one is named, whatever is set first",
  );
});

test("[G12] values that another instance's migration cannot read are a problem, and so are those of the definition", () => {
  const broken = sub("it", { by: "broken" });
  const plus = { ...it, exposed: { ...it.exposed, plus: "scale.plus" } };
  assert.deepEqual(problemsOf(documentOf({ a: sub("it"), b: broken }, { it: plus }), { "a.plus": 7 }), [
    "failed-migration a/scale",
  ]);
  const inner = { ...plus, nodes: { scale: node("test.scaled", { by: "broken" }, { old: "in.x" }) } };
  assert.deepEqual(problemsOf(documentOf({ a: sub("it", { by: 1 }) }, { it: inner }), { "a.plus": 7 }), [
    "failed-migration a/scale",
  ]);
});

test("[G12] a name of a parameter that is called otherwise now goes, and what it set is set by the new one", () => {
  const size = { nodes: { s: node("test.sized", { size: 4 }) }, exposed: { size: "s.size", plus: "s.plus" } };
  const around = { nodes: { in1: node("subgraph.size", { size: 8 }) }, exposed: { deep: "in1.size" } };
  const document = documentOf(
    {
      a: node("subgraph.size"),
      b: node("subgraph.size", { size: 6, plus: 2 }),
      c: node("subgraph.around", { deep: 7 }),
      d: node("subgraph.around"),
    },
    { size, around },
  );
  const { json } = setAlone(document, { "a/s.plus": 3 });
  assert.deepEqual(json.definitions!.size!.exposed, { plus: "s.plus", width: "s.width" });
  assert.deepEqual(json.nodes.b!.params, { plus: 2, width: 6 });
  assert.deepEqual(json.definitions!.around!.nodes.in1!.params, { width: 8 });
  assert.deepEqual([json.nodes.c!.params, json.nodes.d!.params], [{ width: 7 }, {}]);
});

test("[G12] a link that feeds a parameter which is called otherwise now is not lost: it is a problem", () => {
  const size = { nodes: { s: node("test.sized", { size: 4 }) }, exposed: { size: "s.size", plus: "s.plus" } };
  const linked = node("subgraph.size", {}, { size: "one.value" });
  const document = documentOf({ a: node("subgraph.size"), b: linked }, { size });
  assert.deepEqual(problemsOf(document, { "a.plus": 3 }), ["failed-migration a/s"]);
});

test("[D8] a document with nodes that are none is migrated around them", () => {
  const odd = { ...it, nodes: { ...it.nodes, odd: 5, gone: node("subgraph.gone") } };
  const document = documentOf({ a: sub("it"), b: sub("it", { by: 6 }), c: null, d: { type: 3 } }, { it: odd });
  const { document: after, problems } = set(document, { "a.by": 3 });
  assert.deepEqual(problems, []);
  assert.deepEqual([after.json.nodes.b!.params, after.json.nodes.c], [{ by: 12 }, null]);
});

test("[G12] instances mean what they did, whatever is set on whatever level", () => {
  const value = fc.option(fc.integer({ min: -50, max: 50 }), { nil: undefined });
  const params = (name: string, value: number | undefined) => (value === undefined ? {} : { [name]: value });
  let carried = 0;
  fc.assert(
    fc.property(fc.tuple(value, value, value, value, value), fc.nat(4), ([a, b, c, d, e], pick) => {
      const definitions = {
        it: { ...it, nodes: { scale: node("test.scaled", { by: a ?? 1 }, { old: "in.x" }) } },
        outer: {
          ...outer,
          nodes: { deep: sub("it", params("by", b)), set: instance("it", { x: "in.x" }, params("by", c)) },
        },
      };
      definitions.outer.nodes.deep.inputs = { x: "in.x" };
      const nodes = { a: sub("outer", params("step", d)), b: sub("outer"), c: sub("it", params("by", e)) };
      const names = ["a/deep/scale.by", "a/set/scale.by", "b/deep/scale.by", "b/set/scale.by", "c/scale.by"];
      const { json } = setAlone(documentOf(nodes, definitions), { [names[pick]!]: 77 });
      if (json.definitions!.outer!.nodes.set!.params?.by === 2 * (c ?? 0)) carried++;
    }),
  );
  assert.ok(carried > 10, `only ${carried} values of a level between were carried over`);
});
