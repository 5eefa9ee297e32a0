import type { Cell, TableData } from "./view.ts";

/**
 * The rows as CSV (RFC 4180): fields between commas, records ended by CRLF, quotes where a field needs them. A text that a
 * spreadsheet would run as a formula (it begins with =, +, -, @, tab or return) gets an apostrophe before it, as OWASP advises;
 * the same table as JSON holds the text unchanged.
 */
export function writeCsv(rows: Iterable<readonly Cell[]>): string {
  let text = "";
  for (const row of rows) text += `${row.map(field).join(",")}\r\n`;
  return text;
}

/** The cells of a table row by row, its names first. */
export function tableRows({ columns }: TableData): readonly (readonly Cell[])[] {
  const rows = columns[0]?.values.map((_, row) => columns.map(({ values }) => values[row]!)) ?? [];
  return [columns.map(({ name }) => name), ...rows];
}

function field(cell: Cell): string {
  if (cell === null) return "";
  const text = typeof cell === "string" && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
