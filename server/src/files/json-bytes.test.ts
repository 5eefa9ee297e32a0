import assert from "node:assert/strict";
import { test } from "node:test";
import { JsonBytes } from "./json-bytes.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (json: JsonBytes) => {
  assert.equal(json.byteLength, Buffer.byteLength(json.toString()));
  return JSON.parse(json.toString());
};

test("fields that are JSON already are part of the object, whatever else it has", () => {
  const more = { document: bytes('{"a":[1,"}é"]}'), "odd name": bytes("null") };
  assert.deepEqual(read(JsonBytes.of({ b: 2, c: "{" }, more)), {
    document: { a: [1, "}é"] },
    "odd name": null,
    b: 2,
    c: "{",
  });
  assert.deepEqual(read(JsonBytes.of({}, more)), { document: { a: [1, "}é"] }, "odd name": null });
  assert.deepEqual(read(JsonBytes.of({ b: "x" }, {})), { b: "x" });
  assert.deepEqual(read(JsonBytes.of({ b: undefined }, {})), {});
});
