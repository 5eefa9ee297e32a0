import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pictureTrouble } from "./decode-picture.ts";
import { oddPictures } from "./odd-pictures.fixture.ts";
import { clipworkCell, readTable, sharpCell } from "./odd-pictures-table.fixture.ts";

const table = readTable(readFileSync(join(import.meta.dirname, "../../../docs/odd-pictures.md"), "utf8"));

test("C5: the table of odd pictures has each of them once, and at least sixty", () => {
  assert.deepEqual(
    table.map(({ file, what }) => [file, what]),
    oddPictures.map(({ file, what }) => [file, what]),
  );
  assert.ok(table.length >= 60);
  assert.equal(new Set(table.map(({ file }) => file)).size, table.length);
});

for (const [i, { file, what, make }] of oddPictures.entries())
  test(`C5: ${file} (${what}) is read or refused as the table says`, async () => {
    const bytes = await make();
    const { clipwork, sharp } = table[i]!;
    assert.equal(await clipworkCell(bytes), clipwork);
    assert.equal(await sharpCell(bytes), sharp);
    const trouble = await pictureTrouble(bytes);
    assert.equal(trouble === undefined, !clipwork.startsWith("no: "), "it is judged as it is read");
    assert.ok(trouble === undefined || trouble.remedy !== "");
  });

test("C5: what the browser shows whole is read, unless it is of a kind that is not read or cut", () => {
  const shown = table.filter(({ clipwork, chromium }) => clipwork.startsWith("no: ") && chromium !== "no");
  for (const { file, clipwork } of shown) assert.match(clipwork, /which is not read|not a whole picture/, file);
  // A JPEG of a phone was once refused for this.
  assert.match(table.find(({ file }) => file === "scan-end-0.jpg")!.clipwork, /^16 × 12/);
});
