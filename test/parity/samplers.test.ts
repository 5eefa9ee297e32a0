// Every sampler against diffusers' schedulers, call by call: x_t is taught at each step, what the sampler remembers is its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SamplerName, Scheduler } from "@clipwork/models";
import type { Remembered } from "../../nodes/src/diffusion/sampler.ts";
import { samplerOf } from "../../nodes/src/diffusion/samplers.ts";
import { alphaBarAt, scheduleOf, stepsOf } from "../../nodes/src/diffusion/schedule.ts";
import { assertClose, type GoldenArray, readGolden, rowOf } from "./golden.ts";

const tolerance = 1e-5;

type Run = Required<Pick<Scheduler, "prediction" | "spacing" | "offset" | "clip" | "finalAlphaBar">> & {
  readonly sampler: SamplerName;
  readonly eta: number;
  /** Of the network's calls. */
  readonly timesteps: readonly number[];
  /** x_t of each call, and the finished sample. */
  readonly x: GoldenArray;
};

const golden = readGolden<{
  readonly count: number;
  readonly runs: readonly Run[];
  readonly dpmSpacings: readonly (Pick<Scheduler, "spacing" | "offset"> & {
    readonly timesteps: { readonly [count: string]: readonly number[] };
  })[];
}>("samplers");

/** The sums of sines that stand for noise and for what the network takes for the clean sample, as the golden's script has them. */
const waves = (length: number, index: number, ...parts: readonly (readonly [number, number, number])[]) =>
  Float32Array.from({ length }, (_, i) =>
    parts.reduce((sum, [height, frequency, shift]) => sum + height * Math.sin(frequency * i + shift * index), 0),
  );
const noiseOf = (length: number, index: number) => waves(length, index, [1.4, 2.9, 1.3]);

/** What the golden's network predicts for x in its call of that number. */
function network(x: Float32Array, alphaBar: number, prediction: Scheduler["prediction"], call: number): Float32Array {
  const { fround, sqrt } = Math;
  const [signal, rest] = [fround(sqrt(alphaBar)), fround(sqrt(fround(1 - alphaBar)))];
  const x0 = waves(x.length, call, [0.9, 1.7, 0], [0.3, 2.3, 5]);
  const epsilon = x.map((value, i) => fround(value - fround(signal * x0[i]!)) / rest);
  if (prediction === "sample") return x0;
  return prediction === "epsilon" ? epsilon : epsilon.map((value, i) => fround(signal * value) - fround(rest * x0[i]!));
}

/** Follows a run: the largest difference of any x that the sampler leads to, or asks the network about. */
async function follow({ sampler: name, eta, timesteps, x: states, ...told }: Run): Promise<number> {
  const betas = { kind: "scaled-linear", start: 0.00085, end: 0.012 } as const;
  const config: Scheduler = { trainTimesteps: 1000, betas, variance: "fixed-small", ...told };
  const [schedule, steps, sampler] = [scheduleOf(config), stepsOf(config, golden.count, name), samplerOf(name, eta)];
  const errors: number[] = [];
  let asked = 0;
  /** The network's answer to its next call, for the golden's x; that of a sampler is compared with it. */
  const ask = (timestep: number, x?: Float32Array) => {
    assert.equal(timestep, timesteps[asked], "the timestep that the network is asked at");
    const taught = rowOf(states, asked);
    if (x) errors.push(assertClose(x, taught, tolerance, `x asked about at ${timestep}`));
    return { x: taught, output: network(taught, alphaBarAt(schedule, timestep), config.prediction, asked++) };
  };
  let past: readonly Remembered[] = [];
  for (const step of steps) {
    const { x, output } = ask(step.timestep);
    const noise = noiseOf(x.length, asked);
    const moment = { schedule, config, step, next: steps[step.index], past, x, output, noise: () => noise };
    const moved = await sampler(moment, async (x, { timestep }) => ask(timestep, x).output);
    past = moved.past ?? [];
    errors.push(assertClose(moved.x, rowOf(states, asked), tolerance, `x after ${step.timestep}`));
  }
  assert.equal(asked, timesteps.length, "calls of the network");
  return Math.max(...errors);
}

const groups = Map.groupBy(golden.runs, ({ sampler, prediction }) => `${sampler}, ${prediction} prediction`);

test("the golden has every sampler of diffusers' with every prediction that it takes", () => {
  assert.equal(groups.size, 6 * 3 - 1);
});

for (const [name, runs] of groups) {
  test(`${name}: every step is diffusers' within ${tolerance}, whatever spacing, clamp and end`, async (t) => {
    const errors = [];
    for (const run of runs) errors.push(await follow(run));
    t.diagnostic(`${runs.length} runs, ${Math.max(...errors).toExponential(1)}`);
  });
}

for (const { spacing, offset, timesteps } of golden.dpmSpacings) {
  test(`${spacing} spacing, offset ${offset}, for dpm++2m has diffusers' very timesteps`, () => {
    for (const [count, expected] of Object.entries(timesteps)) {
      const steps = stepsOf({ trainTimesteps: 1000, spacing, offset }, Number(count), "dpm++2m");
      assert.deepEqual(
        steps.map(({ timestep }) => timestep),
        expected,
        `${count} steps`,
      );
    }
  });
}
