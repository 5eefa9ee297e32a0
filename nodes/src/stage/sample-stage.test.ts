import assert from "node:assert/strict";
import { test } from "node:test";
import type { Value } from "@clipwork/engine";
import type { Sampled } from "@clipwork/models";
import { gaussian } from "../diffusion/philox.ts";
import { tinyManifest } from "../testing/index.ts";
import { chooseSampler, sampleStage, startOf, stepsOfStage } from "./sample-stage.ts";

const stage: Sampled = tinyManifest.stages.decoder;
const length = 12;
const picture = { pack: "tiny", seed: 5, steps: null, sampler: "pack", eta: 0, spacing: "pack" } as const;

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
    ...chooseSampler(stage, { ...picture, sampler: "ddim" }),
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

test("a sampler that is not the pack's takes the steps of its preset", () => {
  const scheduler = { ...stage.scheduler, sampler: "dpm++2m" } as const;
  const presets = { diffusers: { sampler: "ddpm", steps: 25 } } as const;
  const steps = (sampler: "pack" | "ddpm" | "heun", asked: number | null = null) =>
    chooseSampler({ ...stage, scheduler, presets }, { ...picture, sampler, steps: asked }).steps.length;
  assert.deepEqual([steps("pack"), steps("ddpm"), steps("heun")], [stage.defaults.steps, 25, stage.defaults.steps]);
  assert.deepEqual([steps("pack", 7), steps("ddpm", 7)], [7, 7]);
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

test("as many steps as DPM-Solver++ has no timesteps for are refused: a step that leads nowhere makes numbers that are none", () => {
  for (const spacing of ["unclip", "leading"] as const) {
    const choose = (steps: number) => chooseSampler(stage, { ...picture, sampler: "dpm++2m", spacing, steps });
    assert.equal(choose(999).steps.length, 999);
    assert.throws(() => choose(1000), {
      message: '"steps" is 1000, but the sampler dpm++2m finds too few timesteps among the 1000 of this stage.',
      remedy: 'Set "steps" to at most 999.',
    });
  }
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
    (await sampling(chooseSampler(stage, { ...picture, sampler, eta }))).x;
  assert.deepEqual(await end("ddpm", 0), await end("ddpm", 1));
  assert.notDeepEqual(await end("ddim", 0), await end("ddim", 1));
});

test("the pack's own sampler and spacing count if none is chosen, and ddpm if the pack names none", async () => {
  const end = async (
    more: Partial<Sampled["scheduler"]>,
    params: Partial<Parameters<typeof chooseSampler>[1]> = {},
  ) => {
    const own = { ...stage, scheduler: { ...stage.scheduler, ...more } };
    return (await sampling({ stage: own, ...chooseSampler(own, { ...picture, ...params }) })).x;
  };
  assert.deepEqual(await end({}), await end({}, { sampler: "ddpm" }));
  assert.deepEqual(await end({ sampler: "heun" }), await end({}, { sampler: "heun" }));
  assert.notDeepEqual(await end({ sampler: "heun" }), await end({}));
  assert.deepEqual(await end({ spacing: "trailing" }), await end({}, { spacing: "trailing" }));
});

test("another spacing than the pack's takes no offset and no timesteps that the pack lists", () => {
  const own = {
    ...stage,
    scheduler: { ...stage.scheduler, spacing: "leading", offset: 1, timesteps: [900, 500, 2] },
  } as const;
  const timesteps = (spacing: typeof own.scheduler.spacing | "pack" | "unclip" | "trailing") =>
    chooseSampler(own, { ...picture, spacing }).steps.map(({ timestep }) => timestep);
  assert.deepEqual(timesteps("pack"), [900, 500, 2]);
  assert.deepEqual(timesteps("leading"), [667, 334, 1]);
  assert.deepEqual(timesteps("trailing"), [999, 666, 332]);
  assert.deepEqual(timesteps("unclip"), [999, 500, 0]);
});

test("pndm is refused where it would begin in all but noise, with what to do", () => {
  const choose = (spacing: "pack" | "leading") =>
    chooseSampler(stage, { ...picture, sampler: "pndm", spacing, steps: 20 });
  assert.throws(() => choose("pack"), {
    name: "NodeError",
    message: /pndm cannot begin at timestep 999 /,
    remedy: /"spacing" leading/,
  });
  assert.equal(choose("leading").steps[0]!.timestep, 950);
});

test("what a sampler remembers is saved and found again; a point whose memory is no such thing is not resumed from", async () => {
  const chosen = chooseSampler(stage, { ...picture, sampler: "dpm++2m", steps: 4 });
  const whole = await sampling(chosen);
  const [, point] = whole.points as {
    step: number;
    x: Float32Array;
    past: { timestep: number; values: Float32Array }[];
  }[];
  assert.deepEqual([point!.past.length, point!.past[0]!.values.length], [1, length]);
  const resumed = await sampling(chosen, point);
  assert.deepEqual([resumed.x, resumed.seen.length], [whole.x, 2]);
  const [{ timestep, values }] = point!.past as [{ timestep: number; values: Float32Array }];
  for (const past of [7, [null], [{ timestep }], [{ timestep: "1", values }], [{ timestep, values: values.slice(1) }]])
    assert.equal((await sampling(chosen, { ...point!, past } as Value)).seen.length, 4);
});

test("linked noise has to have the sampler's shape", () => {
  const data = new Float32Array(3 * 8 * 8);
  const shape = { channels: 3, height: 8, width: 8 };
  assert.equal(startOf(undefined, shape), undefined);
  assert.equal(startOf({ channels: 3, height: 8, width: 8, data } as never, shape), data);
  for (const wrong of [{ channels: 4 }, { height: 16 }, { width: 4 }])
    assert.throws(() => startOf({ channels: 3, height: 8, width: 8, data, ...wrong } as never, shape), {
      name: "NodeError",
      message: /but this sampler starts from 3 × 8 × 8/,
    });
});
