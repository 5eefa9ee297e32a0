import { PackError } from "../fields/pack-error.ts";

/** CLIP's words: endings, letters, single digits, and runs of anything else. */
const words = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

/**
 * The `tokenizer.json` of CLIP's byte-pair encoder (Radford et al. 2021) from its `vocab.json`, the id of each token, and
 * `merges.txt`, a merge a line, the first to be made first. Throws PackError if a merge makes no token, or a special token has no id.
 */
export function clipTokenizer(
  vocabulary: unknown,
  mergesText: string,
  { bos, eos, where }: { readonly bos: string; readonly eos: string; readonly where: string },
): object {
  const refuse = (what: string): never => {
    throw new PackError(`${where} ${what}.`, "Download the tokenizer's files again.");
  };
  const ids = readVocabulary(vocabulary, refuse);
  const idOf = (token: string): number =>
    ids.get(token) ?? refuse(`has no token ${JSON.stringify(token)} in vocab.json`);
  const merges = mergesText.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#version"));
  for (const merge of merges) {
    const parts = merge.trimEnd().split(" ");
    if (parts.length !== 2) refuse(`has the line ${JSON.stringify(merge)} in merges.txt, which is not two tokens`);
    idOf(parts.join(""));
  }
  const special = (content: string) => ({
    ...{ id: idOf(content), content, special: true },
    ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
  });
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [special(bos), special(eos)],
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFC" },
        { type: "Replace", pattern: { Regex: "\\s+" }, content: " " },
        { type: "Lowercase" },
      ],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: words }, behavior: "Removed", invert: true },
        { ...byteLevel, use_regex: false },
      ],
    },
    post_processor: {
      ...{ type: "RobertaProcessing", sep: [eos, idOf(eos)], cls: [bos, idOf(bos)] },
      ...{ trim_offsets: false, add_prefix_space: false },
    },
    decoder: {
      type: "Sequence",
      decoders: [byteLevel, { type: "Replace", pattern: { String: "</w>" }, content: " " }],
    },
    model: {
      ...{ type: "BPE", dropout: null, unk_token: eos, continuing_subword_prefix: "", end_of_word_suffix: "</w>" },
      ...{
        fuse_unk: false,
        byte_fallback: false,
        vocab: Object.fromEntries(ids),
        merges: merges.map((m) => m.trimEnd()),
      },
    },
  };
}

function readVocabulary(vocabulary: unknown, refuse: (what: string) => never): Map<string, number> {
  if (typeof vocabulary !== "object" || vocabulary === null || Array.isArray(vocabulary))
    return refuse("has a vocab.json that is no object");
  const entries = Object.entries(vocabulary as Record<string, unknown>);
  const wrong = entries.find(([, id]) => !Number.isSafeInteger(id) || (id as number) < 0);
  if (wrong) refuse(`gives ${JSON.stringify(wrong[0])} the id ${JSON.stringify(wrong[1])} in vocab.json`);
  return new Map(entries as [string, number][]);
}
