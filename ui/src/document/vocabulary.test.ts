import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { complete, hintsFor, readCaption } from "./vocabulary.ts";

const words = ["cube", "jet black", "on a wooden table", "a"];

test("words that the pack does not know are told apart, phrases by their words", () => {
  assert.deepEqual(readCaption("A jet  cubes,", words), [
    { text: "A", kind: "known" },
    { text: " ", kind: "between" },
    { text: "jet", kind: "known" },
    { text: "  ", kind: "between" },
    { text: "cubes", kind: "unknown" },
    { text: ",", kind: "between" },
  ]);
  assert.ok(readCaption("anything goes", []).every(({ kind }) => kind !== "unknown"));
});

test("the pieces of a caption are the caption", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) =>
      assert.equal(
        readCaption(text, words)
          .map((piece) => piece.text)
          .join(""),
        text,
      ),
    ),
  );
});

test("hints complete the word at the end", () => {
  assert.deepEqual(hintsFor("a cu", words), ["cube"]);
  assert.deepEqual(hintsFor("a cube", words), []);
  assert.deepEqual(hintsFor("", words), []);
  assert.equal(complete("a cu", "cube"), "a cube ");
});
