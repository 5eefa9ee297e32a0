import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseDevice, fastestProvider } from "./choose-device.ts";
import type { ProviderReport } from "./probe.ts";
import type { Provider } from "./provider.ts";

const report = (provider: Provider, works: boolean, speed?: number): ProviderReport => ({
  provider,
  works,
  reason: "",
  ...(speed === undefined ? {} : { speed }),
});

test("auto takes the fastest that works and is clearly faster than the CPU", () => {
  const cpu = report("cpu", true, 1);
  assert.equal(fastestProvider([cpu, report("webgpu", true, 8), report("cuda", true, 30)]), "cuda");
  assert.equal(fastestProvider([cpu, report("webgpu", true, 8), report("cuda", false)]), "webgpu");
  assert.equal(fastestProvider([cpu, report("webgpu", true, 0.002), report("cuda", false, 30)]), "cpu");
  assert.equal(fastestProvider([cpu, report("webgpu", true, 1.2)]), "cpu");
  assert.equal(fastestProvider([cpu, report("webgpu", true, 1.6)]), "cpu", "a picture took longer on this one");
  assert.equal(fastestProvider([cpu, report("webgpu", true, 3.1)]), "webgpu");
});

test("the CPU is taken without a probe, and its numerics name provider, precision, runtime and processor", async () => {
  const device = await chooseDevice("cpu");
  assert.ok("provider" in device);
  assert.match(device.numerics, /^cpu; float32; onnxruntime 1\.30\.0; \w+; \S/);
  assert.doesNotMatch(device.numerics, /bits/);
});
