/**
 * Counted noise (docs/decisions/0002-noise.md): every number is a pure function of seed, purpose, draw, step and
 * element. Generator: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3).
 */
export type Purpose = keyof typeof purposes;

/** What the noise is for. It is part of the key, so the stages of one seed are independent. */
export const purposes = {
  prior: 1,
  decoder: 2,
  "upsampler-256": 3,
  "upsampler-1024": 4,
  "autoregressive-prior": 5,
  "image-noise": 6,
  bootstrap: 16,
  captions: 17,
} as const;

const rounds = 10;
const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;

/** The upper 32 bits of a × b, both unsigned 32-bit, by 16-bit halves: a 64-bit product does not fit in a number. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + (Math.imul(aLow, bLow) >>> 16);
  const other = aLow * bHigh + (middle & 0xffff);
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (other >>> 16)) | 0;
}

/** Replaces the four counter words in `words` with four random ones. Key (k0, k1). */
export function philox4x32(words: Uint32Array, k0: number, k1: number): void {
  let a = words[0]! | 0;
  let b = words[1]! | 0;
  let c = words[2]! | 0;
  let d = words[3]! | 0;
  let key0 = k0 | 0;
  let key1 = k1 | 0;
  for (let round = 0; round < rounds; round++) {
    const high0 = multiplyHigh(multiplier0, a);
    const high1 = multiplyHigh(multiplier1, c);
    const low0 = Math.imul(multiplier0, a);
    const low1 = Math.imul(multiplier1, c);
    a = high1 ^ b ^ key0;
    b = low1;
    c = high0 ^ d ^ key1;
    d = low0;
    key0 = (key0 + weyl0) | 0;
    key1 = (key1 + weyl1) | 0;
  }
  words[0] = a;
  words[1] = b;
  words[2] = c;
  words[3] = d;
}

/** `length` standard normal numbers. Step 0 is the initial x_T; the i-th sampler step, from 1, adds the noise of step i. */
export function gaussian(seed: number, purpose: Purpose, step: number, length: number, draw = 0): Float32Array {
  const normals = new Float32Array(length);
  for (const [element, words] of blocks(seed, purpose, step, length, draw)) {
    boxMuller(words[0]!, words[1]!, normals, element);
    boxMuller(words[2]!, words[3]!, normals, element + 2);
  }
  return normals;
}

/** `length` numbers between 0 and 1, neither of which is ever drawn: the i-th is that of word i & 3 of the counter i >> 2. */
export function uniform(seed: number, purpose: Purpose, step: number, length: number, draw = 0): Float64Array {
  const numbers = new Float64Array(length);
  for (const [element, words] of blocks(seed, purpose, step, length, draw))
    for (let i = 0; i < Math.min(4, length - element); i++) numbers[element + i] = open(words[i]!);
  return numbers;
}

/** Four random words for every fourth element. They are one array, overwritten from block to block. */
function* blocks(seed: number, purpose: Purpose, step: number, length: number, draw: number) {
  const key1 = (purposes[purpose] << 16) | draw;
  const words = new Uint32Array(4);
  for (let element = 0; element < length; element += 4) {
    words[0] = element >>> 2;
    words[1] = 0;
    words[2] = step;
    words[3] = 0;
    philox4x32(words, seed, key1);
    yield [element, words] as const;
  }
}

/** A word as a number between 0 and 1. */
const open = (word: number) => (word + 0.5) / 2 ** 32;

/** Writes two normals from two random words at `at`, in float64 before rounding. Writing past the end does nothing. */
function boxMuller(word0: number, word1: number, normals: Float32Array, at: number): void {
  const radius = Math.sqrt(-2 * Math.log(open(word0)));
  const angle = 2 * Math.PI * open(word1);
  normals[at] = radius * Math.cos(angle);
  normals[at + 1] = radius * Math.sin(angle);
}
