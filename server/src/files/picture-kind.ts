import { open } from "node:fs/promises";

/** The first bytes of each kind of picture that people may upload, "?" for any byte. No other bytes of theirs are kept or decoded. */
const kinds: readonly (readonly [string, string])[] = [
  ["image/png", "\x89PNG\r\n\x1a\n"],
  ["image/webp", "RIFF????WEBP"],
  ["image/jpeg", "\xff\xd8\xff"],
  ["image/gif", "GIF8"],
  ["image/tiff", "II*\0"],
  ["image/tiff", "MM\0*"],
];

/** How a NumPy file begins. Its reader, beside the node types, is not asked: whoever only looks at files does without all of them. */
const array = "\x93NUMPY";

/** The media types of the pictures that are kept. */
export const pictureTypes: readonly string[] = [...new Set(kinds.map(([type]) => type))];

/** How many bytes at its start say what kind a picture is. */
export const kindBytes = 16;

/** The media type of a picture by its first bytes; undefined if it is not of a kind that is kept. */
export function kindOfBytes(begins: Buffer): string | undefined {
  const start = begins.toString("latin1", 0, kindBytes);
  return kinds.find(([, begin]) => [...begin].every((one, i) => one === "?" || one === start[i]))?.[0];
}

/** The first bytes of a file, at most so many; none if it does not exist. */
export async function readStart(path: string, most = 256): Promise<Buffer> {
  const file = await open(path).catch(() => undefined);
  if (!file) return Buffer.alloc(0);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The media type of a picture, or "array", by a file's first bytes, whatever its name; undefined if it is none of them, or does not exist. */
export async function fileKind(path: string): Promise<string | undefined> {
  const begins = await readStart(path, kindBytes);
  return begins.toString("latin1", 0, array.length) === array ? "array" : kindOfBytes(begins);
}
