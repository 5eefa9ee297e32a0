/** A caption as token ids of a fixed length: BOS, words, EOS, then padding. */
export type Tokens = {
  readonly ids: Int32Array;
  /** 1 for BOS, words and EOS; 0 for padding. */
  readonly mask: Float32Array;
  /** The text of each kept word token, for display. */
  readonly pieces: readonly string[];
  /** The part of the caption that did not fit, from the first word that is not whole, or "". */
  readonly cut: string;
  /** Words that are not in the pack's vocabulary, in order, lower-case, without repeats, at most 20. */
  readonly unknownWords: readonly string[];
};

export interface Tokenizer {
  /** Never throws, whatever the text contains; `ids` and `mask` have the pack's context length. */
  encode(text: string): Tokens;
}
