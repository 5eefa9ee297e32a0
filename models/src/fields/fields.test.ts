import assert from "node:assert/strict";
import { test } from "node:test";
import {
  known,
  oneOf,
  optional,
  readFields,
  readInteger,
  readList,
  readMap,
  readNumber,
  readReference,
  readText,
  readVector,
} from "./fields.ts";
import { PackError } from "./pack-error.ts";

const refused = (read: () => unknown, message: RegExp) =>
  assert.throws(read, (error) => {
    assert.ok(error instanceof PackError && error.remedy.length > 0, String(error));
    assert.match(error.message, message);
    return true;
  });

const side = (value: unknown, field: string) => readInteger(value, field, 1, 8);

test("fields are read each by its reader; one that may be missing is left out", () => {
  const readers = { kind: oneOf("a", "b"), side, extra: optional(side), role: known("x") };
  assert.deepEqual(readFields({ kind: "b", side: 3, role: "y" }, "at", readers), { kind: "b", side: 3, role: "x" });
  assert.deepEqual(readFields({ kind: "a", side: 3, extra: 8 }, "at", readers).extra, 8);
  refused(() => readFields({ kind: "c", side: 3 }, "at", readers), /at.kind is "c", but must be "a" or "b"/);
  refused(() => readFields({ kind: "a" }, "at", readers), /at.side is missing/);
  refused(() => readFields({ kind: "a", side: 3, extra: null }, "at", readers), /at.extra is null/);
  refused(() => readFields([], "at", readers), /at is \[\], but must be an object/);
});

test("a field that no reader knows is refused with its name and those that there are", () => {
  const message = /at has the field "size", which means nothing there; its fields are side, extra/;
  refused(() => readFields({ side: 1, size: 2 }, "at", { side, extra: optional(side) }), message);
});

test("a map has keys of the writer's own; a reference must be one of them", () => {
  assert.deepEqual(readMap({ one: 1, two: 2 }, "at", side), { one: 1, two: 2 });
  refused(() => readMap({ one: 0 }, "at", side), /at.one is 0/);
  refused(() => readMap({ "": 1 }, "at", side), /a name in at is ""/);
  assert.equal(readReference("one", "from", "at", { one: 1 }), "one");
  refused(() => readReference("two", "from", "at", { one: 1 }), /from is "two", but must be a name in at: one/);
  refused(() => readReference("toString", "from", "at", {}), /must be a name in at, which has none/);
});

test("a number is within its limits, which belong to them; NaN is within none", () => {
  for (const value of [1, 8, 1.5]) assert.equal(readNumber(value, "at", 1, 8), value);
  for (const value of [0.999, 8.001, Number.NaN, Number.POSITIVE_INFINITY, "3", null])
    refused(() => readNumber(value, "at", 1, 8), /^manifest.json: at is .*, but must be a number from 1 to 8\.$/);
});

test("a whole number has no fraction", () => {
  assert.deepEqual([side(1, "at"), side(8, "at")], [1, 8]);
  for (const value of [0, 9, 1.5, Number.NaN, "3"]) refused(() => side(value, "at"), /a whole number from 1 to 8/);
});

test("a vector has exactly its length, and each of its numbers is named", () => {
  assert.deepEqual(readVector([1, 2], "at", 2, 0, 9), [1, 2]);
  for (const value of [[1], [1, 2, 3]]) refused(() => readVector(value, "at", 2, 0, 9), /a list of 2 numbers/);
  refused(() => readVector([1, 10], "at", 2, 0, 9), /at\[1\] is 10/);
  refused(() => readVector("12", "at", 2, 0, 9), /at is "12"/);
});

test("text is not empty and not too long; a list has at most so many items", () => {
  assert.equal(readText("ab", "at", 2), "ab");
  for (const value of ["", "abc", 7]) refused(() => readText(value, "at", 2), /text of 1 to 2 characters/);
  assert.deepEqual(readList([1, 2], "at", 2), [1, 2]);
  refused(() => readList([1, 2, 3], "at", 2), /a list of 3.*, but must be a list of at most 2/);
  refused(() => readList({}, "at", 2), /at is \{\}, but must be a list/);
});

test("what every object has is no name that a reference may hold", () => {
  for (const name of ["toString", "constructor", "__proto__"])
    refused(() => readReference(name, "from", "at", { one: 1 }), /must be a name in at: one/);
});

test("a long value is shown by its beginning", () => {
  refused(() => readNumber("x".repeat(500), "at", 0, 1), /^manifest.json: at is "x{78}…, but must be/);
});
