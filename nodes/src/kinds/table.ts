import { defineKind, type TableColumn, type TableData, tableRows, utf8, writeCsv } from "@clipwork/engine";

/** A table on a link: named typed columns of equal length. */
export type TableValue = TableData;

/** A column with a value for each row, made from the row and its index. */
export function column<Row>(
  name: string,
  type: TableColumn["type"],
  rows: readonly Row[],
  value: (row: Row, index: number) => TableColumn["values"][number],
): TableColumn {
  return { name, type, values: rows.map((row, index) => value(row, index)) };
}

const maxColumns = 256;
const maxCells = 5_000_000;
const types: { readonly [type in TableColumn["type"]]: (value: unknown) => boolean } = {
  text: (value) => typeof value === "string",
  number: (value) => Number.isFinite(value),
  integer: (value) => Number.isSafeInteger(value),
  boolean: (value) => typeof value === "boolean",
};

export const table = defineKind<TableValue>({
  kind: "table",
  hue: 190,
  card: "square",
  check(value) {
    const { columns } = Object(value) as { columns?: unknown };
    if (!Array.isArray(columns) || columns.length === 0) return "is not a table: it has no columns";
    if (columns.length > maxColumns) return `is not a table: it has more than ${maxColumns} columns`;
    const { values: first } = Object(columns[0]) as { values?: unknown };
    const rows = Array.isArray(first) ? first.length : 0;
    const names = new Set<string>();
    for (const column of columns) {
      const wrong = checkColumn(column, rows);
      if (wrong !== undefined) return `is not a table: ${wrong}`;
      if (names.has(column.name)) return `is not a table: two columns are called "${column.name}"`;
      names.add(column.name);
    }
    return columns.length * rows > maxCells ? `is not a table: it has more than ${maxCells} cells` : undefined;
  },
  view: ({ columns }) => ({ kind: "table", columns }),
  publish: (value) => [
    { ending: ".csv", media: "text/csv; charset=utf-8", bytes: utf8(writeCsv(tableRows(value))) },
    { ending: ".json", media: "application/json", bytes: utf8(`${JSON.stringify(tableJson(value), null, 1)}\n`) },
  ],
});

function checkColumn(column: unknown, rows: number): string | undefined {
  const { name, type, values } = Object(column) as { [field: string]: unknown };
  if (typeof name !== "string" || name === "") return "a column has no name";
  if (typeof type !== "string" || !Object.hasOwn(types, type))
    return `the column "${name}" has the type ${String(type)}`;
  if (!Array.isArray(values) || values.length !== rows)
    return `the column "${name}" does not have as many values as the first`;
  const wrong = values.findIndex((value) => value !== null && !types[type as TableColumn["type"]](value));
  return wrong < 0 ? undefined : `row ${wrong + 1} of the column "${name}" is not of this type: ${type}`;
}

/** The table as a list of records, for programs. */
function tableJson(table: TableValue): readonly object[] {
  const [names, ...rows] = tableRows(table);
  return rows.map((row) => Object.fromEntries(row.map((cell, i) => [names![i], cell])));
}
