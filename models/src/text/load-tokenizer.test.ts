import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readManifest } from "../manifest/read-manifest.ts";
import { loadTokenizer } from "./load-tokenizer.ts";

const fixture = join(import.meta.dirname, "../../../test/fixtures/random-pack");
const read = (file: string): unknown => JSON.parse(readFileSync(join(fixture, file), "utf8"));
const { vocabulary, texts } = readManifest(read("manifest.json"));
const text = texts["random-clip"]!;
const json = read("tokenizer.json") as { model: { vocab: Record<string, number> } };
const [bos, eos] = [520, 521];

/** The tokenizer of the random pack with another context length and vocabulary. */
function tokenizer(contextLength = 32, vocabulary: Record<string, string[]> = {}) {
  return loadTokenizer(json, { ...text, contextLength }, vocabulary);
}

const words = (text: string, contextLength = 32) =>
  [...tokenizer(contextLength).encode(text).ids].filter((id) => id !== bos && id !== eos);

test("ids are those of the Python tokenizers library for the same file", () => {
  const golden: readonly [string, number[]][] = [
    ["a red cube", [320, 513, 516]],
    ["A  RED\tcube's", [320, 513, 516, 6, 338]],
    ["café 猫 🟥", [66, 64, 69, 127, 358, 163, 234, 360, 172, 253, 253, 354]],
    ["it's 42 (x:1.2)!", [72, 339, 6, 338, 275, 273, 263, 343, 281, 272, 269, 273, 8, 256]],
    ["שלום", [147, 102, 147, 250, 147, 243, 147, 507]],
    ["a\0b", [320, 444, 321]],
    ["e\u0301", [127, 358]],
  ];
  for (const [text, ids] of golden) assert.deepEqual(words(text), ids, text);
});

test("BOS, words, EOS, then padding; the mask covers all but the padding", () => {
  const { ids, mask, pieces, cut } = tokenizer(8).encode("a red cube");
  assert.deepEqual([...ids], [bos, 320, 513, 516, eos, eos, eos, eos]);
  assert.deepEqual([...mask], [1, 1, 1, 1, 1, 0, 0, 0]);
  assert.deepEqual(pieces, ["a", "red", "cube"]);
  assert.equal(cut, "");
});

test("an empty caption is BOS and EOS", () => {
  for (const text of ["", "   ", "\n\t"]) {
    const { ids, mask, pieces, cut, unknownWords } = tokenizer(4, { solid: ["cube"] }).encode(text);
    assert.deepEqual(
      [[...ids], [...mask], pieces, cut, unknownWords],
      [[bos, eos, eos, eos], [1, 1, 0, 0], [], "", []],
    );
  }
});

test("a long caption keeps EOS and says what was cut, from the first word that is not whole", () => {
  const { ids, mask, cut } = tokenizer(5).encode("a red cube on a blue sphere");
  assert.deepEqual([...ids], [bos, 320, 513, 516, eos]);
  assert.ok(mask.every((one) => one === 1));
  assert.equal(cut, "on a blue sphere");
  assert.equal(tokenizer(5).encode("red cube café red").cut, "café red");
  assert.equal(tokenizer(5).encode("a red cube  ").cut, "");
  assert.equal(tokenizer(4).encode("unbreakable").cut, "unbreakable");
});

test("special tokens in a caption are ordinary text", () => {
  const { ids, mask } = tokenizer(64).encode("red <|endoftext|> cube <|startoftext|><|endoftext|>");
  const length = mask.reduce((sum, one) => sum + one, 0);
  assert.equal(ids[0], bos);
  assert.equal(ids.indexOf(eos), length - 1);
  assert.equal(ids.lastIndexOf(bos), 0);
  assert.ok(words("<|endoftext|>", 64).length > 3);
});

test("a vocabulary that could spell a special token does not yield it", () => {
  const { vocab } = json.model;
  const wordLevel = {
    ...json,
    model: { type: "WordLevel", vocab, unk_token: "a</w>" },
    pre_tokenizer: { type: "WhitespaceSplit" },
  };
  const { ids } = loadTokenizer(wordLevel, text, vocabulary).encode("<|startoftext|> cube</w> <|endoftext|>");
  assert.deepEqual([...ids], [bos, 516, eos, eos, eos, eos, eos, eos]);
});

test("any text is encoded, at most a fixed part of it is looked at, and the cut is still all of the rest", () => {
  const texts = [
    "red ".repeat(10_000),
    "x".repeat(1_000_000),
    "👩‍👩‍👧🟥".repeat(5000),
    "\ud800 lone \udc00",
    "\u202eשלום عالم".repeat(1000),
    "\0".repeat(5000),
    " ".repeat(100_000),
    "<|endoftext|>".repeat(10_000),
  ];
  for (const text of texts) {
    const { ids, mask, cut } = tokenizer(32, { colour: ["red"] }).encode(text);
    assert.equal(ids.length, 32);
    assert.equal(ids[mask.lastIndexOf(1)], eos);
    assert.ok(text.endsWith(cut) || text.trimEnd().endsWith(cut), JSON.stringify(text.slice(0, 20)));
  }
  assert.equal(tokenizer(32).encode("red ".repeat(10_000)).cut.length, 4 * (10_000 - 30) - 1);
});

test("unknown words are those in no entry of the vocabulary, lower-case, once, in order", () => {
  const vocabulary = { solid: ["cube", "soft-edged prism"], colour: ["sky blue"], function: ["a", "on", "the"] };
  const unknown = (text: string) => tokenizer(64, vocabulary).encode(text).unknownWords;
  assert.deepEqual(unknown("A cube on the Dragon, a DRAGON's sky"), ["dragon"]);
  assert.deepEqual(unknown("soft prism; cube's edged blue"), []);
  assert.deepEqual(unknown("🟥 cube 🟥 ❤ 猫 שלום 7"), ["🟥", "❤", "猫", "שלום", "7"]);
  assert.equal(unknown(Array.from({ length: 100 }, (_, i) => `w${i}`).join(" ")).length, 20);
  assert.deepEqual(unknown("x".repeat(500)), [`${"x".repeat(39)}…`]);
  assert.deepEqual(tokenizer(64, {}).encode("dragon").unknownWords, []);
});

test("pieces show bytes that are no text as one replacement sign each", () => {
  assert.deepEqual(tokenizer().encode("a\0 é").pieces, ["a", "\ufffd", "\ufffd", "\ufffd"]);
});
