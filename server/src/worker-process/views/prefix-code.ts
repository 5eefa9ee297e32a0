/** A canonical prefix code, as deflate and WebP have them. */
export type PrefixCode = {
  /** Bits of each symbol's word; 0 for a symbol that does not occur, and for one that is alone. */
  readonly lengths: Uint8Array;
  /** The words, their first bit lowest. */
  readonly words: Uint16Array;
};

/** The best prefix code for symbols that occur so often, with words of at most `longest` bits: nearly the best where that bound is met. */
export function prefixCode(counts: Uint32Array, longest = 15): PrefixCode {
  const lengths = lengthsOf(counts, longest);
  return { lengths, words: wordsOf(lengths) };
}

/** Bits of each symbol's word: Huffman's, with rare symbols counted more often until no word is too long. */
function lengthsOf(counts: Uint32Array, longest: number): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const used = [...counts.keys()].filter((symbol) => counts[symbol]! > 0);
  if (used.length < 2) return lengths;
  used.sort((a, b) => counts[a]! - counts[b]!);
  for (let least = 1; ; least *= 2) {
    const depths = depthsOf(used.map((symbol) => Math.max(counts[symbol]!, least)));
    if (Math.max(...depths) > longest) continue;
    for (const [i, symbol] of used.entries()) lengths[symbol] = depths[i]!;
    return lengths;
  }
}

/** How deep the leaves of Huffman's tree lie whose weights are these, in ascending order; at least two. */
function depthsOf(weights: readonly number[]): readonly number[] {
  const leaves = weights.length;
  const all = [...weights];
  const parents: number[] = [];
  let leaf = 0;
  let inner = leaves;
  // Inner nodes come in ascending order too, so the lightest is always the first of either row.
  const lightest = () => (inner >= all.length || (leaf < leaves && all[leaf]! <= all[inner]!) ? leaf++ : inner++);
  while (all.length < 2 * leaves - 1) {
    const [a, b] = [lightest(), lightest()];
    parents[a] = all.length;
    parents[b] = all.length;
    all.push(all[a]! + all[b]!);
  }
  const depths = Array<number>(all.length).fill(0);
  for (let node = all.length - 2; node >= 0; node--) depths[node] = depths[parents[node]!]! + 1;
  return depths.slice(0, leaves);
}

/** The words of canonical codes: shorter ones first, those of one length in the order of their symbols (RFC 1951, 3.2.2). */
function wordsOf(lengths: Uint8Array): Uint16Array {
  const words = new Uint16Array(lengths.length);
  let word = 0;
  for (let length = 1; length <= 15; length++) {
    word <<= 1;
    for (let symbol = 0; symbol < lengths.length; symbol++)
      if (lengths[symbol] === length) words[symbol] = reversed(word++, length);
  }
  return words;
}

function reversed(word: number, length: number): number {
  let back = 0;
  for (let i = 0; i < length; i++) back |= ((word >> i) & 1) << (length - 1 - i);
  return back;
}
