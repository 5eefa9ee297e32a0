import assert from "node:assert/strict";
import { test } from "node:test";
import { type BasisValue, basis as basisKind } from "../kinds/basis.ts";
import { plot as plotKind } from "../kinds/plot.ts";
import type { PlotValue } from "../kinds/plot-data.ts";
import { table as tableKind } from "../kinds/table.ts";
import { runNode, tinyArrays, tinyManifest, tinyPack } from "../testing/index.ts";
import { assertClose, golden, goldenImages, valuesOf } from "./goldens.fixture.ts";
import { pca } from "./pca.ts";

const vector = (...numbers: number[]) => ({ embedding: Float32Array.from(numbers) });
const run = async (inputs: object, params: object = {}, options: object = {}) =>
  (await runNode(pca, inputs, params, options)).outputs as Record<string, unknown> & { readonly basis: BasisValue };
const rejects = (inputs: object, reason: RegExp, params: object = {}, options: object = {}) =>
  assert.rejects(run(inputs, params, options), reason);

test("variances and coordinates of a fitted list are numpy's", async () => {
  const { basis, scree, map, variances, coordinates } = await run({ embeddings: goldenImages });
  assertClose(basis.eigenvalues, golden.eigenvalues, "eigenvalues");
  assertClose(valuesOf<number>(variances, "variance"), golden.eigenvalues, "variance");
  for (const k of golden.eigenvalues.keys())
    assertClose(
      valuesOf<number>(coordinates, `direction ${k + 1}`),
      golden.coordinates.map((row) => row[k]!),
    );
  assert.equal(basisKind.check(basis), undefined);
  for (const plot of [scree, map]) assert.equal(plotKind.check(plot), undefined);
  for (const table of [variances, coordinates]) assert.equal(tableKind.check(table), undefined);
});

test("what the directions explain grows to all of the variance", async () => {
  const explained = valuesOf<number>((await run({ embeddings: goldenImages })).variances, "explained");
  for (const [k, value] of explained.entries()) assert.ok(k === 0 || value >= explained[k - 1]!);
  assert.ok(Math.abs(explained.at(-1)! - 1) < 1e-12);
});

test("labels are series of the map and a column; the table has as many coordinates as asked for, and two at least", async () => {
  const embeddings = [vector(1, 0, 0), vector(0, 2, 0), vector(0, 0, 3)];
  const { map, coordinates } = await run({ embeddings, labels: ["a", "b", "a"] }, { columns: 1 });
  const plot = map as PlotValue;
  assert.ok(plot.plot === "scatter");
  assert.deepEqual(
    plot.series.map(({ name, x }) => [name, x.length]),
    [
      ["a", 2],
      ["b", 1],
    ],
  );
  assert.deepEqual(valuesOf(coordinates, "label"), ["a", "b", "a"]);
  assert.deepEqual(
    (coordinates as { columns: { name: string }[] }).columns.map(({ name }) => name),
    ["item", "label", "direction 1", "direction 2"],
  );
});

test("the pack's own basis is read as it is, and one embedding is enough to be shown in it", async () => {
  const { basis, coordinates } = await run({ embeddings: [vector(1, 2, 3, 4, 5, 6, 7, 8)] }, { source: "pack" });
  const { mean, components, eigenvalues } = tinyArrays["image-basis"]!;
  assert.deepEqual(basis, { mean: mean!.data, components: components!.data, eigenvalues: eigenvalues!.data });
  assert.deepEqual(valuesOf(coordinates, "direction 8"), [7.5]);
});

test("what has no directions is refused with what to do", async () => {
  await rejects({ embeddings: [vector(1, 2)] }, /only one embedding/);
  await rejects({ embeddings: [vector(1, 2), vector(1, 2)] }, /All embeddings are equal/);
  await rejects({ embeddings: [vector(1), vector(2)] }, /one number have no directions/);
  await rejects({ embeddings: [vector(1, 2), vector(1)] }, /Embedding 2 has 1 numbers/);
  await rejects({ embeddings: [vector(1, 2), { ...vector(3, 4), none: true }] }, /stands for no image/);
  await rejects({ embeddings: [vector(1, 2), vector(2, 2)], labels: ["a"] }, /2 embeddings, but 1 item in "labels"/);
});

test("a pack without a basis, or with one of another size, is refused", async () => {
  const without = { ...tinyPack, manifest: { ...tinyManifest, arrays: {} } };
  const embeddings = [vector(1, 2, 3, 4, 5, 6, 7, 8)];
  await rejects({ embeddings }, /"toybox" brings no principal components/, { source: "pack" }, { pack: without });
  await rejects({ embeddings: [vector(1, 2)] }, /have no "mean" of 2 numbers/, { source: "pack" });
});
