// What numpy and scipy make of the same numbers: training/export/statistics_goldens.py wrote them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Vector } from "../vectors/vectors.ts";
import { symmetricEigen, symmetricRoot } from "./eigen.ts";
import { frechet } from "./frechet.ts";
import { bootstrap, wilson } from "./interval.ts";
import { mean } from "./mean.ts";
import { moments } from "./moments.ts";
import { pca, project, reconstruct } from "./pca.ts";
import { precisionRecall } from "./precision-recall.ts";
import { quantile } from "./quantile.ts";

type Golden = {
  readonly real: number[][];
  readonly made: number[][];
  readonly mean: number[];
  readonly covariance: number[];
  readonly eigenvalues: number[];
  readonly components: number[];
  readonly frechet: number;
  readonly frechetFew: number;
  readonly covered: { readonly made: boolean[]; readonly real: boolean[] };
  readonly quantiles: [q: number, value: number][];
  readonly wilson: [right: number, of: number, low: number, high: number][];
  readonly bootstrap: { readonly seed: number; readonly resamples: number; readonly interval: number[] };
};

const path = join(import.meta.dirname, "../../../test/parity/goldens/statistics.json");
const golden = JSON.parse(readFileSync(path, "utf8")) as Golden;
const [real, made] = [golden.real, golden.made].map((rows) => rows.map((row) => Float64Array.from(row))) as [
  Float64Array[],
  Float64Array[],
];
const firsts = Float64Array.from(real, (vector) => vector[0]!);

/** Asserts agreement to 1e-6, relative. */
function close(found: Vector | readonly number[] | number, expected: readonly number[] | number, what = "") {
  const [a, b] = [found, expected].map((part) => (typeof part === "number" ? [part] : part));
  assert.equal(a!.length, b!.length, what);
  for (let i = 0; i < a!.length; i++)
    assert.ok(Math.abs(a![i]! - b![i]!) <= 1e-6 * Math.abs(b![i]!), `${what}[${i}]: ${a![i]}, not ${b![i]}`);
}

test("mean and covariance are those of numpy", () => {
  const found = moments(real);
  close(found.mean, golden.mean, "mean");
  close(found.covariance, golden.covariance, "covariance");
});

test("principal components are scipy's, the largest first, with their signs settled", () => {
  const basis = pca(real);
  close(basis.mean, golden.mean, "mean");
  close(basis.eigenvalues, golden.eigenvalues, "eigenvalues");
  close(basis.components, golden.components, "components");
});

test("the error of a reconstruction falls with each direction more, and all directions are the identity", () => {
  const basis = pca(real);
  for (const vector of made) {
    const errors = Array.from(vector, (_, count) =>
      distance(vector, reconstruct(basis, project(basis, vector, count))),
    );
    for (let i = 1; i < errors.length; i++) assert.ok(errors[i]! <= errors[i - 1]! + 1e-12, errors.join());
    assert.ok(distance(vector, reconstruct(basis, project(basis, vector))) < 1e-12);
  }
});

test("the Fréchet distance is scipy's, with enough vectors and with too few for a full covariance", () => {
  close(frechet(moments(real), moments(made)), golden.frechet, "frechet");
  close(frechet(moments([...real.slice(0, 4), made[0]!]), moments(made)), golden.frechetFew, "few");
});

test("the Fréchet distance of a set to itself is 0, and of a shifted set the square of the shift", () => {
  const set = moments(real);
  assert.ok(Math.abs(frechet(set, set)) < 1e-9);
  const shifted = { ...set, mean: set.mean.map((value, i) => value + (i === 2 ? 3 : 0)) };
  close(frechet(set, shifted), 9, "shift");
});

test("what lies in a manifold of three nearest neighbours is what scipy's distances say", () => {
  assert.deepEqual(precisionRecall(real, made), golden.covered);
  const all = real.map(() => true);
  assert.deepEqual(precisionRecall(real, real), { made: all, real: all });
  const far = made.map((vector) => vector.map((value) => value + 1000));
  assert.ok(![...precisionRecall(real, far).made, ...precisionRecall(real, far).real].includes(true));
});

test("quantiles are numpy's, whatever the order", () => {
  for (const [q, value] of golden.quantiles) close(quantile(firsts, q), value, `quantile ${q}`);
  assert.equal(quantile(Float64Array.of(7), 0.3), 7);
});

test("Wilson's intervals are scipy's; of nothing all is possible", () => {
  for (const [right, of, low, high] of golden.wilson) {
    const found = wilson(right, of);
    close([found.low, found.high], [low, high], `${right} of ${of}`);
  }
  assert.deepEqual(wilson(0, 0), { low: 0, high: 1 });
});

test("a bootstrap interval is numpy's on the same draws; another seed draws others", () => {
  const { seed, resamples, interval } = golden.bootstrap;
  const meanOf = (indices: Int32Array) => mean(Float64Array.from(indices, (i) => firsts[i]!));
  const found = bootstrap(firsts.length, meanOf, { seed, resamples });
  close([found.low, found.high], interval, "bootstrap");
  assert.notDeepEqual(bootstrap(firsts.length, meanOf, { seed: seed + 1, resamples }), found);
});

test("a root of a matrix times itself is the matrix, and eigenvectors are orthonormal", () => {
  const { covariance } = moments(real);
  const root = symmetricRoot(covariance, 6);
  const { vectors } = symmetricEigen(covariance, 6);
  for (let i = 0; i < 6; i++)
    for (let j = 0; j < 6; j++) {
      const row = (matrix: Float64Array, k: number) => matrix.subarray(6 * k, 6 * k + 6);
      close(sumOf(row(root, i), row(root, j)), covariance[6 * i + j]!, "root");
      assert.ok(Math.abs(sumOf(row(vectors, i), row(vectors, j)) - (i === j ? 1 : 0)) < 1e-12);
    }
});

const sumOf = (a: Vector, b: Vector) => Array.from(a, (value, i) => value * b[i]!).reduce((sum, one) => sum + one, 0);
const distance = (a: Vector, b: Vector) =>
  Math.sqrt(Array.from(a, (value, i) => (value - b[i]!) ** 2).reduce((s, v) => s + v, 0));
