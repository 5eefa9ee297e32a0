import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PackError } from "../fields/pack-error.ts";
import type { Pack } from "../pack/pack.ts";
import type { Text } from "../stages/spaces.ts";
import { findJson, readJson } from "./read-json.ts";
import { clipTokenizer } from "./tokenizer-json.ts";

/** A text's tokenizer: the content of its `tokenizer.json`, and its special tokens as the manifest names them. */
export type TokenizerDraft = {
  readonly json: object;
  readonly tokens: {
    readonly bos: string;
    readonly eos: string;
    readonly pad: string;
    readonly unknown: string | null;
  };
};

/**
 * The tokenizer in a folder of transformers: its `tokenizer.json`, or one made of CLIP's `vocab.json` and `merges.txt`. Throws PackError
 * if it has neither, or does not say which tokens begin, end and fill a caption.
 */
export async function readTokenizer(folder: string): Promise<TokenizerDraft> {
  const config = (await findJson(join(folder, "tokenizer_config.json"))) ?? {};
  const map = (await findJson(join(folder, "special_tokens_map.json"))) ?? {};
  const token = (name: string): string => {
    const found = contentOf(map[name]) ?? contentOf(config[name]);
    if (found !== undefined) return found;
    throw new PackError(
      `${folder} does not say which token is its ${name}, in special_tokens_map.json or tokenizer_config.json.`,
      "Download the tokenizer's files again.",
    );
  };
  const ends = { bos: token("bos_token"), eos: token("eos_token"), pad: token("pad_token") };
  const whole = await findJson(join(folder, "tokenizer.json"));
  // A byte-pair encoder knows every byte; SentencePiece's unigram model knows the characters of its vocabulary.
  const unigram = (whole?.model as { readonly type?: unknown } | undefined)?.type === "Unigram";
  const tokens = { ...ends, unknown: unigram ? token("unk_token") : null };
  if (whole) return { json: whole, tokens };
  if ((await readdir(folder)).includes("sentencepiece.bpe.model"))
    throw new PackError(
      `${folder} has a model of SentencePiece and no tokenizer.json, which is what is read.`,
      "Let transformers write it: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER).",
    );
  const vocabulary = await readJson(join(folder, "vocab.json"));
  const merges = await readFile(join(folder, "merges.txt"), "utf8").catch(() => undefined);
  if (merges === undefined)
    throw new PackError(
      `${folder} has neither tokenizer.json nor merges.txt.`,
      "Download the tokenizer's files again.",
    );
  return { json: clipTokenizer(vocabulary, merges, { bos: tokens.bos, eos: tokens.eos, where: folder }), tokens };
}

/** The tokenizer of a text of an installed pack. */
export async function tokenizerOf({ folder }: Pack, { tokenizer }: Text): Promise<TokenizerDraft> {
  const { file, sha256: _, ...tokens } = tokenizer;
  return { json: JSON.parse(await readFile(join(folder, file), "utf8")) as object, tokens };
}

/** A token is a text, or an object that says more of it. */
function contentOf(token: unknown): string | undefined {
  if (typeof token === "string") return token;
  const content = (token as { readonly content?: unknown } | null | undefined)?.content;
  return typeof content === "string" ? content : undefined;
}
