import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readCsv } from "../testing/read-csv.ts";
import { tableRows, writeCsv } from "./csv.ts";

test("[Y6] CSV gives back every text that is no formula, whatever it holds", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "é", "7") });
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1 }), (rows) => {
      const plain = rows.map((row) => row.map((text) => (/^[\r]/.test(text) ? `x${text}` : text)));
      assert.deepEqual(readCsv(writeCsv(plain)), plain);
    }),
  );
});

test("[Y6] CSV never begins a field with what a spreadsheet would run", () => {
  const risky = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"];
  const [row] = readCsv(writeCsv([risky]));
  assert.deepEqual(
    row,
    risky.map((text) => `'${text}`),
  );
  assert.equal(writeCsv([[-1.5, true, null]]), "-1.5,true,\r\n");
});

test("[Y6] a table is written with a line of names, numbers in full precision, and nothing for what is not known", () => {
  const columns = [
    { name: "shape", type: "text", values: ["cube", null] },
    { name: "cosine", type: "number", values: [0.1, -2e-7] },
  ] as const;
  assert.equal(writeCsv(tableRows({ columns })), "shape,cosine\r\ncube,0.1\r\n,-2e-7\r\n");
  assert.deepEqual(tableRows({ columns: [] }), [[]]);
});
