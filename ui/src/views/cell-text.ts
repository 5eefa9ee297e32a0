import type { Cell } from "@clipwork/engine";

/** A cell as a table shows it: numbers to six digits, nothing for what is not known. A copy of the table has all digits. */
export function cellText(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell !== "number" || Number.isSafeInteger(cell)) return String(cell);
  return String(Number(cell.toPrecision(6)));
}
