import assert from "node:assert/strict";
import { test } from "node:test";
import { createCatalogue } from "../catalogue/catalogue.ts";
import { nodeDefiner } from "../catalogue/node.ts";
import { p } from "../catalogue/param.ts";
import { type Document, readDocument } from "../document/document.ts";
import { node, t, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { applySettings } from "./settings.ts";

/** Its version 1 called the input "old" and counted in halves. */
const scaled = nodeDefiner<unknown>()({
  type: "test.scaled",
  version: 2,
  title: "Scaled",
  summary: "Scales a number.",
  inputs: { value: t.number(".") },
  outputs: { value: t.number(".") },
  params: { by: p.number("By.", { default: 1, min: 0, max: 100 }) },
  migrations: [
    {
      from: 1,
      name: "old is value, and by is whole",
      apply: ({ params, inputs }) => ({ params: { by: Number(params.by) * 2 }, inputs: { value: inputs.old } }),
    },
  ],
  run: ({ value }, { by }) => ({ value: value * by }),
});
const catalogue = createCatalogue([...testNodes, scaled]);

const twice = {
  title: "Twice",
  nodes: { first: node("math.add", { b: 1 }, { a: "in.x" }), second: node("math.add", { b: 2 }, { a: "first.value" }) },
  inputs: { x: {} },
  outputs: { y: { from: "second.value" } },
  exposed: { by: "first.b" },
};
const outer = {
  nodes: { deep: node("subgraph.twice", {}, { x: "in.x" }), other: node("subgraph.twice", { by: 9 }, { x: "deep.y" }) },
  inputs: { x: {} },
  outputs: { y: { from: "other.y" } },
};
const one = node("math.constant", { value: 1 });
const instance = (more: object = {}, params: object = {}) =>
  node("subgraph.outer", params, { x: "one.value", ...more });
const show = node("output.show", {}, { value: "b.y" });
const nested = (more: object = {}, definitions: object = {}) =>
  workflow(
    { one, a: instance(), b: instance({ x: "a.y" }), show },
    { definitions: { twice, outer, ...definitions }, ...more },
  );
const set = (json: unknown, settings: { [name: string]: unknown }) =>
  applySettings(readDocument(json).document!, settings, catalogue);
const found = (json: unknown, settings: { [name: string]: unknown }) =>
  set(json, settings).problems.map(({ code, node, port }) => [code, node, port].filter(Boolean).join(" "));
const paramsOf = ({ nodes }: Document, param = "b") =>
  Object.fromEntries([...nodes].flatMap(([id, { params }]) => (param in params ? [[id, params[param]]] : [])));

/** Sets, and sees to it that the document which is written is read as the one that runs. */
function setAlike(json: unknown, settings: { [name: string]: unknown }): Document {
  const { document, problems } = set(json, settings);
  assert.deepEqual(problems, []);
  const read = readDocument(JSON.parse(JSON.stringify(document.json)));
  assert.deepEqual(read.problems, []);
  assert.deepEqual(read.document!.nodes, document.nodes);
  return document;
}

test("[G10] through two levels, an address of a node and one of an inner instance's name set the same parameter", () => {
  const byNode = setAlike(nested(), { "b/deep/first.b": 50 });
  const byName = setAlike(nested(), { "b/deep.by": 50 });
  assert.deepEqual(byNode.json, byName.json);
  assert.deepEqual(paramsOf(byNode), {
    ...{ "a/deep/first": 1, "a/deep/second": 2, "a/other/first": 9, "a/other/second": 2 },
    ...{ "b/deep/first": 50, "b/deep/second": 2, "b/other/first": 9, "b/other/second": 2 },
  });
  assert.deepEqual(byNode.json.nodes.b!.params, { by: 50 });
  assert.deepEqual(byNode.json.definitions!.twice, twice, "it has a name for that already");
});

test("[G10] what an instance inside a definition sets for all gives way to what is set from outside", () => {
  const { json, nodes } = setAlike(nested(), { "a/other.by": 30 });
  assert.deepEqual([nodes.get("a/other/first")!.params.b, nodes.get("b/other/first")!.params.b], [30, 9]);
  assert.deepEqual(json.definitions!.outer!.nodes, outer.nodes);
});

test("[G10] several settings of one run meet in one instance, under names of their own", () => {
  const { json, nodes } = setAlike(nested(), {
    "a/deep/first.b": 10,
    "a/deep/second.b": 20,
    "a/other/second.b": 30,
    "b/other/second.b": "40",
  });
  assert.deepEqual(json.nodes.a!.params, { by: 10, b: 20, b2: 30 });
  assert.deepEqual(json.nodes.b!.params, { b2: 40 });
  assert.deepEqual(json.definitions!.outer!.exposed, { by: "deep.by", b: "deep.b", b2: "other.b" });
  assert.equal(nodes.get("b/deep/second")!.params.b, 2);
});

test("[S1] of a name and an address that mean one parameter the later one counts", () => {
  const json = nested({ exposed: { step: "a.step" } }, { outer: { ...outer, exposed: { step: "deep.by" } } });
  const later = setAlike(json, { step: 5, "a/deep/first.b": 6 });
  assert.deepEqual([later.json.nodes.a!.params, later.nodes.get("a/deep/first")!.params.b], [{ step: 6 }, 6]);
  const earlier = setAlike(json, { "a/deep/first.b": 6, step: "5" });
  assert.deepEqual([earlier.json.nodes.a!.params, earlier.nodes.get("a/deep/first")!.params.b], [{ step: 5 }, 5]);
});

test("[S3] an address that leads nowhere is a problem on each level, and so is a parameter that is none", () => {
  const json = nested();
  for (const name of ["gone/first.b", "a/gone.by", "a/deep/gone.b", "a.by", "a/deep.step", "one/deep.by", "/a.b"])
    assert.deepEqual(found(json, { [name]: 1 }), ["unknown-setting"], name);
  assert.deepEqual(found(json, { "a/deep/first.c": 1 }), ["bad-exposed"]);
  assert.deepEqual(found(json, { "a/deep/first.a": 1 }), ["bad-exposed"], "an input is no parameter");
  assert.deepEqual(found(json, { "a/deep/first.constructor": 1 }), ["bad-exposed"]);
});

test("[S2] a value of another kind is a problem at the node inside, and nothing is set", () => {
  const document = readDocument(nested()).document!;
  for (const [name, value, code] of [
    ["a/deep.by", "many", "wrong-kind"],
    ["a/deep/first.b", "1e999", "not-finite"],
    ["a/deep/first.b", 2e9, "out-of-range"],
    ["a/deep/first.b", null, "wrong-kind"],
  ] as const) {
    const { document: after, problems } = applySettings(document, { "b/deep.by": 3, [name]: value }, catalogue);
    assert.deepEqual(
      problems.map(({ code, node, port }) => [code, node, port]),
      [[code, "a/deep/first", "b"]],
    );
    assert.equal(after, document);
  }
});

test("[S3] what a link feeds, at the node or at any instance around it, cannot be set", () => {
  const exposing = { ...outer, exposed: { step: "deep.by" } };
  const fromOutside = nested({}, { outer: exposing });
  const json = { ...fromOutside, nodes: { ...fromOutside.nodes, a: instance({ step: "one.value" }) } };
  for (const name of ["a.step", "a/deep.by", "a/deep/first.b"])
    assert.deepEqual(found(json, { [name]: 1 }), ["setting-linked a/deep/first b"], name);
  assert.deepEqual(found(json, { "b.step": 1 }), []);
  const deep = node("subgraph.twice", {}, { x: "in.x", by: "in.x" });
  const fromInside = nested({}, { outer: { ...outer, nodes: { ...outer.nodes, deep } } });
  assert.deepEqual(found(fromInside, { "b/deep.by": 1 }), ["setting-linked b/deep/first b"]);
});

test("[G12] a migrated node that is set keeps its link to an instance", () => {
  const json = workflow(
    {
      one,
      sub: node("subgraph.twice", {}, { x: "one.value" }),
      scale: node("test.scaled", { by: 4 }, { old: "sub.y" }),
    },
    { definitions: { twice }, exposed: { by: "scale.by" } },
  );
  const { json: after } = setAlike(json, { by: 7 });
  assert.deepEqual(after.nodes.scale, { ...node("test.scaled", { by: 7 }, { value: "sub.y" }), version: 2 });
});

test("[D8] what a setting does not concern stays in the document as it was, even what is not known", () => {
  const json = nested({ meta: { title: "T" }, other: [1], layout: { a: { x: 1, y: 1 } } });
  const odd = { ...json, nodes: { ...json.nodes, a: { ...instance(), note: "kept" } } };
  const { json: after } = set(odd, { "a/deep.by": 3 }).document;
  assert.deepEqual(after, {
    ...odd,
    nodes: { ...odd.nodes, a: { ...odd.nodes.a, params: { by: 3 } } },
    definitions: { twice, outer: { ...outer, exposed: { by: "deep.by" } } },
  });
});
