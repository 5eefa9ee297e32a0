import assert from "node:assert/strict";
import { test } from "node:test";
import type { TableColumn } from "@clipwork/engine";
import fc from "fast-check";
import { sizeText } from "../runs/size-text.ts";
import { cellText } from "./cell-text.ts";
import { nextOrder, sortRows } from "./sort-rows.ts";

const columns: readonly TableColumn[] = [
  { name: "seed", type: "integer", values: [10, 9, null, 9] },
  { name: "name", type: "text", values: ["item 10", "item 9", "Ärger", null] },
  { name: "good", type: "boolean", values: [true, false, null, true] },
];
const sorted = (column: number, descending = false) => [...sortRows(columns, { column, descending })];

test("clicks on a head sort up, then down, then not at all; another head starts anew", () => {
  const up = nextOrder(undefined, 1);
  assert.deepEqual(up, { column: 1, descending: false });
  const down = nextOrder(up, 1);
  assert.deepEqual(down, { column: 1, descending: true });
  assert.equal(nextOrder(down, 1), undefined);
  assert.deepEqual(nextOrder(down, 0), { column: 0, descending: false });
});

test("numbers go by size, text by its letters and numbers, false before true; what is not known is last either way", () => {
  assert.deepEqual(sorted(0), [1, 3, 0, 2]);
  assert.deepEqual(sorted(0, true), [0, 1, 3, 2]);
  assert.deepEqual(sorted(1), [2, 1, 0, 3]);
  assert.deepEqual(sorted(1, true), [0, 1, 2, 3]);
  assert.deepEqual(sorted(2), [1, 0, 3, 2]);
  assert.deepEqual(sortRows(columns, undefined), [0, 1, 2, 3]);
  assert.deepEqual(sortRows(columns, { column: 9, descending: false }), [0, 1, 2, 3], "a column that is not there");
  assert.deepEqual(sortRows([], undefined), []);
});

test("sorting loses no row and keeps equal ones in their order", () => {
  const cell = fc.option(fc.integer({ min: 0, max: 3 }));
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 40 }), fc.boolean(), (values, descending) => {
      const rows = sortRows([{ name: "n", type: "integer", values }], { column: 0, descending });
      assert.deepEqual(
        [...rows].sort((a, b) => a - b),
        [...values.keys()],
      );
      for (let i = 1; i < rows.length; i++) {
        const [before, now] = [values[rows[i - 1]!]!, values[rows[i]!]!];
        if (before === now) assert.ok(rows[i - 1]! < rows[i]!);
        else if (before !== null && now !== null) assert.equal(before < now, !descending);
        else assert.equal(now, null);
      }
    }),
  );
});

test("a cell shows six digits of a number, a whole number whole, and nothing for what is not known", () => {
  for (const [cell, text] of [
    [0.1 + 0.2, "0.3"],
    [-2e-7, "-2e-7"],
    [123456.789, "123457"],
    [2 ** 53 - 1, "9007199254740991"],
    [true, "true"],
    ["a", "a"],
    [null, ""],
  ] as const)
    assert.equal(cellText(cell), text);
});

test("sizes are written in the unit that needs the fewest digits", () => {
  for (const [bytes, text] of [
    [0, "0 bytes"],
    [1, "1 byte"],
    [1023, "1023 bytes"],
    [1024, "1.0 KB"],
    [10_188, "9.9 KB"],
    [10_240, "10 KB"],
    [1_048_575, "1.0 MB"],
    [5 * 2 ** 40, "5120 GB"],
  ] as const)
    assert.equal(sizeText(bytes), text);
});
