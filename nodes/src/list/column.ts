import { list, NodeError, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

export const column = defineNode({
  type: "list.column",
  version: 1,
  title: "Column of a table",
  summary: "The numbers of one column of a table, as a list.",
  inputs: { table: t.table("The table.") },
  outputs: { numbers: list(t.number("The numbers, row by row.")) },
  params: { column: p.text("The name of the column.", { maxLength: 1000 }) },
  run({ table: { columns } }, params) {
    const numeric = columns.filter(({ type }) => type === "number" || type === "integer");
    const found = columns.find(({ name }) => name === params.column);
    if (!found || !numeric.includes(found))
      throw new NodeError(
        `The table has no column of numbers called "${params.column}".`,
        numeric.length > 0
          ? `Set "column" to one of ${numeric.map(({ name }) => `"${name}"`).join(", ")}.`
          : "Link a table that has columns of numbers.",
      );
    return {
      numbers: found.values.map((value, row) => {
        if (typeof value === "number") return value;
        throw new NodeError(
          `Row ${row + 1} of the column "${params.column}" is empty.`,
          "Link a table without gaps there.",
        );
      }),
    };
  },
});
