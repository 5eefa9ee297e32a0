import { crc32, deflateSync, inflateSync } from "node:zlib";
import { pngChunk, pngSignature as signature } from "@clipwork/nodes/png-chunk";

/** Signature (8) and the IHDR chunk (4 + 4 + 13 + 4), which the format puts first. */
const afterHeader = 33;
/** No workflow comes near this; a text that inflates further is an attack. */
const maxText = 16 * 1024 * 1024;

/** Whether the bytes begin as a PNG file does. */
export function isPng(bytes: Uint8Array): boolean {
  return signature.equals(bytes.subarray(0, signature.length));
}

/**
 * The file with one more text: a compressed iTXt chunk before the pixels, where readers look for it. The keyword is 1 to 79
 * printable ASCII characters, as the PNG specification requires (it allows Latin-1).
 */
export function insertText(png: Uint8Array, keyword: string, text: string): Buffer {
  if (!isPng(png)) throw new Error("not a PNG file");
  if (!/^[\x21-\x7e]([\x20-\x7e]{0,77}[\x21-\x7e])?$/.test(keyword)) throw new Error(`not a PNG keyword: ${keyword}`);
  // Keyword, NUL, compressed, method deflate, empty language NUL, empty translated keyword NUL, the text.
  const data = Buffer.concat([Buffer.from(`${keyword}\0\x01\0\0\0`, "latin1"), deflateSync(Buffer.from(text))]);
  return Buffer.concat([png.subarray(0, afterHeader), pngChunk("iTXt", data), png.subarray(afterHeader)]);
}

/**
 * The text of that keyword, or undefined if the file has none. Throws a sentence if the chunk is damaged, too long, or of
 * another kind of text than `insertText` writes, and if the file ends before it is certain that there is none.
 */
export function readText(png: Uint8Array, keyword: string): string | undefined {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const wanted = Buffer.from(`${keyword}\0`, "latin1");
  for (let at = signature.length; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at);
    const name = bytes.toString("latin1", at + 4, at + 8);
    if (name === "IEND") return undefined;
    if (end > bytes.length) break;
    const data = bytes.subarray(at + 8, end - 4);
    if (name === "iTXt" && data.subarray(0, wanted.length).equals(wanted)) {
      if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) {
        throw new Error(`Its text "${keyword}" is damaged: the checksum does not match.`);
      }
      return decodeText(data.subarray(wanted.length), keyword);
    }
    at = end;
  }
  throw new Error("The file is cut off: it ends before its last chunk does.");
}

/** The rest of an iTXt chunk after its keyword: flags, language, translated keyword, text. */
function decodeText(rest: Buffer, keyword: string): string {
  const language = rest.indexOf(0, 2);
  const translated = rest.indexOf(0, language + 1);
  if (language < 0 || translated < 0) throw new Error(`Its text "${keyword}" is damaged: it ends too early.`);
  const text = rest.subarray(translated + 1);
  const inflated = rest[0] === 0 ? text : inflate(text, keyword);
  if (inflated.length > maxText) throw tooLong(keyword);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(inflated);
  } catch {
    throw new Error(`Its text "${keyword}" is damaged: it is not UTF-8.`);
  }
}

function inflate(text: Buffer, keyword: string): Buffer {
  try {
    return inflateSync(text, { maxOutputLength: maxText });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLong(keyword);
    throw new Error(`Its text "${keyword}" is damaged: it does not inflate.`);
  }
}

function tooLong(keyword: string): Error {
  return new Error(`Its text "${keyword}" is longer than ${maxText / 1024 / 1024} MB.`);
}
