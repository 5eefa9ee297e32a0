import assert from "node:assert/strict";
import { test } from "node:test";
import { PackError } from "../fields/pack-error.ts";
import type { Tensor } from "../runner/tensor.ts";
import { checkOutputs, graphFeeds } from "./check-feeds.ts";
import type { PortInfo, StagePath } from "./protocol.ts";

const at: StagePath = {
  pack: "tiny",
  stage: "guess",
  graph: { path: "guess.onnx", sha256: "" },
  data: [],
  inputs: { x: "sample", mask: "text_mask" },
};
const inputs: readonly PortInfo[] = [
  { name: "x", type: "float32", shape: ["N", 4] },
  { name: "ids", type: "int32", shape: ["N", "T"] },
  { name: "mask", type: "float32", shape: ["N", "T"] },
];
const floats = (...shape: number[]): Tensor => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });
const whole = (...shape: number[]): Tensor => ({ shape, data: new Int32Array(shape.reduce((a, b) => a * b, 1)) });
const offered = { sample: floats(2, 4), ids: whole(2, 8), text_mask: floats(2, 8) };

const refused = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof PackError && error.remedy.length > 0, String(error));
  assert.match(error.message, message);
  return true;
};

test("a graph gets what it declares, under its own names and in its order", () => {
  const feeds = graphFeeds({ extra: floats(1), ...offered }, inputs, at);
  assert.deepEqual(feeds, [
    ["x", offered.sample],
    ["ids", offered.ids],
    ["mask", offered.text_mask],
  ]);
});

test("an input that is not offered is refused by the format's name", () => {
  const { text_mask: _, ...others } = offered;
  assert.throws(() => graphFeeds(others, inputs, at), refused(/stage "guess" of pack "tiny" takes "text_mask"/));
});

test("another type is refused", () => {
  const message = /Input "ids" of stage "guess" of pack "tiny" is float32, but must be int32/;
  assert.throws(() => graphFeeds({ ...offered, ids: floats(2, 8) }, inputs, at), refused(message));
});

test("a size that is a number must be that; one with a name is free, but the same everywhere", () => {
  const feed = (more: object) => () => graphFeeds({ ...offered, ...more }, inputs, at);
  assert.throws(feed({ sample: floats(2, 5) }), refused(/"sample" .* shape \[2, 5\], but must have \[2, 4\]/));
  assert.throws(feed({ sample: floats(2, 4, 1) }), refused(/shape \[2, 4, 1\], but must have \[N, 4\]/));
  assert.throws(feed({ text_mask: floats(2, 9) }), refused(/"text_mask" .* shape \[2, 9\], but must have \[2, 8\]/));
  assert.throws(feed({ ids: whole(3, 8) }), refused(/"ids" .* shape \[3, 8\], but must have \[2, T\]/));
  assert.equal(feed({ ids: whole(2, 3), text_mask: floats(2, 3) })().length, 3);
});

test("outputs are float32 and have a row for each row of the feeds", () => {
  checkOutputs({ output: floats(2, 3) }, 2, at);
  const due = /Output "output" of stage "guess" of pack "tiny" .* but 2 rows of float32 were due/;
  for (const output of [floats(1, 3), floats(3, 3), whole(2, 3)])
    assert.throws(() => checkOutputs({ fine: floats(2), output }, 2, at), refused(due));
});
