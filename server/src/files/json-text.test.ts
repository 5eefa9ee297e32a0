import assert from "node:assert/strict";
import { test } from "node:test";
import { JsonText } from "./json-text.ts";

test("fields that are text already are part of the object, whatever else it has", () => {
  const more = { document: '{"a":[1,"}"]}', "odd name": "null" };
  assert.deepEqual(JSON.parse(JsonText.of({ b: 2, c: "{" }, more).text), {
    document: { a: [1, "}"] },
    "odd name": null,
    b: 2,
    c: "{",
  });
  assert.deepEqual(JSON.parse(JsonText.of({}, more).text), { document: { a: [1, "}"] }, "odd name": null });
  assert.equal(JsonText.of({ b: undefined }, {}).text, "{}");
});
