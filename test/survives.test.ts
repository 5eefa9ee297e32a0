// Every row of docs/survives.md names a test that is there, and no number is left out. The check is proved by planted rows.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Proof, wrongProof } from "./proofs.ts";

const root = join(import.meta.dirname, "..");
const numbers = (letter: string, last: number) => Array.from({ length: last }, (_, i) => `${letter}${i + 1}`);

type Row = { readonly id: string; readonly proofs: readonly Proof[] };

/** The rows of the tables: their number, and the tests that they name. */
function rowsOf(document: string): Row[] {
  const lines = document.split("\n").flatMap((line) => /^\| ([A-D]?\d+) \|.*\| (.*) \|$/.exec(line) ?? []);
  return Array.from({ length: lines.length / 3 }, (_, i) => ({
    id: lines[i * 3 + 1]!,
    proofs: [...lines[i * 3 + 2]!.matchAll(/`([^`]+\.ts)`: ((?:(?!<br>).)+)/g)].map(([, file, title]) => ({
      file: file!,
      title: title!,
    })),
  }));
}

/** What a row claims that is not so. */
function wrongWith({ id, proofs }: Row): string[] {
  if (proofs.length === 0) return [`${id} names no test`];
  return proofs.flatMap((proof) => {
    const wrong = wrongProof(proof);
    return wrong === undefined ? [] : [`${id}: ${wrong}`];
  });
}

test("every attack and every fault has a test that is there", () => {
  const rows = rowsOf(readFileSync(join(root, "docs", "survives.md"), "utf8"));
  const cases = Array.from({ length: 50 }, (_, i) => `${i + 1}`);
  const faults = [...numbers("A", 11), ...numbers("B", 8), ...numbers("C", 31), ...numbers("D", 6)];
  assert.deepEqual(rows.flatMap(wrongWith), []);
  assert.deepEqual(
    rows.map(({ id }) => id),
    [...cases, ...faults],
  );
});

test("a planted row without a test, with another's title, or of a file that is not there is found", () => {
  const planted = [
    "| 1 | a | b | nobody looked |",
    "| A2 | a | b | `test/survives.test.ts`: every attack<br>`test/docs.test.ts`: every attack |",
    "| 3 | a | b | `test/none.test.ts`: every attack |",
  ];
  const found = rowsOf(planted.join("\n")).flatMap(wrongWith);
  assert.equal(found.length, 3, found.join("\n"));
});
