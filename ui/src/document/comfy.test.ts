import assert from "node:assert/strict";
import { test } from "node:test";
import { painting } from "../testing/catalogue.ts";
import { isComfy } from "./comfy.ts";

test("a workflow of ComfyUI is known, as its page saves it and as its API takes it; nothing else is", () => {
  assert.equal(isComfy(JSON.stringify({ last_node_id: 9, last_link_id: 9, nodes: [], links: [], version: 0.4 })), true);
  assert.equal(isComfy(JSON.stringify({ "3": { class_type: "KSampler", inputs: { seed: 1 } } })), true);
  for (const other of [painting, {}, [], null, 3, "KSampler", { a: { class_type: "x" }, b: 3 }])
    assert.equal(isComfy(JSON.stringify(other)), false, JSON.stringify(other));
  assert.equal(isComfy("{ nope"), false);
});
