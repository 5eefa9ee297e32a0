import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scheduler } from "@clipwork/models";
import { addNoise } from "./forward.ts";
import { gaussian } from "./philox.ts";
import { repaint, repaintSteps } from "./repaint.ts";
import { sample } from "./sample.ts";
import { scheduleOf, stepsOf } from "./schedule.ts";
import { stepUnclip } from "./unclip-sampler.ts";

const config: Scheduler = {
  trainTimesteps: 1000,
  prediction: "sample",
  betas: { kind: "cosine" },
  variance: "fixed-small",
  clip: null,
  spacing: "unclip",
  offset: 0,
};
const schedule = scheduleOf(config);

test("taken once, the steps are those of the sampler", () => {
  const steps = stepsOf(config, 7);
  assert.deepEqual(repaintSteps(steps, 1, 3), steps);
});

test("every step before the jumps' last stretch is taken as often as asked", () => {
  const steps = stepsOf(config, 25);
  const path = repaintSteps(steps, 4, 5);
  assert.deepEqual(
    path.map(({ index }) => index),
    path.map((_, i) => i + 1),
  );
  const taken = steps.map(({ timestep }) => path.filter((step) => step.timestep === timestep).length);
  // No jump begins in the first five steps, where all is noise, but the last of the jumps goes back over four of them.
  assert.deepEqual(taken.slice(4), [...Array(20).fill(4), 1]);
  assert.deepEqual([path.at(-1)!.previous, path.filter(({ previous }) => previous < 0).length], [-1, 1]);
});

test("a jump longer than the sampler's steps never begins", () => {
  const steps = stepsOf(config, 4);
  assert.deepEqual(repaintSteps(steps, 9, 4), steps);
});

test("noise that is added on the way has the variance of the timestep it leads to", () => {
  const length = 40_000;
  const [from, to] = [schedule.alphaBar[200]!, schedule.alphaBar[600]!];
  const clean = new Float32Array(length).fill(0.5);
  const early = addNoise(clean, gaussian(1, "decoder", 0, length), { from: 1, to: from });
  const late = addNoise(early, gaussian(1, "decoder", 1, length), { from, to });
  const mean = late.reduce((sum, value) => sum + value, 0) / length;
  const variance = late.reduce((sum, value) => sum + (value - mean) ** 2, 0) / length;
  assert.ok(Math.abs(mean - 0.5 * Math.sqrt(to)) < 0.02, String(mean));
  assert.ok(Math.abs(variance - (1 - to)) < 0.02, String(variance));
});

test("the known part ends as it was, bit for bit, and what is painted ends as the network wants it", async () => {
  const length = 256;
  const known = Float32Array.from({ length }, (_, i) => Math.fround(Math.cos(i)) / 3);
  const isPainted = (i: number) => i % 4 === 0;
  const steps = repaintSteps(stepsOf(config, 9), 3, 2);
  const seen: number[] = [];
  const result = await sample({
    config,
    sampler: repaint(stepUnclip, steps, {
      sample: known,
      isPainted,
      noise: (step, what) => gaussian(5, "decoder", step, length, what === "known" ? 1 : 2),
    }),
    steps,
    length,
    noise: (step) => gaussian(5, "decoder", step, length),
    async predict(x, { timestep }) {
      const alphaBar = schedule.alphaBar[timestep]!;
      const noise = [...x].flatMap((value, i) => (isPainted(i) ? [] : [value - Math.sqrt(alphaBar) * known[i]!]));
      const variance = noise.reduce((sum, value) => sum + value * value, 0) / noise.length;
      seen.push(Math.sqrt(variance / (1 - alphaBar)));
      return new Float32Array(length).fill(0.75);
    },
    onStep: () => {},
    signal: new AbortController().signal,
  });
  for (const [i, value] of result.entries()) {
    if (isPainted(i)) assert.ok(Math.abs(value - 0.75) < 1e-3, String(value));
    else assert.equal(value, known[i]);
  }
  // Before and after jumps the network sees the known part as noisy as its timestep says.
  for (const ratio of seen) assert.ok(ratio > 0.7 && ratio < 1.3, seen.join(", "));
});
