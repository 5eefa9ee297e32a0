import type { Cell, TableColumn } from "@clipwork/engine";

/** Which column the rows of a table are sorted by, and how. */
export type SortOrder = { readonly column: number; readonly descending: boolean };

/** The order after a click on the head of a column: ascending, then descending, then as the table has it. */
export function nextOrder(order: SortOrder | undefined, column: number): SortOrder | undefined {
  if (order?.column !== column) return { column, descending: false };
  return order.descending ? undefined : { column, descending: true };
}

/**
 * The numbers of the rows in that order. Numbers go by size, text as the language has it, false before true; rows whose cell is
 * not known come last either way, and equal rows keep their order.
 */
export function sortRows(columns: readonly TableColumn[], order: SortOrder | undefined): readonly number[] {
  const rows = [...(columns[0]?.values.keys() ?? [])];
  const values = order && columns[order.column]?.values;
  if (!values) return rows;
  const sign = order.descending ? -1 : 1;
  return rows.sort((a, b) => {
    const [one, other] = [values[a]!, values[b]!];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return sign * compare(one, other);
  });
}

const words = new Intl.Collator(undefined, { numeric: true });

function compare(a: NonNullable<Cell>, b: NonNullable<Cell>): number {
  return typeof a === "string" && typeof b === "string" ? words.compare(a, b) : Number(a) - Number(b);
}
