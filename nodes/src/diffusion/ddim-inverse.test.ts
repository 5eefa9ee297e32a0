import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scheduler } from "@clipwork/models";
import { ddim } from "./ddim.ts";
import { ddimInverse, inverted } from "./ddim-inverse.ts";
import { gaussian } from "./philox.ts";
import { sample } from "./sample.ts";
import type { AskingSampler, Sampler } from "./sampler.ts";
import { cosineSchedule, type Step, stepsOf } from "./schedule.ts";

const schedule = cosineSchedule(1000);
const config: Scheduler = {
  trainTimesteps: 1000,
  prediction: "epsilon",
  betas: { kind: "cosine" },
  variance: "learned-range",
  clip: null,
  spacing: "unclip",
  offset: 0,
};
const length = 32;
const picture = Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7) * 0.9);

/** Epsilon, from a v that bends with x as that of a trained network does, with numbers of a learned variance after it. */
async function predict(x: Float32Array, { timestep }: Step): Promise<Float32Array> {
  const alphaBar = schedule.alphaBar[timestep]!;
  const [signal, rest] = [Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar)];
  const output = new Float32Array(2 * length).fill(9);
  for (let i = 0; i < length; i++) output[i] = rest * x[i]! + signal * Math.tanh(x[i]! + x[(i + 1) % length]!);
  return output;
}

function run(sampler: Sampler | AskingSampler, steps: readonly Step[], start: Float32Array) {
  const { signal } = new AbortController();
  return sample({ config, sampler, steps, length, noise: () => start, predict, onStep: () => {}, signal });
}

const error = (a: Float32Array, b: Float32Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

test("the steps go back through the same pairs of timesteps, counted from 1", () => {
  assert.deepEqual(inverted(stepsOf(config, 3)), [
    { index: 1, timestep: 0, previous: -1 },
    { index: 2, timestep: 500, previous: 0 },
    { index: 3, timestep: 999, previous: 500 },
  ]);
});

test("each correction brings the picture that comes back nearer to the one that was inverted, down to rounding", async () => {
  const steps = stepsOf(config, 20);
  const errors: number[] = [];
  for (const corrections of [0, 1, 2, 4]) {
    const noise = await run(ddimInverse(corrections), inverted(steps), picture);
    errors.push(error(await run(ddim(0), steps, noise), picture));
  }
  for (const [i, one] of errors.slice(1).entries()) assert.ok(one < errors[i]! / 2, errors.join(", "));
  assert.ok(errors.at(-1)! < 1e-5, errors.join(", "));
});

test("noise comes back from the picture that DDIM makes of it", async () => {
  const steps = stepsOf(config, 20);
  const noise = gaussian(3, "decoder", 0, length);
  const found = await run(ddimInverse(12), inverted(steps), await run(ddim(0), steps, noise));
  assert.ok(error(found, noise) < 1e-2, String(error(found, noise)));
});

test("a correction asks the network once more, at the same timestep", async () => {
  const asked: number[] = [];
  const { signal } = new AbortController();
  await sample({
    ...{ config, sampler: ddimInverse(2), steps: inverted(stepsOf(config, 2)), length, noise: () => picture, signal },
    predict: (x, step) => {
      asked.push(step.timestep);
      return predict(x, step);
    },
    onStep: () => {},
  });
  assert.deepEqual(asked, [0, 0, 0, 999, 999, 999]);
});
