import assert from "node:assert/strict";
import { test } from "node:test";
import { example } from "./example.fixture.ts";
import { readLatentSpace, readSight, readSpace, readText } from "./spaces.ts";

const { image, ...blind } = example.spaces.clip;
const { captions } = example.texts;
const { movq } = example.latents;

test("a space may say nothing of pictures, and has from 1 to 16384 numbers", () => {
  assert.deepEqual(readSpace({ ...blind, dimension: 16_384 }, "at"), { ...blind, dimension: 16_384 });
  assert.throws(() => readSpace({ ...blind, dimension: 16_385 }, "at"), /at.dimension is 16385/);
  assert.throws(() => readSpace({ ...blind, image: null }, "at"), /at.image is null, but must be an object/);
});

test("a picture is seen in three channels, each of a mean and of a deviation above 0", () => {
  assert.deepEqual(readSight({ ...image, size: 4096, fit: "squash" }, "at"), { ...image, size: 4096, fit: "squash" });
  assert.throws(() => readSight({ ...image, size: 4097 }, "at"), /at.size is 4097/);
  assert.throws(() => readSight({ ...image, mean: [0, 0, 0, 0] }, "at"), /at.mean is "a list of 4"/);
  assert.throws(() => readSight({ ...image, mean: [0, -1001, 0] }, "at"), /at.mean\[1\] is -1001/);
  assert.throws(() => readSight({ ...image, std: [0, 1, 1] }, "at"), /at.std\[0\] is 0, but must be a number from/);
  assert.throws(() => readSight({ ...image, fit: undefined }, "at"), /at.fit is missing/);
});

test("a context has room for BOS, a token and EOS", () => {
  assert.equal(readText({ ...captions, contextLength: 3 }, "at").contextLength, 3);
  assert.throws(() => readText({ ...captions, contextLength: 2 }, "at"), /at.contextLength is 2/);
  assert.throws(() => readText({ ...captions, width: 0 }, "at"), /at.width is 0/);
});

test("a tokenizer may have no token for what it does not know, but says so, and has all others", () => {
  const read = (more: object) =>
    readText({ ...captions, tokenizer: { ...captions.tokenizer, ...more } }, "at").tokenizer;
  assert.equal(read({ unknown: null }).unknown, null);
  assert.equal(read({ unknown: "?" }).unknown, "?");
  assert.throws(() => read({ unknown: undefined }), /at.tokenizer.unknown is missing/);
  assert.throws(() => read({ unknown: "" }), /at.tokenizer.unknown is ""/);
  for (const token of ["bos", "eos"])
    assert.throws(() => read({ [token]: null }), RegExp(`at.tokenizer.${token} is null`));
  assert.throws(() => read({ kind: "bpe" }), /at.tokenizer has the field "kind"/);
});

test("a latent space has channels, a factor of 1 or more, and a scale above 0", () => {
  assert.deepEqual(readLatentSpace({ ...movq, factor: 1, scale: 1e-6 }, "at"), { ...movq, factor: 1, scale: 1e-6 });
  for (const [field, value] of [
    ["channels", 1025],
    ["factor", 0],
    ["factor", 1025],
    ["scale", 0],
    ["scale", -1],
  ] as const)
    assert.throws(() => readLatentSpace({ ...movq, [field]: value }, "at"), RegExp(`at.${field} is ${value}`));
});
