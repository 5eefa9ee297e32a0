import type { Manifest } from "../manifest/manifest.ts";

/** Runs of letters and digits, with an inner apostrophe; each emoji is a word of its own. */
const wordPattern = /\p{RGI_Emoji}|\p{Extended_Pictographic}|[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*/gv;

const most = 20;
const longest = 40;

const shorten = (word: string) => (word.length > longest ? `${word.slice(0, longest - 1).toWellFormed()}…` : word);

function wordsOf(text: string): string[] {
  const found = text.normalize("NFC").toLowerCase().matchAll(wordPattern);
  return Array.from(found, ([word]) => word.replaceAll("’", "'").replace(/'s$/, ""));
}

/**
 * A function that lists the words of a text that are not in the vocabulary: lower-case, in order, without repeats, at most
 * 20, long ones shortened. An entry of several words counts as its words; a possessive counts as its noun. An empty
 * vocabulary knows every word.
 */
export function unknownWordFinder(vocabulary: Manifest["vocabulary"]): (text: string) => string[] {
  const known = new Set(Object.values(vocabulary).flat().flatMap(wordsOf));
  if (known.size === 0) return () => [];
  return (text) => {
    const unknown = new Set<string>();
    for (const word of wordsOf(text)) {
      if (unknown.size >= most) break;
      if (!known.has(word)) unknown.add(shorten(word));
    }
    return [...unknown];
  };
}
