import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "./utf8.ts";

test("[Y4] the text of a file becomes its bytes in UTF-8, and half a pair the replacement character", () => {
  assert.deepEqual([...utf8("a ü €")], [0x61, 0x20, 0xc3, 0xbc, 0x20, 0xe2, 0x82, 0xac]);
  assert.deepEqual([...utf8("\ud83d")], [0xef, 0xbf, 0xbd]);
  assert.deepEqual([...utf8("😀")], [0xf0, 0x9f, 0x98, 0x80]);
});
