import assert from "node:assert/strict";
import { test } from "node:test";
import { outputImage } from "./image.ts";

test("is a sink: its value is its one input, and it computes nothing", () => {
  assert.equal(outputImage.run, undefined);
  assert.deepEqual(Object.keys(outputImage.inputs), ["image"]);
  assert.deepEqual(outputImage.outputs, {});
});
