import { type PrefixCode, prefixCode } from "./prefix-code.ts";

/** Raw 8-bit RGB, row by row. */
type Rgb = { readonly width: number; readonly height: number; readonly data: Uint8Array };

/** Symbols for green, of which those from 256 on would be lengths of copies; none is made. */
const greens = 256 + 24;
/** Kinds of transforms. */
const predictor = 0;
const subtractGreen = 2;
/** The prediction by the pixel above. */
const above = 2;
/** In the order in which a code's code of lengths is written. */
const lengthOrder = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
/** The longest word of that code. */
const longestOfLengths = 7;

/**
 * A lossless WebP of a small picture, whose sides are 1 to 512 px, at once: for 64 × 64 pixels sharp takes several times as long, most of it on the
 * way to its threads and back. Red and blue are written as their differences from green, each pixel as its difference from the one
 * above, with a prefix code a channel; there are no copies and no cache of colours. (RFC 9649, section 3)
 */
export function writeWebp({ width, height, data }: Rgb): Buffer {
  const bits = new Bits(4096 + 2 * data.length);
  bits.add(0x2f, 8);
  bits.add(width - 1, 14);
  bits.add(height - 1, 14);
  // No alpha, version 0.
  bits.add(0, 4);
  addTransforms(bits);
  // No cache of colours, and the same codes in all the picture.
  bits.add(0, 2);
  const residues = residuesOf({ width, height, data });
  const codes = [greens, 256, 256].map((symbols, channel) => prefixCode(countsOf(residues, channel, symbols)));
  for (const [channel, code] of codes.entries()) addCode(bits, code, residues[channel]!);
  // Alpha, which is as predicted, and distances of copies.
  addLoneSymbol(bits, 0);
  addLoneSymbol(bits, 0);
  const [green, red, blue] = codes as [PrefixCode, PrefixCode, PrefixCode];
  for (let i = 0; i < residues.length; i += 3) {
    addSymbol(bits, green, residues[i]!);
    addSymbol(bits, red, residues[i + 1]!);
    addSymbol(bits, blue, residues[i + 2]!);
  }
  return inFile(bits.bytes());
}

/** What the predictions leave of green, red and blue, modulo 256. */
function residuesOf({ width, data }: Rgb): Uint8Array {
  const residues = new Uint8Array(data.length);
  const row = 3 * width;
  for (let i = 0; i < data.length; i += 3) {
    // In the first row the pixel before is taken instead, for the first black.
    const from = i < row ? i - 3 : i - row;
    const green = i === 0 ? 0 : data[from + 1]!;
    const red = i === 0 ? 0 : data[from]! - green;
    const blue = i === 0 ? 0 : data[from + 2]! - green;
    residues[i] = data[i + 1]! - green;
    residues[i + 1] = data[i]! - data[i + 1]! - red;
    residues[i + 2] = data[i + 2]! - data[i + 1]! - blue;
  }
  return residues;
}

function countsOf(residues: Uint8Array, channel: number, symbols: number): Uint32Array {
  const counts = new Uint32Array(symbols);
  for (let i = channel; i < residues.length; i += 3) counts[residues[i]!]!++;
  return counts;
}

/** Transforms in the order in which they are made. */
function addTransforms(bits: Bits): void {
  bits.add(1, 1);
  bits.add(subtractGreen, 2);
  bits.add(1, 1);
  bits.add(predictor, 2);
  // One prediction for squares of 2^(7 + 2) pixels: a picture of predictions in its green, without cache, whose symbols are all the same.
  bits.add(7, 3);
  bits.add(0, 1);
  addLoneSymbol(bits, above);
  for (let code = 1; code < 5; code++) addLoneSymbol(bits, 0);
  bits.add(0, 1);
}

/** A code of one symbol, below 256, whose word has no bits. */
function addLoneSymbol(bits: Bits, symbol: number): void {
  bits.add(0b101, 3);
  bits.add(symbol, 8);
}

/** A code, as the lengths of its words; `some`: a symbol that it has. */
function addCode(bits: Bits, { lengths }: PrefixCode, some: number): void {
  if (lengths[some] === 0) {
    addLoneSymbol(bits, some);
    return;
  }
  const counts = new Uint32Array(lengthOrder.length);
  for (const length of lengths) counts[length]!++;
  const ofLengths = prefixCode(counts, longestOfLengths);
  bits.add(0, 1);
  bits.add(lengthOrder.length - 4, 4);
  // A length that is alone has one that is written, and a word without bits.
  for (const length of lengthOrder)
    bits.add(ofLengths.lengths[length]! || Number(counts[length] === lengths.length), 3);
  // All symbols follow.
  bits.add(0, 1);
  for (const length of lengths) addSymbol(bits, ofLengths, length);
}

function addSymbol(bits: Bits, { lengths, words }: PrefixCode, symbol: number): void {
  bits.add(words[symbol]!, lengths[symbol]!);
}

/** Bits one after the other, the lowest first. */
class Bits {
  readonly #bytes: Buffer;
  #length = 0;
  #pending = 0;
  #count = 0;

  constructor(most: number) {
    this.#bytes = Buffer.allocUnsafe(most);
  }

  /** At most 16 bits. */
  add(value: number, count: number): void {
    this.#pending |= value << this.#count;
    this.#count += count;
    while (this.#count >= 8) {
      this.#bytes[this.#length++] = this.#pending & 0xff;
      this.#pending >>>= 8;
      this.#count -= 8;
    }
  }

  bytes(): Buffer {
    if (this.#count > 0) this.add(0, 8 - this.#count);
    return this.#bytes.subarray(0, this.#length);
  }
}

/** The file with that lossless picture. */
function inFile(picture: Buffer): Buffer {
  // Chunks have an even length.
  const file = Buffer.alloc(20 + picture.length + (picture.length % 2));
  file.write("RIFF", 0, "latin1");
  file.writeUInt32LE(file.length - 8, 4);
  file.write("WEBPVP8L", 8, "latin1");
  file.writeUInt32LE(picture.length, 16);
  picture.copy(file, 20);
  return file;
}
