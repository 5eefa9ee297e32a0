import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scheduler } from "@clipwork/models";
import { ddim } from "./ddim.ts";
import { dpmSolver } from "./dpm-solver.ts";
import { stepHeun } from "./heun.ts";
import { gaussian } from "./philox.ts";
import { stepPndm } from "./pndm.ts";
import { sample } from "./sample.ts";
import type { AskingSampler, Predict, Sampler } from "./sampler.ts";
import { alphaBarAt, type Step, scheduleOf, stepsOf } from "./schedule.ts";

const length = 32;
const config: Scheduler = {
  trainTimesteps: 1000,
  prediction: "epsilon",
  betas: { kind: "scaled-linear", start: 0.00085, end: 0.012 },
  variance: "none",
  clip: null,
  spacing: "trailing",
  offset: 0,
};
const schedule = scheduleOf(config);
const start = gaussian(7, "decoder", 0, length);

type Run = { readonly x: Float32Array; readonly asked: readonly number[] };

async function run(
  sampler: Sampler | AskingSampler,
  predict: Predict,
  steps: readonly Step[],
  more = {},
): Promise<Run> {
  const asked: number[] = [];
  const x = await sample({
    ...{ config: { ...config, ...more }, sampler, steps, length, noise: () => start },
    predict: async (x, step) => {
      asked.push(step.timestep);
      return predict(x, step);
    },
    onStep: () => {},
    signal: new AbortController().signal,
  });
  return { x, asked };
}

/** Data that are normal with this deviation: the best guess of x0 is known, and so is where the flow leads. */
const deviation = 0.3;

/** The guess of x0 for x_t: ᾱ's share of all variance, times x_t / √ᾱ. */
function guess(x: Float32Array, { timestep }: Step): Float32Array {
  const alphaBar = alphaBarAt(schedule, timestep);
  const share = (Math.sqrt(alphaBar) * deviation ** 2) / (alphaBar * deviation ** 2 + 1 - alphaBar);
  return x.map((value) => share * value);
}

const predictions: { readonly [prediction in Scheduler["prediction"]]: Predict } = {
  sample: async (x, step) => guess(x, step),
  epsilon: async (x, step) => {
    const alphaBar = alphaBarAt(schedule, step.timestep);
    const x0 = guess(x, step);
    return x.map((value, i) => (value - Math.sqrt(alphaBar) * x0[i]!) / Math.sqrt(1 - alphaBar));
  },
  v: async (x, step) => {
    const alphaBar = alphaBarAt(schedule, step.timestep);
    const epsilon = await predictions.epsilon(x, step);
    const x0 = guess(x, step);
    return x.map((_, i) => Math.sqrt(alphaBar) * epsilon[i]! - Math.sqrt(1 - alphaBar) * x0[i]!);
  },
};

/** Timesteps with even spaces between the logarithms of their signal-to-noise ratio, the last 0. */
function evenly(count: number): number[] {
  const ratios = schedule.alphaBar.map((alphaBar) => Math.log(alphaBar / (1 - alphaBar)));
  const [high, low] = [ratios[0]!, ratios[999]!];
  return Array.from({ length: count }, (_, i) => {
    const wanted = low + (i / (count - 1)) * (high - low);
    return ratios.findIndex((ratio) => ratio <= wanted + 1e-6);
  });
}

const error = (a: Float32Array, b: Float32Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
const methods = { heun: stepHeun, pndm: stepPndm, "dpm++2m": dpmSolver({ noisy: false }) } as const;

for (const [name, sampler] of Object.entries(methods)) {
  test(`${name}: nearer to where the flow leads than ddim in as many steps, and nearer with more of them`, async () => {
    // The flow keeps every number's rank: it ends at x_T scaled from the deviation there to that of the data.
    const alphaBar = alphaBarAt(schedule, 999);
    const exact = start.map((value) => (value * deviation) / Math.sqrt(alphaBar * deviation ** 2 + 1 - alphaBar));
    const errors: number[] = [];
    for (const count of [8, 12, 18]) {
      const steps = stepsOf({ ...config, timesteps: evenly(count) }, count);
      const [ours, plain] = await Promise.all([
        run(sampler, predictions.epsilon, steps),
        run(ddim(0), predictions.epsilon, steps),
      ]);
      errors.push(error(ours.x, exact));
      assert.ok(errors.at(-1)! < error(plain.x, exact), `${count} steps: ${errors.at(-1)}, ${error(plain.x, exact)}`);
    }
    assert.ok(errors[2]! < errors[1]! && errors[1]! < errors[0]!, String(errors));
  });

  // PNDM combines v of several timesteps as they are, as diffusers does: that is not what their epsilon come to.
  const same = name === "pndm" ? (["sample"] as const) : (["sample", "v"] as const);
  test(`${name}: a prediction of the ${same.join(" or of ")} leads where one of epsilon does`, async () => {
    const steps = stepsOf(config, 12);
    const { x } = await run(sampler, predictions.epsilon, steps);
    for (const prediction of same) {
      const other = await run(sampler, predictions[prediction], steps, { prediction });
      assert.ok(error(other.x, x) < 1e-5, `${prediction}: ${error(other.x, x)}`);
    }
  });

  test(`${name}: a predicted x0 beyond the scheduler's range counts as at its edge`, async () => {
    const steps = stepsOf(config, 5);
    const far: Predict = async (x) => new Float32Array(x.length).fill(9);
    const { x } = await run(sampler, far, steps, { prediction: "sample", clip: 0.5 });
    for (const value of x) assert.ok(Math.abs(value - 0.5) < 1e-4, String(value));
  });
}

test("heun asks the network twice a step but in the last, at the next timestep", async () => {
  const { asked } = await run(stepHeun, predictions.epsilon, stepsOf(config, 4));
  assert.deepEqual(asked, [999, 749, 749, 499, 499, 249, 249]);
});

test("pndm asks twice in its first step alone, and once if that is the last", async () => {
  const { asked } = await run(stepPndm, predictions.epsilon, stepsOf(config, 4));
  assert.deepEqual(asked, [999, 749, 749, 499, 249]);
  assert.deepEqual((await run(stepPndm, predictions.epsilon, stepsOf(config, 1))).asked, [999]);
});

test("pndm remembers the last three steps, the newest first, and dpm++2m the last", async () => {
  const remembered = async (sampler: Sampler | AskingSampler) => {
    const past: (readonly number[])[] = [];
    await sample({
      ...{ config, sampler, steps: stepsOf(config, 5), length, noise: () => start, predict: predictions.epsilon },
      onStep: (point) => past.push((point.past ?? []).map(({ timestep }) => timestep)),
      signal: new AbortController().signal,
    });
    return past;
  };
  const all = [[999], [799, 999], [599, 799, 999], [399, 599, 799], [199, 399, 599]];
  assert.deepEqual(await remembered(stepPndm), all);
  assert.deepEqual(await remembered(dpmSolver({ noisy: false })), [[999], [799], [599], [399], []]);
});

test("dpm++2m asks once a step, and its noisy form draws noise in all but the last", async () => {
  const steps = stepsOf(config, 4);
  const { x, asked } = await run(dpmSolver({ noisy: false }), predictions.epsilon, steps);
  assert.deepEqual(asked, [999, 749, 499, 249]);
  const drawn: number[] = [];
  const noisy = await sample({
    ...{ config, sampler: dpmSolver({ noisy: true }), steps, length, predict: predictions.epsilon, onStep: () => {} },
    noise: (step, count) => {
      drawn.push(step);
      return gaussian(7, "decoder", step, count);
    },
    signal: new AbortController().signal,
  });
  assert.deepEqual(drawn, [0, 1, 2, 3]);
  assert.notDeepEqual(noisy, x);
});

test("ddim and pndm end at the ᾱ of timestep 0 if the scheduler says so, the others at the clean sample", async () => {
  const steps = stepsOf(config, 1);
  const still: Predict = async (x) => new Float32Array(x.length).fill(0.5);
  const end = async (sampler: Sampler | AskingSampler) =>
    (await run(sampler, still, steps, { prediction: "sample", finalAlphaBar: "first" })).x;
  const alphaBar = alphaBarAt(schedule, 0);
  const [signal, rest] = [alphaBarAt(schedule, 999) ** 0.5, (1 - alphaBarAt(schedule, 999)) ** 0.5];
  const noisy = start.map(
    (value) => Math.sqrt(alphaBar) * 0.5 + (Math.sqrt(1 - alphaBar) * (value - signal * 0.5)) / rest,
  );
  for (const sampler of [ddim(0), stepPndm]) assert.ok(error(await end(sampler), noisy) < 1e-6);
  for (const sampler of [stepHeun, dpmSolver({ noisy: false })])
    assert.deepEqual(await end(sampler), new Float32Array(length).fill(0.5));
});

test("a cancel while a step asks the network again ends the run within that step", async () => {
  const controller = new AbortController();
  let asked = 0;
  const predict: Predict = async (x, step) => {
    controller.signal.throwIfAborted();
    if (++asked === 2) controller.abort(new Error("enough"));
    return predictions.epsilon(x, step);
  };
  const done: number[] = [];
  const sampling = sample({
    ...{ config, sampler: stepHeun, steps: stepsOf(config, 5), length, noise: () => start, predict },
    ...{ onStep: ({ step }: { step: number }) => done.push(step), signal: controller.signal },
  });
  await assert.rejects(sampling, /enough/);
  assert.deepEqual([asked, done], [2, [1]]);
});
