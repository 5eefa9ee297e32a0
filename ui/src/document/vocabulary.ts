/** A piece of a caption: text between words, a word the pack knows, or a word it does not. */
export type Piece = { readonly text: string; readonly kind: "between" | "known" | "unknown" };

const word = /[\p{L}\p{N}'-]+/gu;

/** Cuts a caption into pieces. If the pack names no words, none is unknown. */
export function readCaption(caption: string, vocabulary: readonly string[]): readonly Piece[] {
  const known = wordsOf(vocabulary);
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: text, index } of caption.matchAll(word)) {
    if (index > end) pieces.push({ text: caption.slice(end, index), kind: "between" });
    pieces.push({ text, kind: known.size === 0 || known.has(text.toLowerCase()) ? "known" : "unknown" });
    end = index + text.length;
  }
  if (end < caption.length) pieces.push({ text: caption.slice(end), kind: "between" });
  return pieces;
}

/**
 * Entries of the vocabulary that continue the word at the caption's end, at most `most`; suggestions to begin with if it is
 * empty.
 */
export function hintsFor(caption: string, vocabulary: readonly string[], most = 6): readonly string[] {
  const begun = /[\p{L}\p{N}'-]*$/u.exec(caption)![0].toLowerCase();
  if (begun === "") return [];
  return vocabulary
    .filter((entry) => entry.toLowerCase().startsWith(begun) && entry.toLowerCase() !== begun)
    .slice(0, most);
}

/** The caption with its last word completed. */
export function complete(caption: string, hint: string): string {
  return `${caption.replace(/[\p{L}\p{N}'-]*$/u, "")}${hint} `;
}

function wordsOf(vocabulary: readonly string[]): ReadonlySet<string> {
  return new Set(vocabulary.flatMap((entry) => entry.toLowerCase().match(word) ?? []));
}
