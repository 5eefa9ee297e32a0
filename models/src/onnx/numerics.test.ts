import assert from "node:assert/strict";
import { arch } from "node:os";
import { test } from "node:test";
import { cpuDevice, describeNumerics } from "./numerics.ts";

test("numerics are one line: provider, precision, runtime, processor, how external data is loaded, and on a GPU the bits of its probe", () => {
  const cpu = describeNumerics("cpu");
  assert.match(cpu, new RegExp(`^cpu; float32; onnxruntime \\d+\\.\\d+\\.\\d+; ${arch()}; [^;]`));
  assert.match(cpu, /; external data extended, not prepacked$/);
  assert.doesNotMatch(cpu, /\n|\(R\)|\(TM\)|@|bits| {2}/);
  assert.equal(describeNumerics("webgpu", "0123abcd"), `${cpu.replace(/^cpu/, "webgpu")}; bits 0123abcd`);
});

test("on the CPU they are the same each time, and need no trial", () => {
  assert.deepEqual(cpuDevice(), { provider: "cpu", numerics: describeNumerics("cpu") });
});
