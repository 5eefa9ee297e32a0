import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocument } from "../document/document.ts";
import { node, planOf, recordCalls, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { bindPlan, writePlan } from "./plan-data.ts";
import { validate } from "./validate.ts";

const environment = testEnvironment(testNodes);
const one = node("math.constant", { value: 1 });
const show = (value: string) => node("output.show", {}, { value });
const inner = {
  title: "Inner",
  nodes: {
    add: node("math.add", { b: 1 }, { a: "in.x" }),
    word: node("test.word", { word: "w" }),
    spare: node("math.constant", { value: 9 }),
    show: show("add.value"),
  },
  inputs: { x: {} },
  outputs: { y: { from: "add.value" }, name: { from: "word.value" }, same: { from: "in.x" }, nothing: {} },
  exposed: { by: "add.b" },
};
const outer = {
  title: "Outer",
  nodes: { deep: node("subgraph.inner", {}, { x: "in.x" }), more: node("math.add", { b: 5 }, { a: "deep.y" }) },
  inputs: { x: {} },
  outputs: { y: { from: "more.value" }, mid: { from: "deep.y" } },
};
const nested = (nodes: object = {}, definitions: object = {}) =>
  workflow(
    { one, sub: node("subgraph.outer", {}, { x: "one.value" }), show: show("sub.y"), ...nodes },
    { definitions: { inner, outer, ...definitions } },
  );
const wantedOf = (json: unknown, targets: readonly string[]) =>
  planOf(json, environment, targets).nodes.flatMap(({ id, wanted }) => (wanted ? [id] : []));
const problemsOf = (json: unknown, targets?: readonly string[]) =>
  validateJson(json, environment, targets ? { targets } : {}).problems.map(({ code, severity, node }) =>
    [severity, code, node].join(" ").trim(),
  );

test("[G11] a chosen instance that contains others stands for their outputs and for what gives its own", () => {
  assert.deepEqual(wantedOf(nested(), ["sub"]).toSorted(), ["sub/deep/add", "sub/deep/show", "sub/more"]);
});

test("[G11] an instance inside another may be chosen, and brings nothing of what is around it", () => {
  const plan = planOf(nested(), environment, ["sub/deep"]);
  const wanted = plan.nodes.flatMap(({ id, wanted }) => (wanted ? [id] : []));
  assert.deepEqual(wanted.toSorted(), ["one", "sub/deep/add", "sub/deep/show", "sub/deep/word"]);
  assert.ok(!plan.nodes.some(({ id }) => id === "sub/more" || id === "sub/deep/spare"));
});

test("[G11] without outputs of its own or inside, an instance stands for all that is inside", () => {
  const plain = { nodes: { a: one, b: node("math.add", {}, { a: "a.value" }) } };
  const json = nested({ all: node("subgraph.plain") }, { plain });
  assert.deepEqual(wantedOf(json, ["all"]), ["all/a", "all/b"]);
});

test("[G11] an instance that only passes values on stands for what gives them", () => {
  const pass = { nodes: {}, inputs: { x: {} }, outputs: { y: { from: "in.x" } } };
  const json = nested({ through: node("subgraph.pass", {}, { x: "sub.mid" }) }, { pass });
  assert.deepEqual(wantedOf(json, ["through"]), ["sub/deep/add"]);
});

test("[G11] [V14] what is chosen along with an instance, or inside it, is wanted once", () => {
  assert.deepEqual(wantedOf(nested(), ["sub/more", "sub", "one", "sub"]).toSorted(), [
    "one",
    "sub/deep/add",
    "sub/deep/show",
    "sub/more",
  ]);
  assert.deepEqual(wantedOf(nested(), ["sub/deep/spare"]), ["sub/deep/spare"]);
});

test("[V14] a chosen instance that is empty, muted or not there is a problem", () => {
  const empty = { nodes: {} };
  assert.deepEqual(problemsOf(nested({ none: node("subgraph.empty") }, { empty }), ["none"]), ["error nothing-to-run"]);
  const muted = nested({ sub: node("subgraph.outer", {}, { x: "one.value" }, { mode: "mute" }) });
  assert.deepEqual([...new Set(problemsOf(muted, ["sub"]))], ["error muted-target"]);
  assert.deepEqual(problemsOf(nested(), ["sub/dep"]), ["error unknown-target"]);
});

test("[G11] the types of an instance's outputs are known on each level, as far as what gives them is", () => {
  const types = validate(readDocument(nested()).document!, environment).types();
  const number = { kind: "number" };
  assert.deepEqual(types.get("sub"), { y: number, mid: number });
  assert.deepEqual(types.get("sub/deep"), { y: number, name: { kind: "text" }, same: number });
  assert.deepEqual(types.get("sub/more"), { value: number }, "the nodes inside are among them");
  const unknown = { nodes: { a: node("no.such") }, outputs: { y: { from: "a.value" } } };
  const json = nested({ lost: node("subgraph.unknown") }, { unknown });
  assert.deepEqual(validate(readDocument(json).document!, environment).types().get("lost"), {});
});

test("[V12] a problem at an instance blocks if anything inside is needed, on whatever level, and else is a warning", () => {
  const wrong = { ...outer, nodes: { ...outer.nodes, deep: node("subgraph.inner", { bye: 1 }, { x: "in.x" }) } };
  const json = nested({ other: show("one.value") }, { outer: wrong });
  assert.deepEqual(problemsOf(json), ["error unknown-param sub/deep"]);
  assert.deepEqual(problemsOf(json, ["sub"]), ["error unknown-param sub/deep"]);
  assert.deepEqual(problemsOf(json, ["other"]), ["warning unknown-param sub/deep"]);
  assert.deepEqual(problemsOf(json, ["sub/deep/spare"]), ["error unknown-param sub/deep"]);
});

test("[T5] two instances that are linked wrongly are a problem at the node inside that takes the value", () => {
  const json = nested({
    text: node("subgraph.inner", {}, { x: "one.value" }),
    wrong: node("subgraph.inner", {}, { x: "text.name" }),
  });
  const { problems } = validateJson(json, environment);
  assert.deepEqual(
    problems.map(({ code, node, port }) => [code, node, port]),
    [["wrong-type", "wrong/add", "a"]],
  );
  assert.match(problems[0]!.message, /"text\/word\.value" gives text/);
});

test("[B1] the plan of a document with instances, as plain data, runs alike", async () => {
  const plan = planOf(nested(), environment);
  const { plan: bound, problems } = bindPlan(
    JSON.parse(JSON.stringify(writePlan(plan))),
    environment.catalogue,
    environment.hash,
  );
  assert.deepEqual(problems, []);
  const [before, after] = [await recordCalls(plan), await recordCalls(bound!)];
  assert.deepEqual(before.values, { "show.value": [7], "sub/deep/show.value": [2] });
  assert.deepEqual([after.values, after.outputs, after.calls], [before.values, before.outputs, before.calls]);
});
