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

/** Entries of the vocabulary that continue the word before the caret, each once, at most `most`. */
export function hintsFor(caption: string, caret: number, vocabulary: readonly string[], most = 6): readonly string[] {
  const begun = caption.slice(wordStart(caption, caret), caret).toLowerCase();
  if (begun === "" || /^[\p{L}\p{N}'-]/u.test(caption.slice(caret))) return [];
  const fitting = vocabulary.filter((entry) => entry.toLowerCase().startsWith(begun) && entry.toLowerCase() !== begun);
  return [...new Set(fitting)].slice(0, most);
}

/** The caption with the word before the caret completed, and the caret behind it. All else stays. */
export function complete(
  caption: string,
  caret: number,
  hint: string,
): { readonly text: string; readonly caret: number } {
  const before = caption.slice(0, wordStart(caption, caret)) + hint;
  const after = caption.slice(caret);
  const gap = after === "" ? " " : "";
  return { text: before + gap + after, caret: before.length + (/^\s/.test(gap + after) ? 1 : 0) };
}

/** Where the word begins that ends at the caret. */
function wordStart(caption: string, caret: number): number {
  return caret - /[\p{L}\p{N}'-]*$/u.exec(caption.slice(0, caret))![0].length;
}

function wordsOf(vocabulary: readonly string[]): ReadonlySet<string> {
  return new Set(vocabulary.flatMap((entry) => entry.toLowerCase().match(word) ?? []));
}
