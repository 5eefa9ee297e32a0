import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue } from "../index.ts";

test("every output takes one thing, whose kind says what is written, and a name for its files", () => {
  const outputs = [...catalogue.values()].filter(({ run }) => !run);
  assert.deepEqual(outputs.map(({ type }) => type).sort(), [
    "output.any",
    "output.file",
    "output.image",
    "output.json",
    "output.map",
    "output.plot",
    "output.table",
    "output.text",
  ]);
  for (const { type, inputs, params } of outputs) {
    const [input, ...more] = Object.values(inputs);
    assert.equal(more.length, 0, type);
    assert.equal(type, `output.${input!.type.kind === "variable" ? "any" : input!.type.kind}`);
    assert.ok(params.name, type);
  }
});
