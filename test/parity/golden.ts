import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A golden array: `goldens/README.md` says what each file holds. */
export type GoldenArray = { readonly shape: readonly number[]; readonly float32: string };

/** A sampling run of two rows or one: x_t before each step, the network's output after guidance, the sample after the last. */
export type GoldenRun = {
  readonly seeds: readonly number[];
  readonly timesteps: readonly number[];
  readonly states: readonly GoldenArray[];
  readonly outputs?: readonly GoldenArray[];
  readonly final: GoldenArray;
  readonly guidanceScale?: number;
};

export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, "goldens", `${name}.json`), "utf8")) as T;
}

/** All numbers of a golden array. */
export function numbers({ float32, shape }: GoldenArray): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(float32, "base64"));
  const values = new Float32Array(bytes.buffer);
  assert.equal(
    values.length,
    shape.reduce((product, size) => product * size, 1),
  );
  return values;
}

/** One row (axis 0) of a golden array. */
export function rowOf(array: GoldenArray, row: number): Float32Array {
  const all = numbers(array);
  const length = all.length / array.shape[0]!;
  return all.slice(row * length, (row + 1) * length);
}

/** Asserts that the numbers agree everywhere within `tolerance` and gives the largest difference. */
export function assertClose(actual: Float32Array, expected: Float32Array, tolerance: number, what: string): number {
  assert.equal(actual.length, expected.length, `${what}: length`);
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!);
    assert.ok(error <= tolerance, `${what}: element ${i} is ${actual[i]}, not ${expected[i]}`);
    worst = Math.max(worst, error);
  }
  return worst;
}

/** Asserts that a sampler saw one row of each golden x_t, within `tolerance`, and gives the largest difference. */
export function assertStates(
  samples: readonly Float32Array[],
  {
    states,
    row,
    tolerance,
  }: { readonly states: readonly GoldenArray[]; readonly row: number; readonly tolerance: number },
  what: string,
): number {
  assert.equal(samples.length, states.length, `${what}: steps`);
  const errors = samples.map((x, i) =>
    assertClose(x, rowOf(states[i]!, row), tolerance, `${what}, x before step ${i + 1}`),
  );
  return Math.max(...errors);
}

/** The numbers of a picture, which its node clamps to [-1, 1]. */
export const clamped = (data: Float32Array) => data.map((value) => Math.min(Math.max(value, -1), 1));
