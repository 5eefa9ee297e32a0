import { utf8 } from "@clipwork/engine";
/** A file in an archive; its name is at most 100 ASCII characters. */
export type TarEntry = { readonly name: string; readonly bytes: Uint8Array };

const block = 512;
const maxBytes = 8 ** 11 - 1;

/**
 * A tar archive in the format ustar (POSIX.1-1988): a header block and the padded bytes of each file in their order, then two empty blocks.
 * Files are readable by all and date from 1970, so that the same entries make the same bytes. Throws for a name or a size that ustar
 * cannot hold.
 */
export function writeTar(entries: readonly TarEntry[]): Uint8Array {
  const padded = (length: number) => Math.ceil(length / block) * block;
  const length = entries.reduce((sum, { bytes }) => sum + block + padded(bytes.length), 2 * block);
  const archive = new Uint8Array(length);
  let at = 0;
  for (const { name, bytes } of entries) {
    archive.set(headerOf(name, bytes.length), at);
    archive.set(bytes, at + block);
    at += block + padded(bytes.length);
  }
  return archive;
}

function headerOf(name: string, size: number): Uint8Array {
  if (!/^[\x20-\x7e]{1,100}$/.test(name) || size > maxBytes)
    throw new Error(`ustar cannot hold "${name}" of ${size} bytes.`);
  const header = new Uint8Array(block);
  const put = (at: number, text: string) => header.set(utf8(text), at);
  const octal = (at: number, width: number, value: number) =>
    put(at, `${value.toString(8).padStart(width - 1, "0")}\0`);
  put(0, name);
  octal(100, 8, 0o644);
  octal(108, 8, 0);
  octal(116, 8, 0);
  octal(124, 12, size);
  octal(136, 12, 0);
  // The sum is taken with its own field as spaces.
  put(148, " ".repeat(8));
  put(156, "0");
  put(257, "ustar\x0000");
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return header;
}
