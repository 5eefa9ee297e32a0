import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { loadTokenizer } from "../text/load-tokenizer.ts";
import { readTokenizer } from "./tokenizer.ts";

const toybox = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "..", "..", "packs", "toybox", "tokenizer.json"), "utf8"),
) as { readonly model: { readonly vocab: object; readonly merges: readonly (readonly string[])[] } };
const specials = { bos_token: "<|startoftext|>", eos_token: { content: "<|endoftext|>" }, pad_token: "<|endoftext|>" };
const vocabulary = JSON.stringify(toybox.model.vocab);
const merges = ["#version: 0.2", ...toybox.model.merges.map((merge) => merge.join(" ")), ""].join("\n");

function folderWith(context: TestContext, files: { readonly [name: string]: string }): string {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-tokenizer-"));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const published = {
  "vocab.json": vocabulary,
  "merges.txt": merges,
  "special_tokens_map.json": JSON.stringify(specials),
};

const captions = [
  "",
  "a red cube on top of a blue sphere",
  "A  RED\tCube!! isn't it? 42 cubes",
  "<|startoftext|>a cube<|endoftext|>",
  "Crème brûlée, 立方体 🟥 e\u0301",
  "word ".repeat(60),
];

test("a tokenizer made of vocabulary and merges encodes as the one that tokenizers wrote", async (context) => {
  const { json, tokens } = await readTokenizer(folderWith(context, published));
  const text = { contextLength: 32, tokenizer: { file: "tokenizer.json", sha256: "", ...tokens } };
  const [made, own] = [json, toybox].map((tokenizer) => loadTokenizer(tokenizer, text, {}));
  for (const caption of captions) assert.deepEqual(made!.encode(caption), own!.encode(caption), caption);
});

test("a tokenizer.json that is there is taken as it is", async (context) => {
  const whole = { ...published, "tokenizer.json": JSON.stringify(toybox), "vocab.json": "{}" };
  assert.deepEqual((await readTokenizer(folderWith(context, whole))).json, toybox);
});

/** A tokenizer of XLM-RoBERTa's kind. */
const multilingual = join(
  import.meta.dirname,
  ...["..", "..", "..", "test", "fixtures", "checkpoints", "small-kandinsky-2-1", "tokenizer"],
);

test("a unigram model says which token stands for what it does not know", async () => {
  const { tokens } = await readTokenizer(multilingual);
  assert.deepEqual(tokens, { bos: "<s>", eos: "</s>", pad: "<pad>", unknown: "<unk>" });
});

test("a special token in a caption is none, though the vocabulary has it as its likeliest word", async () => {
  const { json, tokens } = await readTokenizer(multilingual);
  const text = { contextLength: 16, tokenizer: { file: "tokenizer.json", sha256: "", ...tokens } };
  const { ids, pieces } = loadTokenizer(json, text, {}).encode("<s> red <mask> <pad> cube </s> ☃");
  const model = json as { readonly added_tokens: readonly { readonly id: number; readonly content: string }[] };
  const special = model.added_tokens.filter(({ content }) => content !== "<unk>").map(({ id }) => id);
  const kept = [...ids].slice(1, 1 + pieces.length);
  assert.deepEqual(
    kept.filter((id) => special.includes(id)),
    [],
  );
  assert.equal(kept.at(-1), 3, "the unknown stays");
});

test("special tokens stand in either file, as text or with more about them", async (context) => {
  const { "special_tokens_map.json": _, ...rest } = published;
  const config = JSON.stringify({ ...specials, pad_token: "!" });
  const { tokens } = await readTokenizer(folderWith(context, { ...rest, "tokenizer_config.json": config }));
  assert.deepEqual(tokens, { bos: "<|startoftext|>", eos: "<|endoftext|>", pad: "!", unknown: null });
});

const refusals: readonly [what: string, files: { readonly [name: string]: string }, message: RegExp][] = [
  ["no special tokens", { "special_tokens_map.json": "{}" }, /does not say which token is its bos_token/],
  ["a model of SentencePiece alone", { "sentencepiece.bpe.model": "" }, /SentencePiece and no tokenizer\.json/],
  ["a vocabulary that is a list", { "vocab.json": "[]" }, /holds no object/],
  ["an id that is none", { "vocab.json": '{"a":-1}' }, /gives "a" the id -1/],
  ["a special token without an id", { "vocab.json": "{}", "merges.txt": "" }, /has no token "<\|startoftext\|>"/],
  ["a merge of three", { "merges.txt": "a b c" }, /has the line "a b c"/],
];

for (const [what, files, message] of refusals)
  test(`refuses ${what}`, async (context) => {
    const folder = folderWith(context, { ...published, ...files });
    await assert.rejects(readTokenizer(folder), { name: "PackError", message });
  });
