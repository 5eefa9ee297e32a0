// The pure parts against torch and diffusers: noise, schedule, resizing, tokens, and each sampler on stored network outputs.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { loadPack, type Scheduler } from "@clipwork/models";
import { gaussian, type Purpose, philox4x32, purposes } from "../../nodes/src/diffusion/philox.ts";
import { resizeBicubic } from "../../nodes/src/diffusion/resize.ts";
import { sample } from "../../nodes/src/diffusion/sample.ts";
import { cosineSchedule, respace, stepsOf } from "../../nodes/src/diffusion/schedule.ts";
import { stepUnclip } from "../../nodes/src/diffusion/unclip-sampler.ts";
import { assertClose, type GoldenArray, type GoldenRun, numbers, readGolden, rowOf } from "./golden.ts";

const pack = await loadPack(join(import.meta.dirname, "..", "fixtures", "random-pack"));
const { signal } = new AbortController();

test("philox gives Random123's known answers and the normals of the training code", () => {
  type Words = { counter: number[]; key: [number, number]; output: number[] };
  type Normals = { seed: number; purpose: number; step: number; draw: number; normals: number[] };
  const golden = readGolden<{ words: Words[]; normals: Normals[] }>("philox");
  for (const { counter, key, output } of golden.words) {
    const words = Uint32Array.from(counter);
    philox4x32(words, ...key);
    assert.deepEqual([...words], output);
  }
  for (const { seed, purpose, step, draw, normals } of golden.normals) {
    const name = Object.keys(purposes).find((key) => purposes[key as Purpose] === purpose) as Purpose;
    assert.deepEqual([...gaussian(seed, name, step, normals.length, draw)], normals);
  }
});

test("timesteps and tables equal those of UnCLIPScheduler exactly", () => {
  type Golden = { timesteps: Record<string, number[]>; alphaBar: GoldenArray; beta: GoldenArray };
  const golden = readGolden<Golden>("scheduler");
  for (const [count, timesteps] of Object.entries(golden.timesteps)) {
    assert.deepEqual(
      respace(1000, Number(count)).map(({ timestep }) => timestep),
      timesteps,
    );
  }
  const schedule = cosineSchedule(1000);
  assert.deepEqual(schedule.alphaBar, numbers(golden.alphaBar));
  assert.deepEqual(schedule.beta, numbers(golden.beta));
});

test("bicubic resizing equals torch's within 1e-5", () => {
  for (const { input, output } of readGolden<{ input: GoldenArray; output: GoldenArray }[]>("bicubic")) {
    const [height, width] = input.shape.slice(2) as [number, number];
    const [tall, wide] = output.shape.slice(2) as [number, number];
    const resized = resizeBicubic({ width, height, data: numbers(input) }, wide, tall);
    assertClose(resized.data, numbers(output), 1e-5, `${width}×${height} to ${wide}×${tall}`);
  }
});

test("token ids and masks equal those of the Python tokenizer", () => {
  const golden = readGolden<{ captions: string[]; ids: number[][]; mask: number[][] }>("text");
  for (const [i, caption] of golden.captions.entries()) {
    const { ids, mask } = pack.tokenizers["random-clip"]!.encode(caption);
    assert.deepEqual([...ids], golden.ids[i], caption);
    assert.deepEqual([...mask], golden.mask[i], caption);
  }
});

const stages = pack.manifest.stages as unknown as Record<string, { scheduler: Scheduler }>;
for (const stage of ["prior", "decoder", "upsampler-256"] as const) {
  test(`the ${stage}'s sampler follows diffusers' steps on its stored outputs within 1e-5`, async () => {
    const golden = readGolden<GoldenRun>(stage);
    for (const [row, seed] of golden.seeds.entries()) {
      const final = await sample({
        config: stages[stage]!.scheduler,
        sampler: stepUnclip,
        steps: stepsOf(stages[stage]!.scheduler, golden.timesteps.length),
        length: rowOf(golden.final, row).length,
        noise: (step, length) => gaussian(seed, stage, step, length),
        async predict(x, { index, timestep }) {
          assert.equal(timestep, golden.timesteps[index - 1]);
          assertClose(x, rowOf(golden.states[index - 1]!, row), 1e-5, `x before step ${index}`);
          return rowOf(golden.outputs![index - 1]!, row);
        },
        onStep: () => {},
        signal,
      });
      assertClose(final, rowOf(golden.final, row), 1e-5, "final sample");
    }
  });
}
