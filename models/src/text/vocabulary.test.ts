import assert from "node:assert/strict";
import { test } from "node:test";
import { unknownWordFinder } from "./vocabulary.ts";

const unknown = unknownWordFinder({ solid: ["cube", "soft-edged prism"], name: ["Noa’s café"], little: ["a", "the"] });

test("an entry of several words counts as its words, in any letters", () => {
  assert.deepEqual(unknown("the SOFT Prism, edged"), []);
  assert.deepEqual(unknown("Cafe\u0301"), [], "however its accent is written");
});

test("a possessive counts as its noun, with either apostrophe; an inner apostrophe is of the word", () => {
  assert.deepEqual(unknown("the cube's, the cube’s"), []);
  assert.deepEqual(unknown("the dragon's, don't"), ["dragon", "don't"]);
});

test("each emoji is a word of its own, and punctuation is none", () => {
  assert.deepEqual(unknown("cube 👩‍👩‍👧🟥, ... (!)"), ["👩‍👩‍👧", "🟥"]);
});

test("words are listed once, in order, at most 20, and long ones shortened without half a character", () => {
  assert.deepEqual(unknown("Fog dog fog DOG"), ["fog", "dog"]);
  assert.equal(unknown(Array.from({ length: 30 }, (_, i) => `w${i}`).join(" ")).length, 20);
  const [long] = unknown("𝒳".repeat(50));
  assert.ok(long!.isWellFormed() && long!.length <= 40, long);
});

test("an empty vocabulary knows all words", () => {
  assert.deepEqual(unknownWordFinder({})("dragon"), []);
  assert.deepEqual(unknownWordFinder({ solid: [] })("dragon"), []);
});
