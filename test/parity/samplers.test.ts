// Every sampler against diffusers' schedulers, call by call: x_t is taught at each step, what the sampler remembers is its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SamplerName, Scheduler } from "@clipwork/models";
import type { Remembered } from "../../nodes/src/diffusion/sampler.ts";
import { samplerOf } from "../../nodes/src/diffusion/samplers.ts";
import { scheduleOf, stepsOf } from "../../nodes/src/diffusion/schedule.ts";
import { assertClose, type GoldenArray, numbers, readGolden } from "./golden.ts";

const tolerance = 1e-5;

type Call = { readonly timestep: number } & { readonly [name in "x" | "output" | "noise"]: GoldenArray };
type Run = Required<Pick<Scheduler, "prediction" | "spacing" | "offset" | "clip" | "finalAlphaBar">> & {
  readonly sampler: SamplerName;
  readonly eta: number;
  readonly calls: readonly Call[];
  readonly final: GoldenArray;
};

const golden = readGolden<{
  readonly count: number;
  readonly runs: readonly Run[];
  readonly dpmSpacings: readonly (Pick<Scheduler, "spacing" | "offset"> & {
    readonly timesteps: { readonly [count: string]: readonly number[] };
  })[];
}>("samplers");

/** Follows a run: the largest difference of any x that the sampler leads to, or asks the network about. */
async function follow({ sampler: name, eta, calls, final, ...told }: Run): Promise<number> {
  const betas = { kind: "scaled-linear", start: 0.00085, end: 0.012 } as const;
  const config: Scheduler = { trainTimesteps: 1000, betas, variance: "fixed-small", ...told };
  const [schedule, steps, sampler] = [scheduleOf(config), stepsOf(config, golden.count, name), samplerOf(name, eta)];
  const left = [...calls];
  const errors: number[] = [];
  const ask = (x: Float32Array | undefined, timestep: number): Call => {
    const call = left.shift();
    assert.ok(call, "the network was asked too often");
    assert.equal(call.timestep, timestep);
    if (x) errors.push(assertClose(x, numbers(call.x), tolerance, `x asked about at ${timestep}`));
    return call;
  };
  let past: readonly Remembered[] = [];
  for (const step of steps) {
    const { x, output, noise } = ask(undefined, step.timestep);
    const given = { x: numbers(x), output: numbers(output), noise: () => numbers(noise) };
    const moment = { schedule, config, step, next: steps[step.index], past, ...given };
    const moved = await sampler(moment, async (x, { timestep }) => numbers(ask(x, timestep).output));
    past = moved.past ?? [];
    errors.push(assertClose(moved.x, numbers(left[0]?.x ?? final), tolerance, `x after ${step.timestep}`));
  }
  assert.equal(left.length, 0, "the network was asked too seldom");
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
