import assert from "node:assert/strict";
import { test } from "node:test";
import type { TableValue } from "../kinds/table.ts";
import { runNode } from "../testing/index.ts";
import { embeddings } from "./embeddings.ts";

const vector = (...numbers: number[]) => ({ embedding: new Float32Array(numbers) });

test("norm, mean, deviation and cosines of known vectors", async () => {
  const caption = {
    text: "",
    embedding: new Float32Array([0, 2]),
    states: new Float32Array(2),
    mask: new Float32Array(1),
  };
  const { table } = (
    await runNode(embeddings, {
      embeddings: [vector(3, 4), vector(-4, 3), vector(0, 0)],
      caption,
    })
  ).outputs as { table: TableValue };
  const by = Object.fromEntries(table.columns.map(({ name, values }) => [name, values]));
  assert.deepEqual(by, {
    item: [0, 1, 2],
    norm: [5, 5, 0],
    mean: [3.5, -0.5, 0],
    deviation: [0.5, 3.5, 0],
    "cosine to first": [1, 0, 0],
    "cosine to caption": [0.8, 0.6, 0],
  });
});

test("without a caption there is no column for it; vectors of two lengths are refused by number", async () => {
  const { table } = (await runNode(embeddings, { embeddings: [vector(1)] })).outputs as { table: TableValue };
  assert.ok(!table.columns.some(({ name }) => name.includes("caption")));
  await assert.rejects(
    async () => runNode(embeddings, { embeddings: [vector(1, 2), vector(1)] }),
    /Embedding 2 has 1 numbers, but the first has 2/,
  );
});

test("the deviation of a constant vector is 0 to rounding, never no number", async () => {
  const { table } = (await runNode(embeddings, { embeddings: [vector(...Array(999).fill(0.1))] })).outputs as {
    table: TableValue;
  };
  const deviation = table.columns.find(({ name }) => name === "deviation")!.values[0] as number;
  assert.ok(deviation >= 0 && deviation < 1e-12, String(deviation));
});

test("a cosine never leaves -1 to 1, also where rounding would", async () => {
  const vectors = Array.from({ length: 200 }, (_, i) => vector(Math.sin(i), Math.cos(3 * i), Math.sin(7 * i) / 3));
  for (const one of vectors) {
    const { table } = (await runNode(embeddings, { embeddings: [one, one] })).outputs as { table: TableValue };
    const [, cosine] = table.columns.find(({ name }) => name === "cosine to first")!.values as number[];
    assert.ok(cosine! <= 1 && cosine! > 1 - 1e-12, String(cosine));
  }
});
