import assert from "node:assert/strict";
import { test } from "node:test";
import { packJson, unpackBytes, unpackedSize, unpackJson } from "./packed-json.ts";

test("text is packed and unpacked, and its size is known without unpacking", async () => {
  for (const text of ["null", '{"a":"é😀"}', JSON.stringify("x".repeat(100_000))]) {
    const packed = packJson(text);
    assert.equal(unpackJson(packed), text);
    assert.equal(new TextDecoder().decode(await unpackBytes(packed)), text);
    assert.equal(unpackedSize(packed), Buffer.byteLength(text));
    assert.deepEqual(packJson(text), packed);
  }
});
