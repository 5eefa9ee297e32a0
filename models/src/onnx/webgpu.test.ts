import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { findVulkan } from "../../../test/vulkan.fixture.ts";
import { loadPack } from "../pack/load-pack.ts";
import { type DeviceProbe, deviceQueue } from "../runner/device-queue.ts";
import type { Tensor, Tensors } from "../runner/tensor.ts";
import { createOnnxRunner, type OnnxRunner } from "./onnx-runner.ts";

// The real kernels of ONNX Runtime's WebGPU provider, on whatever Vulkan driver there is; SwiftShader will do.

/** Of the largest value of an output: sums in another order. The worst seen is 2.9e-5, of upsampler-1024. */
const tolerance = 1e-4;

const root = join(import.meta.dirname, "..", "..", "..");
const toybox = await loadPack(join(root, "packs", "toybox"));
const random = await loadPack(join(root, "test", "fixtures", "random-pack"));
const packs = new Map([
  ["toybox", toybox],
  ["random-pack", random],
]);

const { vulkan, skip } = await findVulkan();
// Read by the Vulkan loader when the first session is made, in this process.
Object.assign(process.env, vulkan);

let cpu: OnnxRunner;
let webgpu: OnnxRunner;
before(() => {
  cpu = createOnnxRunner({ packs });
  webgpu = createOnnxRunner({ packs, device: { provider: "webgpu", numerics: "webgpu" } });
});
after(async () => {
  await cpu.close();
  await webgpu.close();
});

/** One row of feeds like those of a step: a caption's tokens, a time in the middle, an open mask, waves elsewhere. */
async function feedsOf(runner: OnnxRunner, pack: string, stage: string, seed = 0): Promise<Tensors> {
  const { ids } = Object.values(toybox.tokenizers)[0]!.encode("a small shiny blue ball on grass at sunset");
  const { inputs: names = {} } = packs.get(pack)!.manifest.stages[stage]!;
  const { inputs } = await runner.warm(pack, stage);
  const feeds = inputs.map(({ name, type, shape: declared }): [string, Tensor] => {
    const shape = declared.map((size, axis) => {
      if (axis === 0) return 1;
      assert.ok(typeof size === "number", `${stage}'s input ${name} has no fixed size`);
      return size;
    });
    const length = shape.reduce((a, b) => a * b, 1);
    const offered = names[name] ?? name;
    if (type === "int32")
      return [offered, { shape, data: ids.map((id) => (length === ids.length ? id : id % 5)).slice(0, length) }];
    const value = (i: number) => (name === "timestep" ? 480 : name === "mask" ? 1 : Math.sin(seed + 1.7 * i));
    return [offered, { shape, data: Float32Array.from({ length }, (_, i) => value(i)) }];
  });
  return Object.fromEntries(feeds);
}

/** The largest difference of an output's values, as a part of the largest value that is expected. */
function difference(actual: Tensor, expected: Tensor): number {
  let [largest, worst] = [0, 0];
  for (const [i, value] of expected.data.entries()) {
    largest = Math.max(largest, Math.abs(value));
    worst = Math.max(worst, Math.abs(actual.data[i]! - value));
  }
  return worst / largest;
}

const stages = [
  ...["clip-text", "clip-image", "prior", "decoder-condition", "decoder"].map((stage) => ["toybox", stage] as const),
  // The toybox's take minutes on a software driver; these have the same operators.
  ...["upsampler-256", "upsampler-256-last", "upsampler-1024"].map((stage) => ["random-pack", stage] as const),
];
for (const [pack, stage] of stages) {
  test(`webgpu gives what the CPU gives within ${tolerance}: ${pack}'s ${stage}`, { skip }, async (t) => {
    const feeds = await feedsOf(cpu, pack, stage);
    const expected = await cpu.run({ pack, stage, feeds });
    const actual = await webgpu.run({ pack, stage, feeds });
    for (const [name, tensor] of Object.entries(expected)) {
      assert.deepEqual(actual[name]!.shape, tensor.shape);
      const found = difference(actual[name]!, tensor);
      t.diagnostic(`${name}: ${found.toExponential(1)}`);
      assert.ok(found <= tolerance, `${name} differs by ${found}`);
    }
  });
}

test("rows in company have the bits of rows alone on webgpu too, or the queue runs them alone", {
  skip,
}, async (t) => {
  const calls: Tensors[] = [];
  for (const seed of [1, 2, 3]) calls.push(await feedsOf(webgpu, "random-pack", "decoder", seed));
  const call = (feeds: Tensors) => ({ pack: "random-pack", stage: "decoder", feeds });
  const alone = [];
  for (const feeds of calls) alone.push(await webgpu.run(call(feeds)));
  const probes: DeviceProbe[] = [];
  const queue = deviceQueue(webgpu, { sharing: "probed", onProbe: (probe) => probes.push(probe) });
  assert.deepEqual(await Promise.all(calls.map((feeds) => queue.run(call(feeds)))), alone);
  assert.equal(probes.length, 1);
  t.diagnostic(`shared runs are ${probes[0]!.exact ? "" : "not "}exact on this device`);
});
