import assert from "node:assert/strict";

/** The records of a CSV text, field by field: a reader of RFC 4180, written apart from the writer that it tests. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  for (let at = 0; at < text.length; ) {
    const row: string[] = [];
    for (;;) {
      let field = "";
      if (text[at] === '"') {
        for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
          if (text[at] === '"') at++;
          field += text[at];
        }
        at++;
      } else for (; text[at] !== "," && text[at] !== "\r"; at++) field += text[at];
      row.push(field);
      if (text[at++] === "\r") break;
    }
    assert.equal(text[at++], "\n");
    rows.push(row);
  }
  return rows;
}
