import assert from "node:assert/strict";
import { test } from "node:test";
import { plot as plotKind } from "../kinds/plot.ts";
import type { PlotValue } from "../kinds/plot-data.ts";
import { type TableValue, table as tableKind } from "../kinds/table.ts";
import { runNode } from "../testing/index.ts";
import { assertClose, golden, goldenImages } from "./goldens.fixture.ts";
import { similarity } from "./similarity.ts";

const vector = (...numbers: number[]) => ({ embedding: Float32Array.from(numbers) });
const caption = (text: string, ...numbers: number[]) => ({ ...vector(...numbers), text });
const run = async (inputs: object) => {
  const { outputs } = await runNode(similarity, inputs);
  assert.equal(tableKind.check(outputs.table), undefined);
  assert.equal(plotKind.check(outputs.plot), undefined);
  const plot = outputs.plot as PlotValue;
  assert.ok(plot.plot === "heat-map");
  return { plot, columns: (outputs.table as TableValue).columns };
};

test("the matrix of a list is numpy's, and the heat map and the table hold the same", async () => {
  const { plot, columns } = await run({ embeddings: goldenImages });
  assertClose(plot.values, golden.cosines.flat());
  for (const [i, { values }] of columns.slice(1).entries())
    assert.deepEqual(
      values,
      plot.values.filter((_, at) => at % goldenImages.length === i),
    );
});

test("a matrix of image embeddings is symmetric with ones along the diagonal", async () => {
  const { plot } = await run({ embeddings: goldenImages });
  const size = goldenImages.length;
  for (let i = 0; i < size; i++) {
    assert.ok(Math.abs(plot.values[i * size + i]! - 1) < 1e-12);
    for (let j = 0; j < i; j++) assert.equal(plot.values[i * size + j], plot.values[j * size + i]);
  }
});

test("captions are the columns, named by their text; names are the rows; what is named twice is numbered", async () => {
  const { plot, columns } = await run({
    embeddings: [vector(1, 0), vector(0, 2), vector(0, 0)],
    captions: [caption("cube", 3, 4), caption("cube", 0, 1), caption("", 1, 0), caption("name", 1, 1)],
    names: ["a", "b", "a"],
  });
  assert.deepEqual(
    [plot.rows, plot.columns],
    [
      ["a", "b", "a (2)"],
      ["cube", "cube (2)", "(no words)", "name"],
    ],
  );
  assert.deepEqual(plot.values.slice(0, 3), [0.6, 0, 1]);
  assert.deepEqual(plot.values.slice(4, 7), [0.8, 1, 0]);
  assert.deepEqual(plot.values.slice(8), [0, 0, 0, 0], "zeros have no direction");
  assert.deepEqual(
    columns.map(({ name }) => name),
    ["name", "cube", "cube (2)", "(no words)", '"name"'],
  );
});

test("one embedding alone is a matrix of one", async () => {
  assert.deepEqual((await run({ embeddings: [vector(2, 0)] })).plot.values, [1]);
});

test("too many, too few names and embeddings of another size are refused", async () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => vector(i, 1));
  await assert.rejects(run({ embeddings: many(256) }), { message: /256 rows and 256 columns/, remedy: /at most 255/ });
  await assert.rejects(run({ embeddings: many(201) }), /201 rows and 201 columns/);
  await assert.rejects(run({ embeddings: many(2), names: ["a"] }), /2 embeddings, but 1 item in "names"/);
  await assert.rejects(run({ embeddings: many(2), captions: [caption("a", 1)] }), /Caption 1 has 1 numbers/);
  await assert.rejects(run({ embeddings: [{ ...vector(1, 2), none: true }] }), /stands for no image/);
});
