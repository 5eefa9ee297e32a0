// The check itself, on made-up steps: it reports what is out of bounds, and at t = 999 it forgives only what epsilon explains.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkTaughtStep, type NodeStep, type StageFacts, violations } from "./parity-check.ts";
import { positions, type ToyboxGolden } from "./toybox-golden.ts";

const length = 3;
const same = (value: number) => value;
const facts: StageFacts = {
  scheduler: {
    trainTimesteps: 1000,
    betas: { kind: "cosine" },
    prediction: "epsilon",
    variance: "learned-range",
    clip: 1,
    spacing: "unclip",
    offset: 0,
  },
  guidanceScale: 2.5,
  shownX0: same,
  finished: same,
};
/** Two rows of epsilon and variance, all 1, and x0 and x_{t-1} of 0.5, at t = 999, 500 and 0. */
const ones = Array(4 * length).fill(1);
const halves = Array(length).fill(0.5);
const totals = { sums: Array(3).fill(1.5), maxima: Array(3).fill(0.5) };
const golden = {
  stages: { decoder: { length, timesteps: [999, 500, 0], taught: { x0: totals, next: totals } } },
  rows: (name: string) => {
    const row = name.endsWith("outputs") ? ones : halves;
    return { shape: [3, row.length], data: Float64Array.from([...row, ...row, ...row]) };
  },
} as unknown as ToyboxGolden;

/** What is wrong with a step that is the golden's but for these changes to its first element. */
function wrong(step: number, { epsilon = 0, x0 = 0, next = 0 }): string[] {
  const change = (values: readonly number[], by: number) => Float32Array.from(values, (v, i) => (i === 0 ? v + by : v));
  const row = ones.slice(0, 2 * length);
  const found: NodeStep = {
    outputs: [Float32Array.from(row), change(row, epsilon)],
    x0: change(halves, x0),
    next: change(halves, next),
  };
  const wrongs = violations(checkTaughtStep(golden, "decoder", step, found, facts));
  return wrongs.map(({ what }) => what.replace(/^decoder taught step \d /, ""));
}

const lastPlace = 2 ** -23;

test("an equal step passes, and every difference above the bound is named", () => {
  assert.deepEqual(wrong(2, {}), []);
  assert.deepEqual(wrong(2, { epsilon: 2e-4 }), ["output"]);
  assert.deepEqual(wrong(2, { x0: 2e-4 }), ["x0"]);
  assert.deepEqual(wrong(2, { next: -2e-4 }), ["next", "next, sum"]);
  assert.deepEqual(wrong(2, { next: 9e-5 }), []);
  assert.deepEqual(wrong(2, { x0: Number.NaN }), ["x0"]);
});

test("at t = 999 a last place of epsilon explains 0.006 of x0; without it the plain bound holds", () => {
  assert.deepEqual(wrong(1, { epsilon: lastPlace, x0: 6e-3, next: 1e-4 }), []);
  assert.deepEqual(wrong(1, { x0: 2e-4 }), ["x0 beyond its epsilon"]);
  assert.deepEqual(wrong(1, { next: 2e-4 }), ["next beyond its epsilon"]);
  assert.deepEqual(wrong(1, { epsilon: lastPlace, x0: 3e-2 }), ["x0 beyond its epsilon"]);
  assert.deepEqual(wrong(1, { epsilon: 1e-5 }), ["epsilon"]);
  assert.deepEqual(wrong(2, { epsilon: lastPlace, x0: 6e-3 }), ["x0"]);
});

test("positions are all different, and touch every place of a 16 × 16 tile in every channel", () => {
  const places = positions(3 * 256 * 256, 4096);
  assert.equal(new Set(places).size, 4096);
  const seen = new Set(places.map((i) => `${Math.floor(i / 65536)} ${i % 16} ${Math.floor(i / 256) % 16}`));
  assert.equal(seen.size, 3 * 256);
  assert.deepEqual(positions(3, 256), [0, 1, 2]);
});
