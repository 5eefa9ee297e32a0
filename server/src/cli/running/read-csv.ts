/**
 * The rows of a text in CSV (RFC 4180), with commas, semicolons or tabs between fields: whichever its first line has most. Quotation marks
 * are taken off, lines of nothing but spaces left out. Undefined if a quotation mark is never closed.
 */
export function readCsv(text: string): readonly (readonly string[])[] | undefined {
  const rows: string[][] = [];
  const separator = separatorOf(text);
  const special = new RegExp(`["${separator}\\r\\n]`, "g");
  const after = new RegExp(`${separator}|\\r?\\n|\\r|$`, "y");
  let row: string[] = [];
  for (let at = 0; at < text.length; ) {
    const quoted = text[at] === '"';
    // Searched for rather than matched as a whole: what an expression steps back through grows with the field.
    special.lastIndex = at;
    const end = quoted ? closingMark(text, at + 1) : (special.exec(text)?.index ?? text.length);
    if (end === undefined) return undefined;
    after.lastIndex = quoted ? end + 1 : end;
    const sign = after.exec(text)?.[0];
    if (sign === undefined) return undefined;
    row.push(quoted ? text.slice(at + 1, end).replaceAll('""', '"') : text.slice(at, end));
    at = after.lastIndex;
    if (sign === separator && at < text.length) continue;
    if (sign === separator) row.push("");
    if (row.some((value) => value.trim() !== "")) rows.push(row);
    row = [];
  }
  return rows;
}

/** Where the quotation mark is that ends a field: two of them stand for one in it. */
function closingMark(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) if (text[at + 1] !== '"') return at;
  return undefined;
}

function separatorOf(text: string): string {
  const [first = ""] = text.split(/\r?\n/, 1);
  const count = (sign: string) => first.split(sign).length;
  return [",", ";", "\t"].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}
