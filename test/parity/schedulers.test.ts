// The noise schedules, spacings and steps that a manifest may ask for, against those of diffusers' schedulers.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scheduler } from "@clipwork/models";
import { inverted, stepDdimInverse } from "../../nodes/src/diffusion/ddim-inverse.ts";
import { repaintSteps } from "../../nodes/src/diffusion/repaint.ts";
import { predictX0 } from "../../nodes/src/diffusion/sampler.ts";
import { scheduleOf, stepsOf } from "../../nodes/src/diffusion/schedule.ts";
import { stepUnclip } from "../../nodes/src/diffusion/unclip-sampler.ts";
import { assertClose, type GoldenArray, numbers, readGolden } from "./golden.ts";

const tolerance = 1e-6;

type Golden = {
  readonly schedules: readonly (Pick<Scheduler, "trainTimesteps" | "betas"> & {
    readonly beta: GoldenArray;
    readonly alphaBar: GoldenArray;
  })[];
  readonly spacings: readonly (Pick<Scheduler, "spacing" | "offset"> & {
    readonly timesteps: { readonly [count: string]: readonly number[] };
  })[];
  readonly steps: readonly (Pick<Scheduler, "prediction" | "variance" | "clip"> & {
    readonly steps: readonly ({ readonly timestep: number } & {
      readonly [name in "x" | "output" | "noise" | "x0" | "next"]: GoldenArray;
    })[];
  })[];
  readonly inverse: readonly ({ readonly timestep: number } & {
    readonly [name in "x" | "output" | "x0" | "next"]: GoldenArray;
  })[];
  readonly repaint: readonly {
    readonly count: number;
    readonly jump: number;
    readonly times: number;
    readonly steps: readonly (readonly [timestep: number, previous: number])[];
  }[];
};

const golden = readGolden<Golden>("schedulers");

test("the golden has every kind of betas and every spacing", () => {
  assert.deepEqual(
    golden.schedules.map(({ betas }) => betas.kind),
    ["cosine", "linear", "scaled-linear", "table"],
  );
  assert.deepEqual([...new Set(golden.spacings.map(({ spacing }) => spacing))], ["unclip", "leading", "trailing"]);
});

for (const { trainTimesteps, betas, beta, alphaBar } of golden.schedules) {
  test(`${betas.kind} betas are diffusers' within ${tolerance}`, (t) => {
    const schedule = scheduleOf({ trainTimesteps, betas });
    const inBeta = assertClose(schedule.beta, numbers(beta), tolerance, "beta");
    const inAlphaBar = assertClose(schedule.alphaBar, numbers(alphaBar), tolerance, "alphaBar");
    t.diagnostic(`beta ${inBeta.toExponential(1)}, alphaBar ${inAlphaBar.toExponential(1)}`);
  });
}

for (const { spacing, offset, timesteps } of golden.spacings) {
  test(`${spacing} spacing, offset ${offset}, has diffusers' very timesteps`, () => {
    for (const [count, expected] of Object.entries(timesteps)) {
      const steps = stepsOf({ trainTimesteps: 1000, spacing, offset }, Number(count));
      assert.deepEqual(
        steps.map(({ timestep }) => timestep),
        expected,
        `${count} steps`,
      );
      assert.deepEqual(
        steps.map(({ previous }) => previous),
        [...expected.slice(1), -1],
      );
    }
  });
}

const linear = { kind: "linear", start: 0.00085, end: 0.012 } as const;
for (const { prediction, variance, clip, steps } of golden.steps) {
  const name = `${prediction} prediction, ${variance} variance, ${clip === null ? "no clamp" : `clamped to ${clip}`}`;
  test(`${name}: a step is diffusers' within ${tolerance}`, (t) => {
    const spaced = { trainTimesteps: 1000, betas: linear, spacing: "leading", offset: 0 } as const;
    const config: Scheduler = { ...spaced, prediction, variance, clip };
    const schedule = scheduleOf(config);
    const errors = steps.map(({ timestep, ...arrays }) => {
      const step = stepsOf(config, 50).find((one) => one.timestep === timestep)!;
      const noise = () => numbers(arrays.noise);
      const moment = { schedule, config, step, x: numbers(arrays.x), output: numbers(arrays.output), noise };
      const x0 = assertClose(predictX0(moment), numbers(arrays.x0), tolerance, `x0 at ${timestep}`);
      return Math.max(x0, assertClose(stepUnclip(moment).x, numbers(arrays.next), tolerance, `next at ${timestep}`));
    });
    t.diagnostic(Math.max(...errors).toExponential(1));
  });
}

test("a step of DDIM inversion is DDIMInverseScheduler's within 1e-5, from the finished sample to the last timestep", (t) => {
  const spaced = { trainTimesteps: 1000, betas: linear, spacing: "leading", offset: 0 } as const;
  const config: Scheduler = { ...spaced, prediction: "epsilon", variance: "none", clip: null };
  const schedule = scheduleOf(config);
  assert.deepEqual(
    golden.inverse.map(({ timestep }) => timestep),
    [0, 400, 980],
  );
  const errors = golden.inverse.map(({ timestep, ...arrays }) => {
    const step = inverted(stepsOf(config, 50)).find((one) => one.timestep === timestep)!;
    const [x, output] = [numbers(arrays.x), numbers(arrays.output)];
    const moved = stepDdimInverse({ schedule, config, step, x, output, noise: () => x });
    const x0 = assertClose(moved.x0, numbers(arrays.x0), 1e-5, `x0 at ${timestep}`);
    return Math.max(x0, assertClose(moved.x, numbers(arrays.next), 1e-5, `next at ${timestep}`));
  });
  t.diagnostic(Math.max(...errors).toExponential(1));
});

for (const { count, jump, times, steps } of golden.repaint) {
  test(`RePaint takes diffusers' very steps: ${count} of them, ${times} times in jumps of ${jump}`, () => {
    const ours = repaintSteps(stepsOf({ trainTimesteps: 1000, spacing: "leading", offset: 0 }, count), times, jump);
    assert.deepEqual(
      ours.map(({ timestep, previous }) => [timestep, previous]),
      steps,
    );
  });
}
