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
  // Count and symbol as one number, so that they are sorted without a comparison of our own.
  const ranked = new Float64Array(counts.length);
  let used = 0;
  for (let symbol = 0; symbol < counts.length; symbol++)
    if (counts[symbol]! > 0) ranked[used++] = counts[symbol]! * counts.length + symbol;
  if (used < 2) return lengths;
  const symbols = Uint32Array.from(ranked.subarray(0, used).sort(), (one) => one % counts.length);
  for (let least = 1; ; least *= 2) {
    const depths = depthsOf(symbols.map((symbol) => Math.max(counts[symbol]!, least)));
    // No leaf lies deeper than the lightest.
    if (depths[0]! > longest) continue;
    for (let i = 0; i < used; i++) lengths[symbols[i]!] = depths[i]!;
    return lengths;
  }
}

/** How deep the leaves of Huffman's tree lie whose weights are these, in ascending order; at least two. The depths do not ascend. */
function depthsOf(weights: Uint32Array): Uint16Array {
  const leaves = weights.length;
  const nodes = 2 * leaves - 1;
  const all = new Float64Array(nodes);
  all.set(weights);
  const parents = new Uint16Array(nodes);
  let leaf = 0;
  let inner = leaves;
  for (let node = leaves; node < nodes; node++) {
    // Inner nodes come in ascending order too, so the lightest is always the first of either row.
    for (let child = 0; child < 2; child++) {
      const next = inner >= node || (leaf < leaves && all[leaf]! <= all[inner]!) ? leaf++ : inner++;
      parents[next] = node;
      all[node]! += all[next]!;
    }
  }
  const depths = new Uint16Array(nodes);
  for (let node = nodes - 2; node >= 0; node--) depths[node] = depths[parents[node]!]! + 1;
  return depths.subarray(0, leaves);
}

/** The words of canonical codes: shorter ones first, those of one length in the order of their symbols (RFC 1951, 3.2.2). */
function wordsOf(lengths: Uint8Array): Uint16Array {
  const longest = 15;
  const counts = new Uint16Array(longest + 1);
  for (const length of lengths) if (length > 0) counts[length]!++;
  const next = new Uint16Array(longest + 1);
  for (let length = 1; length <= longest; length++) next[length] = (next[length - 1]! + counts[length - 1]!) << 1;
  const words = new Uint16Array(lengths.length);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length > 0) words[symbol] = reversed(next[length]!++, length);
  }
  return words;
}

function reversed(word: number, length: number): number {
  let back = 0;
  for (let i = 0; i < length; i++) back |= ((word >> i) & 1) << (length - 1 - i);
  return back;
}
