import assert from "node:assert/strict";
import { test } from "node:test";
import { cosineSchedule, respace } from "./schedule.ts";

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
