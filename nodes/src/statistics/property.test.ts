// What holds of all numbers. fast-check prints the seed and the smallest failing case.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { squaredDistance } from "../vectors/vectors.ts";
import { symmetricEigen } from "./eigen.ts";
import { frechet } from "./frechet.ts";
import { bootstrap, resample, wilson } from "./interval.ts";
import { deviation, mean } from "./mean.ts";
import { moments } from "./moments.ts";
import { pca, project, reconstruct } from "./pca.ts";
import { precisionRecall } from "./precision-recall.ts";
import { quantile } from "./quantile.ts";

const value = fc.double({ min: -10, max: 10, noNaN: true });
const vector = (size: number) =>
  fc.array(value, { minLength: size, maxLength: size }).map((row) => Float64Array.from(row));
const set = (size: number, least = 2) => fc.array(vector(size), { minLength: least, maxLength: 12 });
const near = (a: number, b: number, scale = 1) =>
  assert.ok(Math.abs(a - b) <= 1e-7 * Math.max(1, scale), `${a}, not ${b}`);

test("a Wilson interval has the share in it, lies in [0, 1], and narrows with more of the same share", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(), (of, drawn) => {
      const right = drawn % (of + 1);
      const { low, high } = wilson(right, of);
      assert.ok(low >= 0 && low <= right / of && right / of <= high && high <= 1);
      const more = wilson(10 * right, 10 * of);
      assert.ok(more.high - more.low < high - low);
    }),
  );
});

test("a resample draws indices of the items alone, each about as often as any other", () => {
  const counts = new Float64Array(7);
  for (let i = 0; i < 2000; i++)
    for (const index of resample(7, 11, i)) {
      assert.ok(Number.isInteger(index) && index >= 0 && index < 7);
      counts[index]!++;
    }
  assert.equal(mean(counts), 2000);
  // Of a fair draw the deviation is about 41.
  assert.ok(deviation(counts) < 120, counts.join());
});

test("the bootstrap interval of equal items is their value", () => {
  const same = bootstrap(5, (items) => mean(Float64Array.from(items, () => 3)), { seed: 1, resamples: 50 });
  assert.deepEqual(same, { low: 3, high: 3 });
});

test("a quantile lies between the least and the largest, and grows with its share", () => {
  fc.assert(
    fc.property(vector(9), (values) => {
      const found = [0, 0.1, 0.5, 0.77, 1].map((q) => quantile(values, q));
      for (let i = 1; i < found.length; i++) assert.ok(found[i]! >= found[i - 1]!);
      assert.deepEqual([found[0], found[4]], [Math.min(...values) + 0, Math.max(...values) + 0]);
    }),
  );
});

test("eigenvalues add up to the trace, and their squares to the squared norm of the matrix", () => {
  fc.assert(
    fc.property(set(4), (rows) => {
      const { covariance } = moments(rows);
      const { values } = symmetricEigen(covariance, 4);
      const squares = (numbers: Float64Array) => numbers.reduce((sum, one) => sum + one * one, 0);
      const trace = [0, 5, 10, 15].reduce((sum, at) => sum + covariance[at]!, 0);
      near(
        values.reduce((sum, one) => sum + one, 0),
        trace,
        trace,
      );
      near(squares(values), squares(covariance), squares(covariance));
      for (let i = 1; i < 4; i++) assert.ok(values[i]! <= values[i - 1]!);
    }),
  );
});

test("a Fréchet distance is the same both ways, never below 0, and does not change when both sets move or turn", () => {
  fc.assert(
    fc.property(set(3, 5), set(3, 5), vector(3), (a, b, move) => {
      const distance = (change: (row: Float64Array) => Float64Array) =>
        frechet(moments(a.map(change)), moments(b.map(change)));
      const plain = distance((row) => row);
      const scale = 1000;
      assert.ok(plain > -1e-7 * scale);
      near(frechet(moments(b), moments(a)), plain, scale);
      near(
        distance((row) => row.map((one, i) => one + move[i]!)),
        plain,
        scale,
      );
      near(
        distance(([x, y, z]) => Float64Array.of(0.6 * x! - 0.8 * y!, 0.8 * x! + 0.6 * y!, -z!)),
        plain,
        scale,
      );
    }),
  );
});

test("with as many directions as numbers every vector is rebuilt, whatever the set", () => {
  fc.assert(
    fc.property(set(5), vector(5), (rows, row) => {
      const basis = pca(rows);
      near(squaredDistance(reconstruct(basis, project(basis, row)), row), 0);
      for (const eigenvalue of basis.eigenvalues) assert.ok(eigenvalue >= 0);
    }),
  );
});

test("every vector of a set lies in the set's own manifold, and precision one way is recall the other", () => {
  fc.assert(
    fc.property(set(3, 5), set(3, 5), (a, b) => {
      const { made, real } = precisionRecall(a, b);
      assert.deepEqual(precisionRecall(b, a), { made: real, real: made });
      assert.ok(precisionRecall(a, a).made.every(Boolean));
    }),
  );
});
