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

test("hints continue the word before the caret, each once; none inside a word, and none without one", () => {
  assert.deepEqual(hintsFor("a cu", 4, words), ["cube"]);
  assert.deepEqual(hintsFor("a cu on sand", 4, words), ["cube"]);
  assert.deepEqual(hintsFor("a cu", 4, [...words, "cube", "cube"]), ["cube"]);
  assert.deepEqual(hintsFor("a cube", 6, words), []);
  assert.deepEqual(hintsFor("a cube", 4, words), [], "the caret stands within the word");
  assert.deepEqual(hintsFor("a cu ", 5, words), []);
  assert.deepEqual(hintsFor("", 0, words), []);
});

test("a completed word takes the place of what was begun, and nothing else changes", () => {
  assert.deepEqual(complete("a cu", 4, "cube"), { text: "a cube ", caret: 7 });
  assert.deepEqual(complete("a cu on sand", 4, "cube"), { text: "a cube on sand", caret: 7 });
  assert.deepEqual(complete("cu, red", 2, "cube"), { text: "cube, red", caret: 4 });
});
