import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scheduler } from "@clipwork/models";
import { ddim, stepEuler } from "./ddim.ts";
import { dpmSolver } from "./dpm-solver.ts";
import { stepHeun } from "./heun.ts";
import { gaussian } from "./philox.ts";
import { type SamplePoint, sample } from "./sample.ts";
import { type AskingSampler, predictX0, type Sampler } from "./sampler.ts";
import { cosineSchedule, type Step, stepsOf } from "./schedule.ts";
import { stepUnclip } from "./unclip-sampler.ts";

const schedule = cosineSchedule(1000);
const config: Scheduler = {
  trainTimesteps: 1000,
  prediction: "epsilon",
  betas: { kind: "cosine" },
  variance: "fixed-small-log",
  clip: 1,
  spacing: "unclip",
  offset: 0,
};
const length = 48;
const clean = Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7) * 0.9);
const singleStep: readonly (readonly [string, Sampler])[] = [
  ["ddpm", stepUnclip],
  ["ddim, eta 0", ddim(0)],
  ["ddim, eta 0.5", ddim(0.5)],
  ["ddim, eta 1", ddim(1)],
  ["euler", stepEuler],
  ["dpm++2m", dpmSolver({ noisy: false })],
  ["dpm++2m-sde", dpmSolver({ noisy: true })],
];
/** Without PNDM, whose mean of two epsilon means nothing at t = 999 of cosine betas. */
const samplers: readonly (readonly [string, Sampler | AskingSampler])[] = [...singleStep, ["heun", stepHeun]];

/** The epsilon of a network that knows the clean sample. */
function knowing(x: Float32Array, { timestep }: Step): Float32Array {
  const alphaBar = schedule.alphaBar[timestep]!;
  return x.map((value, i) => (value - Math.sqrt(alphaBar) * clean[i]!) / Math.sqrt(1 - alphaBar));
}

function run(sampler: Sampler | AskingSampler, steps: number, overrides: Partial<Parameters<typeof sample>[0]> = {}) {
  return sample({
    config,
    sampler,
    steps: stepsOf(config, steps),
    length,
    noise: (step, count) => gaussian(5, "decoder", step, count),
    predict: async (x, step) => knowing(x, step),
    onStep: () => {},
    signal: new AbortController().signal,
    ...overrides,
  });
}

function maxError(a: Float32Array, b: Float32Array): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
}

const bits = (x: Float32Array) => new Uint32Array(x.buffer, x.byteOffset, x.length);

for (const [name, sampler] of samplers) {
  test(`${name}: a network that knows the sample leads to it, whatever the number of steps`, async () => {
    for (const steps of [2, 7, 50]) {
      const error = maxError(await run(sampler, steps), clean);
      assert.ok(error < 1e-3, `${steps} steps: ${error}`);
    }
  });

  test(`${name}: interrupted after any step and resumed, it returns the same bits`, async () => {
    const steps = 6;
    const points: SamplePoint[] = [];
    const whole = await run(sampler, steps, { onStep: (point) => points.push(point) });
    assert.deepEqual(
      points.map(({ step }) => step),
      [1, 2, 3, 4, 5, 6],
    );
    for (const from of points.slice(0, -1)) {
      const done: number[] = [];
      const drawn: number[] = [];
      const resumed = await run(sampler, steps, {
        from: structuredClone(from),
        onStep: ({ step }) => done.push(step),
        noise: (step, count) => {
          drawn.push(step);
          return gaussian(5, "decoder", step, count);
        },
      });
      assert.deepEqual(bits(resumed), bits(whole));
      assert.deepEqual(done, [1, 2, 3, 4, 5, 6].slice(from.step));
      assert.ok(drawn.every((step) => step > from.step));
    }
  });
}

for (const [name, sampler] of singleStep) {
  test(`${name}: at every timestep x keeps the mean and variance of the forward process`, () => {
    // From x_t with signal √ᾱ_t and unit noise beside it, x_p must have noise of variance 1 - ᾱ_p.
    const many = 40_000;
    const step = { index: 1, timestep: 700, previous: 300 };
    const alphaBar = schedule.alphaBar[step.timestep]!;
    const noise = gaussian(1, "decoder", 0, many);
    const x = noise.map((n) => Math.sqrt(alphaBar) * 0.5 + Math.sqrt(1 - alphaBar) * n);
    const moved = sampler({ schedule, config, step, x, output: noise, noise: () => gaussian(1, "decoder", 1, many) });
    const mean = moved.x.reduce((sum, value) => sum + value, 0) / many;
    const variance = moved.x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / many;
    const alphaBarPrevious = schedule.alphaBar[step.previous]!;
    assert.ok(Math.abs(mean - 0.5 * Math.sqrt(alphaBarPrevious)) < 0.01, `mean ${mean}`);
    assert.ok(Math.abs(variance - (1 - alphaBarPrevious)) < 0.01, `variance ${variance}`);
  });
}

test("learned variance lies between its bounds: v = -1 is the fixed small one, β̃, v = 1 is β", () => {
  const step = { index: 1, timestep: 700, previous: 300 };
  const x = gaussian(2, "decoder", 0, length);
  const zero = new Float32Array(length);
  const noise = () => new Float32Array(length).fill(1);
  const at = (v: number) => {
    const output = new Float32Array(2 * length).fill(v, length);
    return stepUnclip({ schedule, config: { ...config, variance: "learned-range" }, step, x, output, noise }).x;
  };
  const small = stepUnclip({ schedule, config, step, x, output: zero, noise }).x;
  const mean = stepUnclip({ schedule, config, step, x, output: zero, noise: () => zero }).x;
  assert.ok(maxError(at(-1), small) < 1e-6);
  const beta = 1 - schedule.alphaBar[700]! / schedule.alphaBar[300]!;
  assert.ok(Math.abs(at(1)[0]! - mean[0]! - Math.sqrt(beta)) < 1e-6);
  assert.ok(at(0)[0]! > at(-1)[0]! && at(0)[0]! < at(1)[0]!);
});

test("the last step adds noise only if the network chose its variance and the timestep is not yet 0", () => {
  const x = gaussian(2, "decoder", 0, length);
  const output = new Float32Array(2 * length).fill(1, length);
  const moved = (timestep: number, variance: Scheduler["variance"], level: number) => {
    const step = { index: 1, timestep, previous: -1 };
    const noise = () => new Float32Array(length).fill(level);
    return stepUnclip({ schedule, config: { ...config, spacing: "leading", variance }, step, x, output, noise }).x;
  };
  const noisy = (timestep: number, variance: Scheduler["variance"]) =>
    maxError(moved(timestep, variance, 1), moved(timestep, variance, 0));
  assert.ok(Math.abs(noisy(1, "learned-range") - Math.sqrt(1 - schedule.alphaBar[1]!)) < 1e-6, "v = 1 is β");
  for (const [timestep, variance] of [
    [0, "learned-range"],
    [1, "fixed-small"],
    [1, "none"],
  ] as const)
    assert.equal(noisy(timestep, variance), 0);
});

test("x0 is clamped to the scheduler's range, for either prediction", () => {
  const x = Float32Array.of(3, -3);
  const step = { index: 1, timestep: 10, previous: 0 };
  const moment = { schedule, step, x, output: Float32Array.of(9, -0.25), noise: () => x };
  assert.deepEqual([...predictX0({ ...moment, config: { ...config, prediction: "sample", clip: 5 } })], [5, -0.25]);
  assert.deepEqual([...predictX0({ ...moment, config, output: Float32Array.of(0, 0) })], [1, -1]);
});

test("epsilon and v of one point predict the same x0", () => {
  const step = { index: 1, timestep: 600, previous: 300 };
  const alphaBar = schedule.alphaBar[600]!;
  const noise = gaussian(3, "decoder", 0, length);
  const mix = (a: number, b: number) => clean.map((value, i) => a * value + b * noise[i]!);
  const x = mix(Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar));
  const v = mix(-Math.sqrt(1 - alphaBar), Math.sqrt(alphaBar));
  const moment = { schedule, step, x, noise: () => noise };
  assert.ok(maxError(predictX0({ ...moment, config, output: noise }), clean) < 1e-6);
  assert.ok(maxError(predictX0({ ...moment, config: { ...config, prediction: "v" }, output: v }), clean) < 1e-6);
});

test("l2norm scales x0 to the length √D, and no clip leaves it alone", () => {
  const x = new Float32Array(16);
  const step = { index: 1, timestep: 10, previous: 0 };
  const at = (output: Float32Array, clip: Scheduler["clip"]) =>
    predictX0({ schedule, step, x, output, noise: () => x, config: { ...config, prediction: "sample", clip } });
  const far = Float32Array.from({ length: 16 }, (_, i) => (i % 2 ? 30 : -10));
  assert.deepEqual(at(far, null), far);
  const scaled = at(far, "l2norm");
  assert.ok(Math.abs(Math.hypot(...scaled) - 4) < 1e-6);
  assert.ok(Math.abs(scaled[1]! / scaled[0]! + 3) < 1e-6, "the direction stays");
  assert.deepEqual(at(new Float32Array(16), "l2norm"), new Float32Array(16));
});

test("with variance none a ddpm step adds no noise and draws none", () => {
  const step = { index: 1, timestep: 700, previous: 300 };
  const x = gaussian(2, "decoder", 0, length);
  const output = gaussian(2, "decoder", 1, length);
  const moment = { schedule, step, x, output };
  const draw = () => assert.fail("noise was drawn");
  const still = stepUnclip({ ...moment, config: { ...config, variance: "none" }, noise: draw });
  const mean = stepUnclip({ ...moment, config, noise: () => new Float32Array(length) });
  assert.deepEqual(still.x, mean.x);
});

test("the last step adds no noise and ends at x0", async () => {
  const asked: number[] = [];
  const seen: Float32Array[] = [];
  const final = await run(stepUnclip, 3, {
    noise: (step, count) => {
      asked.push(step);
      return gaussian(5, "decoder", step, count);
    },
    onStep: (_, x0) => seen.push(x0),
  });
  assert.deepEqual(asked, [0, 1, 2]);
  // β_0 / (1 - ᾱ_0) in float32, which diffusers uses as the weight of x0, is 1 to three digits only.
  assert.ok(maxError(final, seen.at(-1)!) < 2e-3);
});

test("a sample of its own array each step: what was shown does not change afterwards", async () => {
  const shown: Float32Array[] = [];
  const copies: Float32Array[] = [];
  const keep = (_: SamplePoint, x0: Float32Array) => {
    shown.push(x0);
    copies.push(x0.slice());
  };
  await run(stepUnclip, 4, { onStep: keep });
  assert.equal(new Set(shown).size, 4);
  assert.deepEqual(shown, copies);
});

test("a cancel takes effect at the next step", async () => {
  const controller = new AbortController();
  const done: number[] = [];
  const onStep = ({ step }: SamplePoint) => {
    done.push(step);
    if (step === 2) controller.abort(new Error("enough"));
  };
  await assert.rejects(run(stepUnclip, 10, { signal: controller.signal, onStep }), /enough/);
  assert.deepEqual(done, [1, 2]);
});
