import assert from "node:assert/strict";
import { test } from "node:test";
import { alphaBarAt, cosineSchedule, respace, scheduleOf, stepsOf } from "./schedule.ts";

const timesteps = (count: number) => respace(1000, count).map((step) => step.timestep);

test("the tables equal diffusers' UnCLIPScheduler, bit for bit", () => {
  const { beta, alphaBar } = cosineSchedule(1000);
  const expected = [
    [0, 4.128422369831242e-5, 0.9999586939811707],
    [1, 4.614175122696906e-5, 0.9999125599861145],
    [41, 0.0002408597501926124, 0.9940957427024841],
    [500, 0.003155691549181938, 0.4922850430011749],
    [957, 0.045905131846666336, 0.004278233740478754],
    [998, 0.7499994039535522, 2.428766265438753e-6],
    [999, 0.9990000128746033, 2.4287349909002387e-9],
  ];
  for (const [t, b, a] of expected) {
    assert.equal(beta[t!], b, `beta at ${t}`);
    assert.equal(alphaBar[t!], a, `alphaBar at ${t}`);
  }
});

test("timesteps are rounded half to even, as diffusers does", () => {
  assert.deepEqual(timesteps(7), [999, 832, 666, 500, 333, 166, 0]);
  assert.deepEqual(timesteps(4), [999, 666, 333, 0]);
  assert.deepEqual(
    timesteps(25),
    [
      999, 957, 916, 874, 832, 791, 749, 708, 666, 624, 583, 541, 500, 458, 416, 375, 333, 291, 250, 208, 166, 125, 83,
      42, 0,
    ],
  );
});

test("every step leads to the next, the last to the finished sample, and none is repeated", () => {
  for (const count of [1, 2, 3, 27, 250, 999, 1000]) {
    const steps = respace(1000, count);
    assert.equal(steps.length, count);
    assert.equal(steps[0]!.timestep, 999);
    for (const [i, step] of steps.entries()) {
      assert.equal(step.index, i + 1);
      assert.equal(step.previous, steps[i + 1]?.timestep ?? -1);
      assert.ok(step.previous < step.timestep);
    }
  }
});

test("a single step goes from pure noise to the finished sample", () => {
  assert.deepEqual(respace(1000, 1), [{ index: 1, timestep: 999, previous: -1 }]);
});

const spaced = (spacing: "unclip" | "leading" | "trailing", count: number, more: object = {}) =>
  stepsOf({ trainTimesteps: 1000, spacing, offset: 0, ...more }, count);

test("leading spacing takes multiples of the rounded-down ratio, plus its offset", () => {
  // diffusers' DDPMScheduler with timestep_spacing="leading" and steps_offset=1; 1000 / 7 is 142.86.
  assert.deepEqual(
    spaced("leading", 7, { offset: 1 }).map(({ timestep }) => timestep),
    [853, 711, 569, 427, 285, 143, 1],
  );
  assert.deepEqual(
    spaced("leading", 4).map(({ timestep, previous }) => [timestep, previous]),
    [
      [750, 500],
      [500, 250],
      [250, 0],
      [0, -1],
    ],
  );
});

test("trailing spacing begins at the last timestep and rounds half to even", () => {
  // diffusers' timestep_spacing="trailing": round(1000 - i · 1000 / 16) - 1.
  assert.deepEqual(
    spaced("trailing", 16).map(({ timestep }) => timestep),
    [999, 937, 874, 811, 749, 687, 624, 561, 499, 437, 374, 311, 249, 187, 124, 61],
  );
});

test("timesteps that a scheduler lists are taken for just as many steps", () => {
  const timesteps = [900, 300, 10];
  assert.deepEqual(spaced("trailing", 3, { timesteps }), [
    { index: 1, timestep: 900, previous: 300 },
    { index: 2, timestep: 300, previous: 10 },
    { index: 3, timestep: 10, previous: -1 },
  ]);
  assert.deepEqual(spaced("trailing", 4, { timesteps }), spaced("trailing", 4));
});

test("linear rises in β, scaled-linear in √β, both from start to end", () => {
  const betas = (kind: "linear" | "scaled-linear") =>
    scheduleOf({ trainTimesteps: 5, betas: { kind, start: 0.01, end: 0.09 } }).beta;
  const near = (actual: Float32Array, expected: readonly number[]) => {
    assert.equal(actual.length, expected.length);
    for (const [i, value] of expected.entries()) assert.ok(Math.abs(actual[i]! - value) < 1e-7, `${i}: ${actual[i]}`);
  };
  near(betas("linear"), [0.01, 0.03, 0.05, 0.07, 0.09]);
  near(betas("scaled-linear"), [0.01, 0.0225, 0.04, 0.0625, 0.09]);
});

test("a table is taken as it stands; ᾱ is the product of 1 - β up to a timestep, and 1 for the finished sample", () => {
  const schedule = scheduleOf({ trainTimesteps: 3, betas: { kind: "table", values: [0.5, 0.25, 0.5] } });
  assert.deepEqual([...schedule.beta], [0.5, 0.25, 0.5]);
  assert.deepEqual([...schedule.alphaBar], [0.5, 0.375, 0.1875]);
  assert.deepEqual(
    [-1, 0, 2].map((timestep) => alphaBarAt(schedule, timestep)),
    [1, 0.5, 0.1875],
  );
});
