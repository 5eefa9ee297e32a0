// A pack with 8-bit weights, beside the same pack as it was published.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkpoint } from "../checkpoint/checkpoint.fixture.ts";
import { loadPack } from "../pack/load-pack.ts";
import type { Tensor, Tensors } from "../runner/tensor.ts";
import { createOnnxRunner } from "./onnx-runner.ts";

const row = (name: string, shape: readonly (number | string)[], type: string): Tensor => {
  const sizes = shape.map((size, axis) => (typeof size === "number" ? size : axis === 0 ? 1 : 16));
  const count = sizes.reduce((product, size) => product * size, 1);
  if (type === "int32") return { shape: sizes, data: new Int32Array(count).fill(3) };
  const value = name.endsWith("mask") ? () => 1 : name === "timestep" ? () => 480 : (i: number) => Math.sin(1.7 * i);
  return { shape: sizes, data: Float32Array.from({ length: count }, (_, i) => value(i)) };
};

test("an 8-bit pack has a quarter of the weights, leaves the published files alone, says so, and computes nearly the same", async (context) => {
  const given = checkpoint(context);
  const published = join(given.from, "prior", "diffusion_pytorch_model.safetensors");
  const before = readFileSync(published);
  const whole = await given.import();
  const small = await given.import({ name: "small", placing: "int8" });
  assert.deepEqual(readFileSync(published), before);
  assert.equal(statSync(published).nlink, 2, "it is linked into the other pack alone");
  const files = readdirSync(small.folder);
  assert.ok(files.includes("prior.int8.safetensors") && !files.includes("prior.safetensors"));
  assert.ok(small.bytes.weights < 0.5 * whole.bytes.weights, `${small.bytes.weights} of ${whole.bytes.weights}`);
  assert.match(small.notes[0]!, /8-bit weights/);
  const packs = new Map([
    ["imported", await loadPack(whole.folder)],
    ["small", await loadPack(small.folder)],
  ]);
  const [one, other] = [...packs.values()].map(({ manifest }) => manifest);
  assert.deepEqual([other!.spaces, other!.texts], [one!.spaces, one!.texts], "it is in the same CLIP space");
  assert.match(other!.title, /8-bit weights/);
  const runner = createOnnxRunner({ packs, threads: 1 });
  context.after(() => runner.close());
  for (const stage of Object.keys(one!.stages)) {
    const { inputs } = await runner.warm("imported", stage);
    const names = one!.stages[stage]!.inputs ?? {};
    const feeds: Tensors = Object.fromEntries(
      inputs.map(({ name, shape, type }) => [names[name] ?? name, row(name, shape, type)]),
    );
    const [exact, rounded] = [
      await runner.run({ pack: "imported", stage, feeds }),
      await runner.run({ pack: "small", stage, feeds }),
    ];
    for (const [name, { data }] of Object.entries(exact)) {
      const error = Math.hypot(...data.map((value, i) => value - rounded[name]!.data[i]!)) / Math.hypot(...data);
      context.diagnostic(`${stage} ${name}: ${(100 * error).toFixed(2)} %`);
      assert.ok(error < 0.05, `${stage} ${name}: ${error}`);
    }
  }
});
