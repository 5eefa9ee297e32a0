import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDocument } from "@clipwork/engine";
import { example } from "./from-comfy.fixture.ts";
import { fromComfy, isComfyApi } from "./from-comfy.ts";

test("ComfyUI's example of unCLIP becomes a workflow of ours, with nothing lost", () => {
  const comfy = example();
  assert.ok(isComfyApi(comfy));
  const { document, lost } = fromComfy(comfy, "painter")!;
  assert.deepEqual(lost, []);
  assert.deepEqual(parseDocument(JSON.stringify(document)).problems, []);
  const { nodes, exposed } = document;
  assert.deepEqual(nodes["decode-3"], {
    ...{ type: "decoder.sample", version: 2 },
    params: { pack: "painter", seed: 7, steps: 20, sampler: "dpm++2m", width: 768, height: 512 },
    inputs: { image: "noise-36.image", text: "read-6.embedding", guidance: "guide-3.guidance" },
  });
  assert.deepEqual(nodes["noise-36"]!.params, { pack: "painter", level: 100 });
  assert.deepEqual(nodes["load-34"]!.params, { file: "mountains.png" });
  assert.deepEqual(nodes["guide-3"]!.params, { scale: 8, negative: "fog" });
  assert.deepEqual(nodes["save-9"], {
    ...{ type: "output.image", version: 1, params: { name: "unclip" }, inputs: { image: "decode-3.image" } },
  });
  assert.deepEqual(Object.keys(exposed!).sort(), ["level", "prompt", "scale", "seed", "steps"]);
});

test("what has no counterpart is named by its node", () => {
  const comfy = example();
  Object.assign(comfy["3"].inputs, {
    sampler_name: "constructor",
    scheduler: "karras",
    denoise: 0.5,
    seed: 2 ** 40 + 3,
  });
  Object.assign(comfy["36"].inputs, { strength: 0.5 });
  Object.assign(comfy["5"].inputs, { batch_size: 4 });
  const more = { ...comfy, "50": { class_type: "ControlNetApply", inputs: {} } };
  const { document, lost } = fromComfy(more, "toybox")!;
  assert.equal(document.nodes["decode-3"]!.params!.seed, 3);
  for (const said of [
    /"3" \(KSampler\) has the sampler constructor/,
    /the scheduler karras/,
    /a denoise below 1/,
    /a seed above/,
    /"36" .* a strength/,
    /a batch/,
    /"50" \(ControlNetApply\) has no counterpart/,
  ])
    assert.ok(
      lost.some((one) => said.test(one)),
      `${said}: ${lost.join("\n")}`,
    );
  assert.equal(lost.length, 7);
});

test("a workflow without unCLIP, one with dangling links or a circle, and other JSON are no such workflow, and none of them throws", () => {
  const plain = example();
  plain["3"].inputs.positive = ["6", 0];
  assert.equal(fromComfy(plain, "toybox"), undefined);
  const dangling = example();
  dangling["39"].inputs.image = ["99", 0];
  assert.equal(fromComfy(dangling, "toybox"), undefined);
  const circle = example();
  circle["36"].inputs.conditioning = ["36", 0];
  assert.ok(fromComfy(circle, "toybox"));
  for (const other of [null, [], {}, { format: "clipwork/1" }, { a: null }, { a: { class_type: "x" } }])
    assert.equal(isComfyApi(other), false);
});
