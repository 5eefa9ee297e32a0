import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { chooseDevice, fastestProvider } from "./choose-device.ts";
import { type ProviderReport, probeProvider } from "./probe.ts";
import type { Provider } from "./provider.ts";

const module = join(import.meta.dirname, "probe.fixture.ts");
/** Tries webgpu with a module that behaves as told in place of the real one. */
const probe = (behaviour: string, limit?: number) => {
  process.env.PROBE_BEHAVIOUR = behaviour;
  return probeProvider("webgpu", { timed: true, module, ...(limit === undefined ? {} : { limit }) });
};

test("a probe that crashes, hangs or says nothing is a provider that does not work, and harms nobody", async () => {
  const expected = {
    abort: /SIGABRT|exit code (134|3)/,
    "answer, then abort": /SIGABRT|exit code (134|3)/,
    silent: /exit code 0/,
    hang: /did not end within 0.5 s/,
  };
  for (const [behaviour, reason] of Object.entries(expected)) {
    const { works, reason: said, remedy } = await probe(behaviour, behaviour === "hang" ? 500 : undefined);
    assert.deepEqual([works, reason.test(said)], [false, true], `${behaviour}: ${said}`);
    assert.ok(remedy);
  }
});

test("what a library could not load is told, not only that something could not be loaded", async () => {
  const { works, reason } = await probe("unloaded");
  assert.deepEqual(
    [works, reason],
    [false, "libcudnn.so.9: cannot open shared object file: No such file or directory"],
  );
});

test("results that differ from the CPU's, or are no numbers, are refused; those that agree tell their speed", async () => {
  assert.match((await probe("wrong")).reason, /differ from the CPU's by 0\.25/);
  assert.equal((await probe("not a number")).works, false);
  const slow = await probe("slow");
  assert.deepEqual([slow.works, slow.reason], [true, "works, but takes 40 times as long as the CPU"]);
  assert.equal((await probe("fast")).reason, "works, 12 times as fast as the CPU");
});

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
});

test("the CPU is taken without a probe, and its numerics name provider, precision, runtime and processor", async () => {
  const device = await chooseDevice("cpu");
  assert.ok("provider" in device);
  assert.match(device.numerics, /^cpu; float32; onnxruntime 1\.30\.0; \w+; \S/);
  assert.doesNotMatch(device.numerics, /bits/);
});
