import assert from "node:assert/strict";
import { test } from "node:test";
import { captionOfEach } from "./caption-of-each.ts";

test("each picture has its own caption, or the only one", () => {
  assert.deepEqual(captionOfEach(["a", "b"], 2), ["a", "b"]);
  assert.deepEqual(captionOfEach(["a"], 3), ["a", "a", "a"]);
});

test("captions of another number are refused with both numbers", () => {
  const expected = { message: "There are 3 pictures, but 2 captions.", remedy: /or one for all/ };
  assert.throws(() => captionOfEach(["a", "b"], 3), expected);
  assert.throws(() => captionOfEach(["a", "b"], 1), /1 pictures, but 2 captions/);
});
