import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeDefiner } from "../catalogue/node.ts";
import { list } from "../kinds/socket.ts";
import { node, planOf, testEnvironment, workflow } from "../testing/index.ts";
import { t } from "../testing/test-kinds.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { planKinds } from "./plan-kinds.ts";

const defineNode = nodeDefiner<unknown>();
const base = { version: 1, title: "Test", summary: "For a test.", run: () => ({}) as never };
const picture = defineNode({ ...base, type: "test.picture", outputs: { image: t.image(".") } });
const joined = defineNode({
  ...base,
  type: "test.join",
  inputs: { a: t.variable("T", "."), b: t.variable("T", ".") },
  outputs: { out: list(t.variable("T", ".")) },
});
const environment = testEnvironment([...testNodes, picture, joined]);
const kindsIn = (nodes: object) => planKinds(planOf(workflow(nodes), environment));

test("[T8] a variable's kind is that of what is linked, through any number of nodes, up to the output", () => {
  const chain: { [id: string]: object } = { n0: node("test.picture") };
  for (let i = 1; i <= 20_000; i++)
    chain[`n${i}`] = node("util.reroute", {}, { value: i === 1 ? "n0.image" : `n${i - 1}.value` });
  const kindAt = kindsIn({ ...chain, show: node("output.show", {}, { value: "n20000.value" }) });
  assert.equal(kindAt("n0", "image"), picture.outputs.image!.of);
  assert.equal(kindAt("n20000", "value"), picture.outputs.image!.of);
  assert.equal(kindAt("show", "value"), picture.outputs.image!.of);
});

test("[T8] where an integer and a number share a variable, its values are numbers", () => {
  for (const [a, b] of [
    ["whole.count", "broken.value"],
    ["broken.value", "whole.count"],
  ]) {
    const kindAt = kindsIn({
      whole: node("list.range", { count: 2 }),
      broken: node("math.constant", { value: 1.5 }),
      join: node("test.join", {}, { a, b }),
      show: node("output.show", {}, { value: "join.out" }),
    });
    assert.equal(kindAt("whole", "count")!.kind, "integer");
    assert.equal(kindAt("join", "out")!.kind, "number", `${a} and ${b}`);
  }
});

test("[T8] what the plan does not have has no kind", () => {
  const kindAt = kindsIn({ two: node("math.constant"), show: node("output.show", {}, { value: "two.value" }) });
  for (const [id, port] of [
    ["two", "other"],
    ["two", "constructor"],
    ["other", "value"],
  ] as const)
    assert.equal(kindAt(id, port), undefined, `${id}.${port}`);
});
