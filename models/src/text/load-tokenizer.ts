import { Tokenizer as Encoder } from "@huggingface/tokenizers";
import { PackError } from "../fields/pack-error.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Text } from "../stages/spaces.ts";
import type { Tokenizer, Tokens } from "./tokenizer.ts";
import { unknownWordFinder } from "./vocabulary.ts";

/** Characters of a caption that are looked at, per token of context: far beyond what can fit, yet quick. */
const charactersPerToken = 128;

type AddedToken = { readonly id: number; readonly content: string; readonly special?: boolean };
type TokenizerJson = { readonly added_tokens: readonly AddedToken[]; readonly model: { readonly vocab: unknown } };

function idsByToken(json: TokenizerJson): Map<string, number> {
  const { vocab } = json.model;
  const ofModel = Array.isArray(vocab)
    ? vocab.map(([token], id) => [token as string, id] as const)
    : Object.entries(vocab as Record<string, number>);
  return new Map([...ofModel, ...json.added_tokens.map(({ content, id }) => [content, id] as const)]);
}

/** The ids of special tokens, of which some a caption never has. */
function marksOf({ added_tokens }: TokenizerJson): number[] {
  return added_tokens.filter(({ special }) => special).map(({ id }) => id);
}

function checkShape(json: unknown): asserts json is TokenizerJson {
  const { added_tokens: added, model } = (json ?? {}) as Record<string, unknown>;
  if (!Array.isArray(added) || typeof (model as { vocab?: unknown } | undefined)?.vocab !== "object")
    throw new Error("added_tokens or model.vocab is missing");
}

/**
 * The tokenizer of a pack, from the parsed `tokenizer.json`. Throws PackError if the file is not a tokenizer that this
 * version reads, or lacks a token that the manifest names.
 *
 * Special tokens come only from here, never from a caption: "<|endoftext|>" in a caption is ordinary text.
 */
export function loadTokenizer(
  json: unknown,
  { tokenizer, contextLength: length }: Pick<Text, "tokenizer" | "contextLength">,
  vocabulary: Manifest["vocabulary"],
): Tokenizer {
  const { file, bos, eos, pad, unknown } = tokenizer;
  const remedy = "Export the pack again with a tokenizer.json of the Hugging Face tokenizers library.";
  let encoder: Encoder;
  let ids: Map<string, number>;
  try {
    checkShape(json);
    ids = idsByToken(json);
    const specials = new Set([bos, eos]);
    const ordinary = json.added_tokens.filter(({ content, special }) => !special && !specials.has(content));
    encoder = new Encoder(
      { ...json, added_tokens: ordinary, post_processor: null },
      { clean_up_tokenization_spaces: false },
    );
    encoder.encode("a");
  } catch (error) {
    throw new PackError(`${file} cannot be read as a tokenizer: ${(error as Error).message}.`, remedy);
  }
  const idOf = (role: string, token: string): number => {
    const id = ids.get(token);
    if (id === undefined) throw new PackError(`${file} has no token ${JSON.stringify(token)} (${role}).`, remedy);
    return id;
  };
  const special = { bos: idOf("tokenizer.bos", bos), eos: idOf("tokenizer.eos", eos), pad: idOf("tokenizer.pad", pad) };
  const unknownId = unknown === null ? undefined : idOf("tokenizer.unknown", unknown);
  // A vocabulary may have them as words, too, the likeliest of all.
  const marks = new Set([special.bos, special.eos, ...marksOf(json)]);
  if (unknownId !== undefined) marks.delete(unknownId);
  const unknownWords = unknownWordFinder(vocabulary);
  const room = length - 2;

  const wordIds = (text: string): number[] => {
    const found: readonly (number | undefined)[] = encoder.encode(text, { add_special_tokens: false }).ids;
    const ids = found.map((id) => id ?? unknownId);
    return ids.filter((id): id is number => id !== undefined && !marks.has(id));
  };

  const encode = (text: string): Tokens => {
    const considered = text.slice(0, length * charactersPerToken).toWellFormed();
    const words = wordIds(considered);
    const kept = words.slice(0, room);
    const tokenIds = new Int32Array(length).fill(special.pad);
    tokenIds.set([special.bos, ...kept, special.eos]);
    const whole =
      words.length > room ? fittingLength(considered, (part) => wordIds(part).length <= room) : considered.length;
    return {
      ids: tokenIds,
      mask: new Float32Array(length).fill(1, 0, kept.length + 2),
      pieces: kept.map((id) =>
        encoder
          .decode([id])
          .trim()
          .replace(/\p{Cc}/gu, "\ufffd"),
      ),
      cut: text.slice(whole).trim(),
      unknownWords: unknownWords(considered),
    };
  };
  return { encode };
}

/** The length of the longest run of whole words at the start of the text that fits. */
function fittingLength(text: string, fits: (part: string) => boolean): number {
  const ends = [0, ...Array.from(text.matchAll(/\S+/g), ({ index, 0: word }) => index + word.length)];
  let least = 0;
  let most = ends.length - 1;
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (fits(text.slice(0, ends[middle]))) least = middle;
    else most = middle - 1;
  }
  return ends[least]!;
}
