import assert from "node:assert/strict";
import { test } from "node:test";
import { combined } from "../vectors/vectors.ts";
import { type Curve, discreteGeodesic, energyOf, segmentsOf } from "./geodesic.ts";

const v = (...numbers: number[]) => Float64Array.from(numbers);
const along = (from: Float64Array, to: Float64Array, count: number) =>
  Array.from({ length: count }, (_, k) => combined([from, to], [1 - k / (count - 1), k / (count - 1)]));
const lengthOf = (curve: Curve) => segmentsOf(curve).reduce((sum, one) => sum + one, 0);

/** A map, and how many points it was asked of. */
function counted(f: (point: Float64Array) => Float64Array) {
  const asked = { points: 0 };
  const map = async (points: readonly Float64Array[]) => {
    asked.points += points.length;
    return points.map(f);
  };
  return { asked, map };
}

const plane = [v(1, 0), v(0, 1)];
const sphere = (point: Float64Array) => {
  const [longitude, latitude] = point as unknown as [number, number];
  return v(Math.cos(latitude) * Math.cos(longitude), Math.cos(latitude) * Math.sin(longitude), Math.sin(latitude));
};

test("on a sphere the way between two places of one latitude leaves it for the great circle, in even steps", async () => {
  const [from, to] = [v(0, 1), v(1.5, 1)];
  const { map } = counted(sphere);
  const curves: Curve[] = [];
  const onRound = (curve: Curve) => void curves.push(curve);
  const points = along(from, to, 7);
  const found = await discreteGeodesic({ points, axes: plane, step: 1e-6, rounds: 20, map, onRound });
  const angle = Math.acos(sphere(from).reduce((sum, x, i) => sum + x * sphere(to)[i]!, 0));
  // Six equal chords of the great circle.
  assert.ok(Math.abs(lengthOf(found) - 12 * Math.sin(angle / 12)) < 1e-9, `${lengthOf(found)}`);
  assert.ok(Math.abs(energyOf(found) - lengthOf(found) ** 2) < 1e-9, "at even speed the energy is the length, squared");
  assert.ok(lengthOf(curves[0]!) > 1.02 * lengthOf(found), "along the latitude it is longer");
  const middle = sphere(found.points[3]!);
  const half = combined([sphere(from), sphere(to)], [1, 1]).map((x) => x / (2 * Math.cos(angle / 2)));
  for (const [i, x] of middle.entries()) assert.ok(Math.abs(x - half[i]!) < 1e-6);
  assert.deepEqual([found.points[0], found.points[6]], [points[0], points[6]], "the ends stay");
});

test("on a cylinder the straight line of the chart is the geodesic already, and an uneven one becomes even", async () => {
  const { map } = counted(([angle, height]) => v(Math.cos(angle!), Math.sin(angle!), height!));
  const [from, to] = [v(0, 0), v(1, 2)];
  const straight = along(from, to, 5);
  const uneven = straight.map((point, k) => (k === 2 ? v(0.7, 0.4) : point));
  const options = { axes: plane, step: 1e-6, rounds: 15, map, onRound: () => {} };
  for (const points of [straight, uneven]) {
    const found = await discreteGeodesic({ ...options, points });
    for (const [k, point] of found.points.entries())
      for (const [i, x] of point.entries()) assert.ok(Math.abs(x - straight[k]![i]!) < 1e-5, `point ${k}`);
  }
});

test("a linear map has its chord as geodesic after one undamped round; the energy never rises", async () => {
  const { map } = counted(([x, y]) => v(2 * x! + y!, x! - y!, 3 * y!));
  const points = along(v(0, 0), v(4, 4), 5).map((point, k) => (k === 1 ? v(0, 3) : point));
  const energies: number[] = [];
  const onRound = (curve: Curve) => void energies.push(energyOf(curve));
  const found = await discreteGeodesic({ points, axes: plane, step: 0.5, rounds: 12, map, onRound });
  const [start, end] = [found.seen[0]!, found.seen[4]!];
  assert.ok(Math.abs(lengthOf(found) - Math.hypot(...combined([end, start], [1, -1]))) < 1e-9);
  for (const [k, energy] of energies.entries()) assert.ok(k === 0 || energy <= energies[k - 1]!);
});

test("the map is asked of no more points than stated, also where no move helps, and points stay on the axes given", async () => {
  const points = along(v(0, 1), v(1.5, 1), 6);
  for (const [f, axes] of [
    [sphere, plane],
    [sphere, [v(1, 0)]],
    // Everywhere folded: what differences say is wrong, so that moves are refused.
    [(point: Float64Array) => v(Math.sin(1000 * point[0]!), Math.cos(700 * point[1]!)), plane],
  ] as const) {
    const { asked, map } = counted(f);
    const rounds = 5;
    const curves: Curve[] = [];
    const onRound = (curve: Curve) => void curves.push(curve);
    const found = await discreteGeodesic({ points, axes, step: 0.1, rounds, map, onRound });
    assert.ok(asked.points <= 6 + rounds * 4 * (axes.length + 1), `${asked.points}`);
    assert.ok(energyOf(found) <= energyOf(curves[0]!));
    if (axes.length === 1) for (const point of found.points) assert.equal(point[1], 1);
  }
});

test("a map that distinguishes nothing moves nothing", async () => {
  const { asked, map } = counted(() => v(1, 2));
  const points = along(v(0, 0), v(1, 1), 4);
  const found = await discreteGeodesic({ points, axes: plane, step: 0.1, rounds: 3, map, onRound: () => {} });
  assert.deepEqual(found.points, points);
  assert.equal(asked.points, 4);
});
