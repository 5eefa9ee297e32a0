import assert from "node:assert/strict";
import { test } from "node:test";
import { readSight } from "./sight.ts";

const mean = [0.48145466, 0.4578275, 0.40821073];
const std = [0.26862954, 0.26130258, 0.27577711];
const own = { image_mean: mean, image_std: std };
const read = (config: object) => readSight({ ...own, ...config }, 224, "preprocessor_config.json");

test("a size is a number, one edge or two, and a picture is cropped unless the file says otherwise", () => {
  const crop = { size: 224, mean, std, fit: "crop" };
  assert.deepEqual(read({ size: 224, crop_size: 224, resample: 3 }), crop);
  assert.deepEqual(read({ size: { shortest_edge: 224 }, crop_size: { height: 224, width: 224 } }), crop);
  assert.equal(read({ size: { height: 224, width: 224 }, do_center_crop: false }).fit, "squash");
});

test("what Clipwork does not do, or what contradicts the encoder, is refused by name", () => {
  for (const [config, message] of [
    [{ size: 336 }, /size: 336, but the encoder sees pictures of 224/],
    [{ crop_size: { height: 224, width: 200 } }, /crop_size: .*200/],
    [{ resample: 2 }, /resample: 2/],
    [{ image_mean: [0.5] }, /\[0\.5\] for the mean or the deviation/],
    [{ image_std: undefined }, /undefined for the mean or the deviation/],
  ] as const)
    assert.throws(() => read(config), { name: "PackError", message });
});
