import assert from "node:assert/strict";
import { test } from "node:test";
import { readManifest } from "../manifest/read-manifest.ts";
import { changed, example, exampleManifest } from "./example.fixture.ts";
import { type ImageEncoder, imageEncoder } from "./image-encoder.ts";

const pixels = (path: string, value: unknown) => readManifest(changed(`stages/pixels/${path}`, value)).stages.pixels;

test("an image encoder is its files, its inputs and its space", () => {
  const { inputs, ...rest } = pixels("inputs", { pixel_values: "image" }) as ImageEncoder;
  assert.deepEqual(rest, example.stages.pixels);
  assert.deepEqual(inputs, { pixel_values: "image" });
});

test("an image encoder is refused with a space that there is not, and with a sight of its own", () => {
  assert.throws(() => pixels("space", "vision"), /stages.pixels.space is "vision", but must be a name in spaces: clip/);
  assert.throws(() => pixels("image", example.spaces.clip.image), /stages.pixels has the field "image"/);
});

test("how its space sees pictures counts beside an image encoder, and the space's id does not", () => {
  const stage = exampleManifest.stages.pixels as ImageEncoder;
  assert.deepEqual(imageEncoder.countsBeside!(stage, exampleManifest, "pixels"), example.spaces.clip.image);
});
