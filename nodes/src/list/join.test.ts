import assert from "node:assert/strict";
import { test } from "node:test";
import { runWorkflow } from "../testing/index.ts";

const node = (type: string, params: object = {}, inputs: object = {}) => ({ type, version: 1, params, inputs });
const lists = {
  one: node("list.range", { from: 1, to: 2, count: 2 }),
  two: node("list.range", { from: 7, to: 9, count: 3 }),
  text: node("text.prompt", { text: "cube" }),
};

test("the items of each list follow one another, and lists that are not linked add none", async () => {
  const join = node("list.join", {}, { first: "two.numbers", third: "one.numbers" });
  const { status, values } = await runWorkflow({ ...lists, join }, ["join"]);
  assert.equal(status, "finished");
  assert.deepEqual(values["join.items"], [7, 8, 9, 1, 2]);
});

test("lists of two kinds are refused before the run", async () => {
  const join = node("list.join", {}, { first: "one.numbers", second: "text.text" });
  await assert.rejects(runWorkflow({ ...lists, join }, ["join"]), /"join.second" needs number/);
});
