import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDocument } from "@clipwork/engine";
import { isComfyApi } from "./comfy-graph.ts";
import { example } from "./from-comfy.fixture.ts";
import { type Converted, fromComfy } from "./from-comfy.ts";

/** What became of it: there has to be something. */
function made({ document, lost }: Converted) {
  assert.ok(document);
  return { document, lost };
}

test("ComfyUI's example of unCLIP becomes a workflow of ours, with nothing lost", () => {
  const comfy = example();
  assert.ok(isComfyApi(comfy));
  const { document, lost } = made(fromComfy(comfy, "painter"));
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
  const { document, lost } = made(fromComfy(more, "toybox"));
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
  assert.equal(fromComfy(plain, "toybox").document, undefined);
  const dangling = example();
  dangling["39"].inputs.image = ["99", 0];
  const none = fromComfy(dangling, "toybox");
  assert.equal(none.document, undefined);
  assert.ok(none.lost.some((one) => /"39" .* an image that is not loaded from a file/.test(one)));
  const circle = example();
  circle["36"].inputs.conditioning = ["36", 0];
  assert.ok(fromComfy(circle, "toybox").document);
  for (const other of [null, [], {}, { format: "clipwork/1" }, { a: null }, { a: { class_type: "x" } }])
    assert.equal(isComfyApi(other), false);
});

test("an advanced sampler, joined conditionings, a scaled picture and values in nodes of their own become what they are", () => {
  const comfy = example();
  const { seed: _, denoise: __, ...inputs } = comfy["3"].inputs;
  const advanced = { ...inputs, noise_seed: ["70", 0], steps: ["70", 0], start_at_step: 0, end_at_step: 10_000 };
  const more = {
    ...comfy,
    "3": { class_type: "KSamplerAdvanced", inputs: { ...advanced, positive: ["80", 0] } },
    "6": { class_type: "CLIPTextEncode", inputs: { text: ["71", 0], clip: ["32", 1] } },
    "34": { class_type: "LoadImage", inputs: { image: "mountains.png [input]" } },
    "39": { class_type: "CLIPVisionEncode", inputs: { clip_vision: ["32", 3], image: ["60", 0] } },
    "60": { class_type: "ImageScale", inputs: { image: ["34", 0], width: 224 } },
    "70": { class_type: "PrimitiveInt", inputs: { value: 9 } },
    "71": { class_type: "PrimitiveString", inputs: { value: "two cubes" } },
    "80": { class_type: "ConditioningCombine", inputs: { conditioning_1: ["36", 0], conditioning_2: ["7", 0] } },
  };
  const { document, lost } = made(fromComfy(more, "toybox"));
  const { params } = document.nodes["decode-3"]!;
  assert.deepEqual([params!.seed, params!.steps], [9, 9]);
  assert.equal(document.nodes["caption-6"]!.params!.text, "two cubes");
  assert.equal(document.nodes["load-34"]!.params!.file, "mountains.png");
  assert.equal(document.nodes["look-39"]!.inputs!.image, "load-34.image");
  assert.deepEqual(lost, [
    'Node "60" (ImageScale) has no counterpart here; CLIP sees the whole picture.',
    'Node "80" (ConditioningCombine) has no counterpart here, and was left out.',
  ]);
});

test("what another node computes is named and never becomes null; each node is named once", () => {
  const comfy = example();
  const computed = (of: object, names: readonly string[]) =>
    Object.assign(of, Object.fromEntries(names.map((name) => [name, ["90", 0]])));
  computed(comfy["3"].inputs, ["seed", "steps", "cfg"]);
  computed(comfy["36"].inputs, ["noise_augmentation", "strength"]);
  computed(comfy["5"].inputs, ["width"]);
  const more = { ...comfy, "90": { class_type: "MathExpression", inputs: {} } };
  const { document, lost } = made(fromComfy(more, "toybox"));
  assert.doesNotMatch(JSON.stringify(document), /null|NaN/);
  assert.deepEqual(parseDocument(JSON.stringify(document)).problems, []);
  for (const name of ["seed", "steps", "cfg", "noise_augmentation", "strength", "width"])
    assert.ok(
      lost.some((one) => one.includes(`the input ${name} from another node`)),
      name,
    );
  assert.equal(lost.filter((one) => one.startsWith('Node "90"')).length, 1);
  const twice = example();
  const second = { ...twice["36"], inputs: { ...twice["36"].inputs, conditioning: ["36", 0] } };
  twice["3"].inputs.positive = ["37", 0];
  const { lost: ofSecond } = made(fromComfy({ ...twice, "37": second }, "toybox"));
  assert.deepEqual(ofSecond, ['Node "36" (unCLIPConditioning) has a second image beside the first.']);
});

test("a picture that is saved after more steps, or not at all, is saved all the same", () => {
  const { "8": decode, "9": save, ...rest } = example();
  const scale = { class_type: "ImageScaleBy", inputs: { image: ["8", 0] } };
  const behind = { ...rest, "8": decode, "61": scale, "9": { ...save, inputs: { ...save.inputs, images: ["61", 0] } } };
  const { document, lost } = made(fromComfy(behind, "toybox"));
  assert.equal(document.nodes["save-9"]!.inputs!.image, "decode-3.image");
  assert.deepEqual(lost, ['Node "61" (ImageScaleBy) has no counterpart here, and was left out.']);
  assert.equal(made(fromComfy(rest, "toybox")).document.nodes["save-3"]!.inputs!.image, "decode-3.image");
  const second = { ...rest["3"], inputs: { ...rest["3"].inputs, positive: ["6", 0], latent_image: ["3", 0] } };
  const passes = {
    ...rest,
    "92": second,
    "8": { ...decode, inputs: { ...decode.inputs, samples: ["92", 0] } },
    "9": save,
  };
  const { document: first, lost: later } = made(fromComfy(passes, "toybox"));
  assert.ok(first.nodes["save-3"]);
  assert.ok(later.some((one) => one.startsWith('Node "92" (KSampler) has no counterpart')));
});
