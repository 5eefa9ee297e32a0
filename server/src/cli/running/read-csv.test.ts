import assert from "node:assert/strict";
import { test } from "node:test";
import { readCsv } from "./read-csv.ts";

test("CSV has rows of fields, in quotation marks where they have separators, line ends or quotation marks", () => {
  const text = 'prompt,seed\r\n"a ""red"" cube, on sand",7\r\n\r\n"two\nlines",\r\nlast,9';
  assert.deepEqual(readCsv(text), [
    ["prompt", "seed"],
    ['a "red" cube, on sand', "7"],
    ["two\nlines", ""],
    ["last", "9"],
  ]);
});

test("semicolons and tabs separate as well, as other countries' programs write them", () => {
  assert.deepEqual(readCsv("prompt;scale\na, b;7,5\n"), [
    ["prompt", "scale"],
    ["a, b", "7,5"],
  ]);
  assert.deepEqual(readCsv("a\tb\n1\t"), [
    ["a", "b"],
    ["1", ""],
  ]);
});

test("a field may be as long as the file, in quotation marks or without", () => {
  const long = "a".repeat(20_000_000);
  for (const [written, read] of [
    [long, long],
    [`"${long}"`, long],
    [`"${'""'.repeat(5_000_000)}"`, '"'.repeat(5_000_000)],
  ] as const)
    assert.ok(readCsv(`${written},7\n`)?.[0]?.[0] === read);
  assert.equal(readCsv(`"${long}`), undefined);
});

test("an open quotation mark, and one within a field, is no CSV; an empty text has no rows", () => {
  for (const wrong of ['a,b\n"open', 'a\nx"y', 'a\n"x"y']) assert.equal(readCsv(wrong), undefined, wrong);
  assert.deepEqual([readCsv(""), readCsv("\n\n")], [[], []]);
});
