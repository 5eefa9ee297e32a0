/**
 * The rows of a text in CSV (RFC 4180), with commas, semicolons or tabs between fields: whichever its first line has most. Quotation marks
 * are taken off, empty lines left out. Undefined if a quotation mark is never closed.
 */
export function readCsv(text: string): readonly (readonly string[])[] | undefined {
  const rows: string[][] = [];
  const separator = separatorOf(text);
  const field = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${separator}\\r\\n]*))(${separator}|\\r?\\n|\\r|$)`, "y");
  let row: string[] = [];
  for (let at = text.startsWith("\uFEFF") ? 1 : 0; at < text.length; ) {
    field.lastIndex = at;
    const found = field.exec(text);
    if (!found) return undefined;
    at = field.lastIndex;
    row.push(found[1]?.replaceAll('""', '"') ?? found[2]!);
    if (found[3] === separator && at < text.length) continue;
    if (found[3] === separator) row.push("");
    if (row.some((value) => value !== "")) rows.push(row);
    row = [];
  }
  return rows;
}

function separatorOf(text: string): string {
  const [first = ""] = text.split(/\r?\n/, 1);
  const count = (sign: string) => first.split(sign).length;
  return [",", ";", "\t"].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}
