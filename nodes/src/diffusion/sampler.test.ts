import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scheduler } from "@clipwork/models";
import { predictX0 } from "./sampler.ts";
import { cosineSchedule } from "./schedule.ts";

const schedule = cosineSchedule(1000);
const config: Scheduler = {
  trainTimesteps: 1000,
  prediction: "epsilon",
  betas: { kind: "cosine" },
  variance: "none",
  clip: null,
  spacing: "unclip",
  offset: 0,
};
const step = { index: 1, timestep: 500, previous: 0 };
const alphaBar = schedule.alphaBar[500]!;
const [signal, noise] = [Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar)];

const predict = (x: Float32Array, output: Float32Array, more: Partial<Scheduler>) =>
  predictX0({ schedule, config: { ...config, ...more }, step, x, output, noise: () => x });

test("x0 follows from the network's prediction, be it sample, epsilon or v", () => {
  const x0 = Float32Array.of(0.5, -0.25, 2);
  const epsilon = Float32Array.of(1, 0.5, -1.5);
  const x = x0.map((value, i) => signal * value + noise * epsilon[i]!);
  const v = x0.map((value, i) => signal * epsilon[i]! - noise * value);
  const outputs = { sample: x0, epsilon, v } as const;
  for (const prediction of ["sample", "epsilon", "v"] as const)
    for (const [i, value] of predict(x, outputs[prediction], { prediction }).entries())
      assert.ok(Math.abs(value - x0[i]!) < 1e-6, `${prediction} ${i}: ${value}`);
});

test("without a range x0 is as it is; with one it is clamped at both ends", () => {
  const x0 = Float32Array.of(9, -9, 0.5);
  const x = new Float32Array(3);
  assert.deepEqual(predict(x, x0, { prediction: "sample" }), x0);
  assert.deepEqual([...predict(x, x0, { prediction: "sample", clip: 2 })], [2, -2, 0.5]);
});

test("l2norm scales the whole to the mean length of standard normals, √D, and leaves zeros alone", () => {
  const x = new Float32Array(4);
  const options = { prediction: "sample", clip: "l2norm" } as const;
  assert.deepEqual(
    [...predict(x, Float32Array.of(3, 0, -4, 0), options)].map((value) => +value.toFixed(6)),
    [1.2, 0, -1.6, 0],
  );
  assert.deepEqual([...predict(x, x, options)], [0, 0, 0, 0]);
});

test("the network's output is not changed", () => {
  const output = Float32Array.of(9, -9);
  predict(new Float32Array(2), output, { prediction: "sample", clip: 1 });
  assert.deepEqual([...output], [9, -9]);
});
