import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceTrouble, firstLine, orCpu, reinstall } from "./device-trouble.ts";

test("a missing adapter is reported with the driver that is missing", () => {
  const trouble = deviceTrouble("webgpu", "Failed to get a WebGPU adapter: No supported adapters");
  assert.match(trouble!.reason, process.platform === "linux" ? /^no Vulkan adapter$/ : /^no GPU adapter$/);
  assert.match(trouble!.remedy, /driver.*--provider cpu/);
});

test("a library that could not be loaded is named from the log, or else as the error has it", () => {
  const log = "[E] Failed to load library libx.so with error: libcudnn.so.9: cannot open shared object file\nmore";
  const named = deviceTrouble("cuda", "could not be loaded", log);
  assert.equal(named!.reason, "libcudnn.so.9: cannot open shared object file");
  assert.match(named!.remedy, /CUDA 12 and cuDNN 9/);
  const plain = deviceTrouble("cuda", " Failed to load shared library\n/src/onnx.cc:12 ");
  assert.equal(plain!.reason, "Failed to load shared library");
});

test("an error of another cause is no trouble of the device", () => {
  assert.equal(deviceTrouble("cuda", "out of memory"), undefined);
  assert.equal(deviceTrouble("webgpu", "Invalid model", "nothing of note"), undefined);
});

test("the way out is to use the CPU, for who does not use it already", () => {
  assert.equal(orCpu("cpu"), "");
  for (const provider of ["webgpu", "cuda"] as const) {
    assert.match(orCpu(provider), /or use --provider cpu/);
    assert.match(reinstall(provider), /or use --provider cpu/);
  }
  assert.equal(firstLine("\n one\ntwo"), "one");
});
