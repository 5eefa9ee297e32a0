import assert from "node:assert/strict";
import { test } from "node:test";
import { t } from "../kinds/socket.ts";
import { inputOf, outputOf, paramOf } from "./declared.ts";
import { nodeDefiner } from "./node.ts";
import { p } from "./param.ts";

const half = nodeDefiner<object>()({
  type: "math.half",
  version: 1,
  title: "Half",
  summary: "Halves a number.",
  inputs: { value: t.number("A number.") },
  outputs: { result: t.number("A number.") },
  params: { rounded: p.boolean("Whole numbers only.", false) },
  run: ({ value }) => ({ result: value / 2 }),
});

test("[C5] a declared port or parameter is found by its name", () => {
  assert.equal(inputOf(half, "value"), half.inputs.value);
  assert.equal(outputOf(half, "result"), half.outputs.result);
  assert.equal(paramOf(half, "rounded"), half.params.rounded);
});

test("[C5] one that is not declared is a bug that names node type, side and name", () => {
  assert.throws(() => inputOf(half, "result"), /Bug: math\.half declares no input "result"/);
  assert.throws(() => outputOf(half, "value"), /Bug: math\.half declares no output "value"/);
  assert.throws(() => paramOf(half, "value"), /Bug: math\.half declares no parameter "value"/);
});
