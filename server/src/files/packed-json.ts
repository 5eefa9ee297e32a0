import { promisify } from "node:util";
import { constants, gunzip, gunzipSync, gzipSync } from "node:zlib";

/**
 * JSON text, gzipped. So a server keeps documents and passes them on: one of 8 MB takes half a megabyte, and only the threads that
 * check documents read it. Equal texts are packed to equal bytes.
 */
export type PackedJson = Uint8Array;

export function packJson(text: string): PackedJson {
  return new Uint8Array(gzipSync(text, { level: constants.Z_BEST_SPEED }));
}

/** The text, at once: for small ones, and for threads that may take their time. */
export function unpackJson(packed: PackedJson): string {
  return gunzipSync(packed).toString();
}

const unzip = promisify<PackedJson, { readonly chunkSize: number }, Uint8Array>(gunzip);
/** The smallest piece that zlib unpacks to. */
const minChunk = 64;

/** The text in UTF-8, unpacked beside the thread that asks, and in one piece. */
export function unpackBytes(packed: PackedJson): Promise<Uint8Array> {
  return unzip(packed, { chunkSize: Math.max(minChunk, unpackedSize(packed) + 1) });
}

/** How many bytes the text has, without unpacking it: gzip says so in the last four bytes (RFC 1952). */
export function unpackedSize({ buffer, byteOffset, byteLength }: PackedJson): number {
  return new DataView(buffer, byteOffset + byteLength - 4).getUint32(0, true);
}
