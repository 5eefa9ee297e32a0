import assert from "node:assert/strict";
import { test } from "node:test";
import { runNode } from "../testing/index.ts";
import { column } from "./column.ts";

const table = {
  columns: [
    { name: "item", type: "integer", values: [0, 1] },
    { name: "score", type: "number", values: [0.5, -2] },
    { name: "gap", type: "number", values: [1, null] },
    { name: "name", type: "text", values: ["a", "b"] },
  ],
};
const numbers = async (name: string, of: object = table) =>
  (await runNode(column, { table: of }, { column: name })).outputs.numbers;

test("the numbers of a column, row by row", async () => {
  assert.deepEqual(await numbers("score"), [0.5, -2]);
  assert.deepEqual(await numbers("item"), [0, 1]);
});

test("a column that is not there or holds no numbers is refused with those that do", async () => {
  const remedy = 'Set "column" to one of "item", "score", "gap".';
  await assert.rejects(numbers("scores"), { message: /no column of numbers called "scores"/, remedy });
  await assert.rejects(numbers("name"), { message: /called "name"/, remedy });
  const texts = { columns: [table.columns[3]!] };
  await assert.rejects(numbers("name", texts), { remedy: "Link a table that has columns of numbers." });
  await assert.rejects(numbers("gap"), /Row 2 of the column "gap" is empty/);
});
