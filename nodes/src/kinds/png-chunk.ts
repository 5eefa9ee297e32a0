// How files of the PNG format (ISO/IEC 15948) are put together. It loads nothing else, so that whoever only adds to a file may use it.
import { crc32 } from "node:zlib";

/** What every PNG file begins with. */
export const pngSignature: Buffer = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A chunk: the length of its data, its name of four letters, the data, and the checksum of name and data. */
export function pngChunk(name: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(name, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8);
  return bytes;
}
