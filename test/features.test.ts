// Every row of docs/features.md says yes or in part, and names tests that are there; no number is left out, and its sums are right.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { wrongProof } from "./proofs.ts";

const document = readFileSync(join(import.meta.dirname, "..", "docs", "features.md"), "utf8");

/** What is wrong with a row of the table. */
function wrongWith(row: string): string[] {
  const [, id, , there = "", proofs = ""] = row.split("|").map((cell) => cell.trim());
  const named = [...proofs.matchAll(/`([^`]+\.ts)`: ((?:(?!<br>).)+)/g)];
  const troubles = named.flatMap(([, file, title]) => wrongProof({ file: file!, title: title! }) ?? []);
  if (!/^(yes|partly: .+|no: .+)$/.test(there)) troubles.push(`is neither there nor says what is missing: "${there}"`);
  if (named.length === 0 && !there.startsWith("no")) troubles.push("names no test");
  return troubles.map((trouble) => `${id}: ${trouble}`);
}

const rowsOf = (text: string) => text.split("\n").filter((line) => /^\| \d+ \|/.test(line));

test("every feature that is there, as a whole or in part, names a test that is there", () => {
  const rows = rowsOf(document);
  assert.deepEqual(rows.flatMap(wrongWith), []);
  assert.deepEqual(
    rows.map((row) => Number(/\d+/.exec(row)![0])),
    Array.from({ length: 60 }, (_, i) => i + 1),
  );
  const whole = rows.filter((row) => row.includes(" | yes | ")).length;
  assert.match(document, new RegExp(`${whole} are there as a whole, ${rows.length - whole} in part`));
});

test("a planted row without a test, with another's title, or that claims neither yes nor what is missing is found", () => {
  const planted = [
    "| 1 | a | yes | nobody looked |",
    "| 2 | a | yes | `test/features.test.ts`: a title of no test |",
    "| 3 | a | perhaps | `test/features.test.ts`: every feature that is there |",
  ];
  assert.equal(planted.flatMap(wrongWith).length, 3, planted.flatMap(wrongWith).join("\n"));
});
