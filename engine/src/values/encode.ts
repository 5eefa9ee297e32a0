import { utf8 } from "./utf8.ts";
import type { Value } from "./value.ts";

// Canonical bytes of a value: a header, then one tag for each value. Records have their keys sorted by UTF-16 code unit;
// numbers are float64 and typed arrays are raw, all little-endian, like every platform that Node or a browser runs on.

const header = utf8("clipwork-value/1\n");
const tag = {
  null: 0,
  false: 1,
  true: 2,
  number: 3,
  text: 4,
  float32: 5,
  int32: 6,
  uint8: 7,
  list: 8,
  record: 9,
} as const;
/** Levels of lists and records inside each other. */
export const maxDepth = 64;
const encoder = new TextEncoder();

/**
 * The value as bytes; equal values have equal bytes. Throws on anything that is not a Value, such as a function or
 * undefined.
 */
export function encodeValue(value: Value): Uint8Array {
  const bytes = new Uint8Array(header.length + measure(value, 0));
  bytes.set(header);
  write(value, { bytes, at: header.length });
  return bytes;
}

/** Size in bytes. */
function measure(value: Value, depth: number): number {
  if (depth > maxDepth) throw new TypeError(`a value is nested deeper than ${maxDepth} levels`);
  if (value === null || typeof value === "boolean") return 1;
  if (typeof value === "number") return 9;
  if (typeof value === "string") return 5 + measureText(value);
  if (typeof value !== "object") throw new TypeError(`a ${typeof value} is not a value that can be kept`);
  if (value instanceof Float32Array || value instanceof Int32Array || value instanceof Uint8Array)
    return 5 + value.byteLength;
  let size = 5;
  if (Array.isArray(value)) {
    for (const item of value as readonly Value[]) size += measure(item, depth + 1);
    return size;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`a ${value.constructor?.name ?? "class instance"} is not a value that can be kept`);
  const record = value as { readonly [key: string]: Value };
  for (const key of Object.keys(record)) size += 4 + measureText(key) + measure(record[key]!, depth + 1);
  return size;
}

/** Length in UTF-8. */
function measureText(text: string): number {
  if (!text.isWellFormed()) throw new TypeError("a text holds half a character (a lone surrogate)");
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Counted one by one, at three bytes each, the two halves of a surrogate pair would be two bytes too many.
    if (unit >= 0x80) length += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return length;
}

/** Small byte arrays are cheap as long as nobody asks for their buffer, as a DataView does. */
type Writer = { readonly bytes: Uint8Array; at: number };

const float64 = new DataView(new ArrayBuffer(8));

function write(value: Value, out: Writer): void {
  if (value === null) out.bytes[out.at++] = tag.null;
  else if (typeof value === "boolean") out.bytes[out.at++] = value ? tag.true : tag.false;
  else if (typeof value === "number") {
    out.bytes[out.at++] = tag.number;
    float64.setFloat64(0, value, true);
    for (let i = 0; i < 8; i++) out.bytes[out.at++] = float64.getUint8(i);
  } else if (typeof value === "string") {
    out.bytes[out.at++] = tag.text;
    writeText(value, out);
  } else if (value instanceof Float32Array) writeArray(tag.float32, value, out);
  else if (value instanceof Int32Array) writeArray(tag.int32, value, out);
  else if (value instanceof Uint8Array) writeArray(tag.uint8, value, out);
  else if (Array.isArray(value)) {
    writeCount(tag.list, value.length, out);
    for (const item of value as readonly Value[]) write(item, out);
  } else {
    const record = value as { readonly [key: string]: Value };
    const keys = Object.keys(record).sort();
    writeCount(tag.record, keys.length, out);
    for (const key of keys) {
      writeText(key, out);
      write(record[key]!, out);
    }
  }
}

function writeCount(kind: number, count: number, out: Writer): void {
  out.bytes[out.at++] = kind;
  writeUint32(count, out);
}

function writeUint32(number: number, out: Writer): void {
  for (let shift = 0; shift < 32; shift += 8) out.bytes[out.at++] = number >>> shift;
}

/** Texts up to this length are written here: the encoder's fixed cost equals that of a hundred characters. */
const shortText = 64;

function writeText(text: string, out: Writer): void {
  const start = out.at + 4;
  let length = 0;
  if (text.length <= shortText) {
    for (; length < text.length; length++) {
      const unit = text.charCodeAt(length);
      if (unit >= 0x80) break;
      out.bytes[start + length] = unit;
    }
  }
  if (length < text.length) length = encoder.encodeInto(text, out.bytes.subarray(start)).written;
  writeUint32(length, out);
  out.at = start + length;
}

function writeArray(kind: number, array: Float32Array | Int32Array | Uint8Array, out: Writer): void {
  writeCount(kind, array.length, out);
  out.bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), out.at);
  out.at += array.byteLength;
}

/** The value that `encodeValue` made the bytes from, sharing no memory with them. Throws on anything else. */
export function decodeValue(bytes: Uint8Array): Value {
  const reader: Reader = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at: 0 };
  const start = take(reader, header.length);
  if (header.some((byte, i) => bytes[start + i] !== byte)) throw damaged("it does not start like a value");
  const value = read(reader, 0);
  if (reader.at !== bytes.length) throw damaged(`${bytes.length - reader.at} bytes follow the value`);
  return value;
}

type Reader = { readonly bytes: Uint8Array; readonly view: DataView; at: number };

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function read(reader: Reader, depth: number): Value {
  if (depth > maxDepth) throw damaged("it is nested too deep");
  const kind = reader.bytes[take(reader, 1)]!;
  switch (kind) {
    case tag.null:
      return null;
    case tag.false:
      return false;
    case tag.true:
      return true;
    case tag.number:
      return reader.view.getFloat64(take(reader, 8), true);
    case tag.text:
      return readText(reader);
    case tag.float32:
      return new Float32Array(readArray(reader, 4));
    case tag.int32:
      return new Int32Array(readArray(reader, 4));
    case tag.uint8:
      return new Uint8Array(readArray(reader, 1));
    case tag.list: {
      const items: Value[] = [];
      for (let left = readCount(reader); left > 0; left--) items.push(read(reader, depth + 1));
      return items;
    }
    case tag.record:
      return readRecord(reader, depth);
    default:
      throw damaged(`it has the unknown tag ${kind}`);
  }
}

function readRecord(reader: Reader, depth: number): Value {
  const entries: [string, Value][] = [];
  let last: string | undefined;
  for (let left = readCount(reader); left > 0; left--) {
    const key = readText(reader);
    if (last !== undefined && key <= last) throw damaged("its keys are not in order");
    entries.push([key, read(reader, depth + 1)]);
    last = key;
  }
  // fromEntries defines each field, so that a field called __proto__ is a field like any other.
  return Object.fromEntries(entries);
}

function readText(reader: Reader): string {
  const length = reader.view.getUint32(take(reader, 4), true);
  const start = take(reader, length);
  try {
    return decoder.decode(reader.bytes.subarray(start, start + length));
  } catch {
    throw damaged("it holds text that is not UTF-8");
  }
}

/** A number of items, each of which takes at least one byte. */
function readCount(reader: Reader): number {
  const count = reader.view.getUint32(take(reader, 4), true);
  if (count > reader.bytes.length - reader.at) throw damaged(`it promises ${count} items and is too short`);
  return count;
}

function readArray(reader: Reader, width: number): ArrayBuffer {
  const length = reader.view.getUint32(take(reader, 4), true) * width;
  const start = take(reader, length);
  const copy = new Uint8Array(length);
  copy.set(reader.bytes.subarray(start, start + length));
  return copy.buffer;
}

/** Advances by `length` bytes and returns where they begin. */
function take(reader: Reader, length: number): number {
  const start = reader.at;
  if (length > reader.bytes.length - start) throw damaged(`it ends after ${reader.bytes.length} bytes`);
  reader.at += length;
  return start;
}

function damaged(reason: string): Error {
  return new Error(`These bytes are not a value: ${reason}.`);
}
