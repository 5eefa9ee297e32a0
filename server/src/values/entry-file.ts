import { hash } from "node:crypto";

// An entry's file: "CLPW2" and three NULs, how long it took to compute in milliseconds and the store's clock at its last
// use (float64, little-endian), the SHA-256 of the content, the content.

const magic = Buffer.from("CLPW2\0\0\0");
/** Offset of the clock of the last use. */
export const sinceAt = magic.length + 8;
const digestAt = sinceAt + 8;
export const headBytes = digestAt + 32;

/** What a file says of its entry before the content. */
export type EntryHead = {
  /** How long it took to compute, in milliseconds. */
  readonly cost: number;
  /** The store's clock when it was last used. */
  readonly since: number;
  /** The content's SHA-256 in hexadecimal. */
  readonly digest: string;
};

/** The head of the file that will hold that content. */
export function writeHead(content: Uint8Array, { cost, since }: Omit<EntryHead, "digest">): Buffer {
  const head = Buffer.alloc(headBytes);
  magic.copy(head);
  head.writeDoubleLE(cost, magic.length);
  head.writeDoubleLE(since, sinceAt);
  hash("sha256", content, "buffer").copy(head, digestAt);
  return head;
}

/** The head at the beginning of a file, or undefined if there is none. A field that is not a valid number counts as 0. */
export function readHead(file: Uint8Array): EntryHead | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, Math.min(file.byteLength, headBytes));
  if (bytes.length < headBytes || !bytes.subarray(0, magic.length).equals(magic)) return undefined;
  const number = (at: number) => Math.max(0, Number.isFinite(bytes.readDoubleLE(at)) ? bytes.readDoubleLE(at) : 0);
  return { cost: number(magic.length), since: number(sinceAt), digest: bytes.toString("hex", digestAt) };
}

/** The content of a whole file, or undefined if it is not what was written. */
export function contentOf(file: Uint8Array): Uint8Array | undefined {
  const content = file.subarray(headBytes);
  return readHead(file)?.digest === hash("sha256", content) ? content : undefined;
}
