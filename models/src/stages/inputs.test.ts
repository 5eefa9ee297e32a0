import assert from "node:assert/strict";
import { test } from "node:test";
import { inputNames } from "./inputs.ts";

test("no two inputs of the format have one name, and each is of small letters and underscores", () => {
  assert.equal(new Set(inputNames).size, inputNames.length);
  for (const name of inputNames) assert.match(name, /^[a-z]+(_[a-z]+)*$/);
});
