import assert from "node:assert/strict";
import { test } from "node:test";
import { known, oneOf, optional, readFields, readInteger, readMap, readReference } from "./fields.ts";
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
