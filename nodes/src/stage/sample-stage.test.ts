import assert from "node:assert/strict";
import { test } from "node:test";
import type { Value } from "@clipwork/engine";
import type { Sampled } from "@clipwork/models";
import { gaussian } from "../diffusion/philox.ts";
import { tinyManifest } from "../testing/index.ts";
import { chooseSampler, sampleStage, startOf, stepsOfStage } from "./sample-stage.ts";

const stage: Sampled = tinyManifest.stages.decoder;
const length = 12;
const picture = { pack: "tiny", seed: 5, steps: null, sampler: "ddpm", eta: 0 } as const;

type Options = Parameters<typeof sampleStage>[0];

/** Samples three steps with a network that predicts no noise; returns what was seen, saved, reported and shown. */
async function sampling(more: Partial<Options> = {}, saved?: Value) {
  const seen: Float32Array[] = [];
  const points: Value[] = [];
  const progress: number[] = [];
  let shown = 0;
  const options: Options = {
    stage,
    purpose: "decoder",
    seed: 5,
    steps: stepsOfStage(stage, null),
    sampler: chooseSampler({ ...picture, sampler: "ddim" }),
    length,
    predict: async (x) => {
      seen.push(x.slice());
      return new Float32Array(2 * length);
    },
    show: () => shown++,
    ...more,
  };
  const x = await sampleStage(options, {
    signal: new AbortController().signal,
    progress: (step, steps) => progress.push(step, steps),
    checkpoint: { load: async () => saved, save: (point) => points.push(point) },
  });
  return { x, seen, points, progress, shown };
}

test("the pack's default counts if no steps are asked for", () => {
  assert.equal(stepsOfStage(stage, null).length, stage.defaults.steps);
  assert.equal(stepsOfStage(stage, 7).length, 7);
});

test("more steps than were trained are refused with the most that there can be", () => {
  assert.equal(stepsOfStage(stage, 1000).length, 1000);
  assert.throws(() => stepsOfStage(stage, 1001), {
    name: "NodeError",
    message: '"steps" is 1001, but this stage was trained with 1000 timesteps.',
    remedy: 'Set "steps" to at most 1000.',
  });
});

test("a spacing whose offset leaves what was trained is refused", () => {
  const leading = { ...stage, scheduler: { ...stage.scheduler, spacing: "leading", offset: 1 } } as const;
  assert.equal(stepsOfStage(leading, 500)[0]!.timestep, 999);
  assert.throws(() => stepsOfStage(leading, 1000), /begin at timestep 1000, beyond the last of its 1000/);
});

test("a sampling begins with the seed's own noise of its purpose and draw, or with what it is given", async () => {
  assert.deepEqual((await sampling()).seen[0], gaussian(5, "decoder", 0, length));
  assert.deepEqual((await sampling({ purpose: "prior" })).seen[0], gaussian(5, "prior", 0, length));
  assert.deepEqual((await sampling({ draw: 2 })).seen[0], gaussian(5, "decoder", 0, length, 2));
  const start = new Float32Array(length).fill(0.5);
  assert.deepEqual((await sampling({ start })).seen[0], start);
});

test("every step is reported and shown, and all but the last are saved", async () => {
  const { points, progress, shown } = await sampling();
  assert.deepEqual(progress, [1, 3, 2, 3, 3, 3]);
  assert.equal(shown, 3);
  assert.deepEqual(
    points.map((point) => (point as { step: number }).step),
    [1, 2],
  );
});

test("a sampling resumes from a point of its own and reports that first", async () => {
  const whole = await sampling();
  const resumed = await sampling({}, whole.points[1]);
  assert.deepEqual(resumed.x, whole.x);
  assert.deepEqual([resumed.seen.length, resumed.progress], [1, [2, 3, 3, 3]]);
});

test("a point of another length, or of a step that is not between, is not resumed from", async () => {
  const x = new Float32Array(length);
  for (const point of [{ step: 1, x: new Float32Array(3) }, { step: 0, x }, { step: 3, x }, { step: 1.5, x }, { x }])
    assert.equal((await sampling({}, point)).seen.length, 3);
});

test("ddpm draws noise whatever eta is; ddim draws as much as eta says", async () => {
  const end = async (sampler: "ddpm" | "ddim", eta: number) =>
    (await sampling({ sampler: chooseSampler({ ...picture, sampler, eta }) })).x;
  assert.deepEqual(await end("ddpm", 0), await end("ddpm", 1));
  assert.notDeepEqual(await end("ddim", 0), await end("ddim", 1));
});

test("linked noise has to have the sampler's shape", () => {
  const data = new Float32Array(3 * 8 * 8);
  assert.equal(startOf(undefined, 3, 8), undefined);
  assert.equal(startOf({ channels: 3, height: 8, width: 8, data } as never, 3, 8), data);
  for (const wrong of [{ channels: 4 }, { height: 16 }, { width: 4 }])
    assert.throws(() => startOf({ channels: 3, height: 8, width: 8, data, ...wrong } as never, 3, 8), {
      name: "NodeError",
      message: /but this sampler starts from 3 × 8 × 8/,
    });
});
