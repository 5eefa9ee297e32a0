import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TableValue } from "../kinds/table.ts";

type Rows = readonly (readonly number[])[];

/** What numpy makes of small sets of embeddings: training/export/probe_goldens.py wrote it. */
export const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../test/parity/goldens/probes.json"), "utf8"),
) as {
  readonly images: Rows;
  /** [label][template] */
  readonly texts: readonly Rows[];
  readonly logitScale: number;
  readonly eigenvalues: readonly number[];
  readonly coordinates: Rows;
  readonly kept: { readonly [count: string]: Rows };
  readonly probabilities: Rows;
  readonly cosines: Rows;
  readonly nearest: Rows;
};

/** The golden embeddings, as values on links. */
export const goldenImages = golden.images.map((row) => ({ embedding: Float32Array.from(row) }));

/** Asserts agreement to 1e-6, relative to the largest of the expected numbers. */
export function assertClose(found: ArrayLike<number>, expected: readonly number[], what = ""): void {
  assert.equal(found.length, expected.length, what);
  const scale = Math.max(...expected.map(Math.abs));
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(found[i]! - value) <= 1e-6 * scale, `${what}[${i}]: ${found[i]}, not ${value}`);
}

/** The values of a table's column. */
export function valuesOf<T extends string | number | boolean>(table: unknown, name: string): readonly T[] {
  const found = (table as TableValue).columns.find((column) => column.name === name);
  assert.ok(found, `no column ${name}`);
  return found.values as readonly T[];
}
