import assert from "node:assert/strict";
import { test } from "node:test";
import { readFields } from "../fields/fields.ts";
import { readArraysFile, readFile, readSha256, stageFiles } from "./files.ts";
import { inputNames } from "./inputs.ts";

const file = { file: "a.onnx", sha256: "0".repeat(64) };
const read = (more: object) => readFields({ ...file, ...more }, "at", stageFiles);

test("a file's name has at most 128 characters, and ends in none that Windows drops", () => {
  assert.equal(readFile("a".repeat(128), "at").length, 128);
  for (const name of ["a".repeat(129), "a.", "a ", ".a", "-a", "C:a", "a\n"])
    assert.throws(() => readFile(name, "at"), /at is .*, but must be the plain name of a file in the pack's folder/);
});

test("a sha256 is written in small letters and in full", () => {
  for (const digest of ["A".repeat(64), "0".repeat(63), "0".repeat(65), `${"0".repeat(64)}\n`, 0])
    assert.throws(() => readSha256(digest, "at"), /at is .*, but must be 64 lower-case hexadecimal digits/);
});

test("a graph may have up to a thousand files beside it, each with a sha256 and nothing else", () => {
  assert.deepEqual(read({}), file);
  assert.equal(read({ externalData: Array(1000).fill(file) }).externalData!.length, 1000);
  assert.throws(() => read({ externalData: Array(1001).fill(file) }), /at.externalData is "a list of 1001"/);
  assert.throws(() => read({ externalData: file }), /at.externalData is .*, but must be a list/);
  assert.throws(
    () => read({ externalData: [file, { ...file, offset: 0 }] }),
    /at.externalData\[1\] has the field "offset"/,
  );
});

test("a graph's input may stand for any of the format, and for none that the format does not have", () => {
  const inputs = Object.fromEntries(inputNames.map((name) => [`own ${name}`, name]));
  assert.deepEqual(read({ inputs }).inputs, inputs);
  assert.throws(() => read({ inputs: { x: "Sample" } }), /at.inputs.x is "Sample", but must be "ids" or "image" or/);
  assert.throws(() => read({ inputs: { "": "sample" } }), /a name in at.inputs is ""/);
});

test("arrays lie in a safetensors file, whose name is checked like any other", () => {
  assert.deepEqual(readArraysFile({ ...file, file: "a.safetensors" }, "at"), { ...file, file: "a.safetensors" });
  assert.throws(() => readArraysFile({ ...file, file: "a.SAFETENSORS" }, "at"), /ends in ".safetensors"/);
  assert.throws(
    () => readArraysFile({ ...file, file: ".safetensors" }, "at"),
    /at.file is ".safetensors", .* plain name/,
  );
});
