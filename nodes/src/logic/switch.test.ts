import assert from "node:assert/strict";
import { test } from "node:test";
import { runNode, runWorkflow } from "../testing/index.ts";
import { switchNode } from "./switch.ts";

test("passes on the input that is picked", async () => {
  const inputs = { first: "a", second: "b", third: "c", fourth: "d" };
  for (const [i, expected] of Object.values(inputs).entries())
    assert.equal((await runNode(switchNode, inputs, { pick: i + 1 })).outputs.value, expected);
});

const node = (type: string, params: object, inputs: object = {}) => ({ type, version: 1, params, inputs });
const captions = {
  short: node("text.prompt", { text: "a cube" }),
  long: node("text.prompt", { text: "a red cube on a blue sphere" }),
  "encode-short": node("clip.encode-text", {}, { text: "short.text" }),
  "encode-long": node("clip.encode-text", {}, { text: "long.text" }),
};
const between = { first: "encode-short.embedding", second: "encode-long.embedding" };

test("the branch that is not picked does not run its models", async () => {
  for (const pick of [1, 2]) {
    const nodes = { ...captions, either: node("logic.switch", { pick }, between) };
    const { values, calls } = await runWorkflow(nodes, ["either"]);
    const [text] = values["either.value"] as [{ text: string }];
    assert.equal(text.text, pick === 1 ? "a cube" : "a red cube on a blue sphere");
    assert.equal(calls.length, 1);
  }
});

test("a list picks for each item", async () => {
  const seeds = node("list.seeds", { first: 1, count: 2 });
  const nodes = { ...captions, seeds, either: node("logic.switch", {}, { ...between, pick: "seeds.seeds" }) };
  const { values, calls } = await runWorkflow(nodes, ["either"]);
  assert.deepEqual(
    (values["either.value"] as { text: string }[]).map(({ text }) => text),
    ["a cube", "a red cube on a blue sphere"],
  );
  assert.equal(calls.length, 2);
});

test("a number that picks no input fails that item alone", async () => {
  const seeds = node("list.seeds", { first: 4, count: 2 });
  const either = node("logic.switch", {}, { fourth: "short.text", pick: "seeds.seeds" });
  const { values, failures } = await runWorkflow({ ...captions, seeds, either }, ["either"]);
  assert.deepEqual(values["either.value"], ["a cube"]);
  assert.match(failures[0]!.message, /"either\.pick" is 5, but the most allowed is 4/);
});
