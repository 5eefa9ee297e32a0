import type { Readable } from "node:stream";

// The format of POSIX.1-1988 (ustar): for each file a head of 512 bytes, its bytes, and zeroes up to the next 512; two empty heads at
// the end. Any program that knows tar reads it.

/** All is written in blocks of so many bytes. */
export const block = 512;
/** A size has eleven octal digits. */
export const largestEntry = 8 ** 11 - 1;
/** Bytes of a name without folders beside it. */
const longestName = 100;

/** Fields of a head: where they begin and how many bytes they have. */
const fields = { name: [0, 100], mode: [100, 8], size: [124, 12], time: [136, 12], sum: [148, 8] } as const;
const typeAt = 156;
const magicAt = 257;
/** The type of an ordinary file. */
const plainFile = "0";

/** What stands in front of a file. */
export type Head = { readonly name: string; readonly size: number };

/** That bytes are no archive, or not a whole one. */
export class BadArchive extends Error {}

/** The head of a file; `time` in milliseconds. Throws BadArchive for what has no place in one. */
export function writeTarHead({ name, size }: Head, time: number): Buffer {
  if (Buffer.byteLength(name) > longestName || size > largestEntry)
    throw new BadArchive(`${name} (${size} bytes) does not fit into an archive`);
  const head = Buffer.alloc(block);
  const octal = ([at, length]: readonly [number, number], value: number) =>
    head.write(value.toString(8).padStart(length - 1, "0"), at, "latin1");
  head.write(name, fields.name[0]);
  octal(fields.mode, 0o600);
  octal(fields.size, size);
  octal(fields.time, Math.floor(time / 1000));
  head.write(plainFile, typeAt);
  head.write("ustar\x0000", magicAt, "latin1");
  octal(fields.sum, sumOf(head));
  return head;
}

/** The zeroes behind a file of that size. */
export function padding(size: number): Buffer {
  return Buffer.alloc((block - (size % block)) % block);
}

/** What ends an archive. */
export const tarEnd: Buffer = Buffer.alloc(2 * block);

/** What a head says; undefined for an empty one, which ends an archive. Throws BadArchive. */
export function readTarHead(head: Buffer): Head | undefined {
  if (head.every((byte) => byte === 0)) return undefined;
  const text = ([at, length]: readonly [number, number]) =>
    head
      .toString("utf8", at, at + length)
      .replace(/\0.*$/s, "")
      .trim();
  const number = (field: readonly [number, number]) =>
    /^[0-7]{1,11}$/.test(text(field)) ? Number.parseInt(text(field), 8) : Number.NaN;
  if (number(fields.sum) !== sumOf(head)) throw new BadArchive("it is no archive, or damaged");
  const size = number(fields.size);
  if (head.toString("latin1", typeAt, typeAt + 1) !== plainFile || !Number.isSafeInteger(size))
    throw new BadArchive(`it has something else than a file: ${text(fields.name)}`);
  return { name: text(fields.name), size };
}

/** The sum of a head's bytes, its own field counted as spaces. */
function sumOf(head: Buffer): number {
  const [at, length] = fields.sum;
  return head.reduce((sum, byte, i) => sum + (i >= at && i < at + length ? 32 : byte), 0);
}

/** Takes bytes from a stream, so many at a time. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** The next bytes, in pieces, exactly so many. Throws BadArchive if there are fewer. */
  async *take(count: number): AsyncGenerator<Buffer, void, void> {
    for (let left = count; left > 0; ) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next();
        if (next.done) throw new BadArchive("it breaks off");
        this.#rest = next.value;
      }
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
}
