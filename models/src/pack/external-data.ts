import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { PackError } from "../fields/pack-error.ts";

/** Fields of ONNX's protobuf messages that lead to tensors: field number to message. */
const fields: Record<string, Record<number, string>> = {
  model: { 7: "graph", 25: "function" },
  graph: { 1: "node", 5: "tensor", 15: "sparse" },
  function: { 7: "node" },
  node: { 5: "attribute" },
  attribute: { 5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse" },
  sparse: { 1: "tensor", 2: "tensor" },
  tensor: { 13: "entry" },
};

const window = 4096;

/**
 * Reads a file at any offset through one small window, so that gigabytes of weights are skipped, not read. Reads are
 * synchronous: a promise for each of a model's hundred thousand numbers would take ten times as long as reading them.
 */
class Reader {
  readonly #file: number;
  readonly size: number;
  #start = 0;
  #bytes = Buffer.alloc(0);

  constructor(file: number) {
    this.#file = file;
    this.size = fstatSync(file).size;
  }

  bytes(at: number, length: number): Buffer {
    if (at < 0 || at + length > this.size) throw new RangeError("the file ends early");
    if (at < this.#start || at + length > this.#start + this.#bytes.length) {
      const bytes = Buffer.alloc(Math.max(length, Math.min(window, this.size - at)));
      readSync(this.#file, bytes, 0, bytes.length, at);
      this.#start = at;
      this.#bytes = bytes;
    }
    return this.#bytes.subarray(at - this.#start, at - this.#start + length);
  }

  /** A varint and the offset after it. */
  varint(at: number): [value: number, next: number] {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      const byte = this.bytes(at + i, 1)[0]!;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return [value, at + i + 1];
    }
    throw new RangeError("a number is too long");
  }
}

/**
 * The names of the files from which an ONNX model takes weights, as the model states them. Throws PackError if the file is
 * not a protobuf message.
 */
export function externalDataOf(path: string): Set<string> {
  const file = openSync(path, "r");
  const found = new Set<string>();
  try {
    const reader = new Reader(file);
    walk(reader, "model", 0, reader.size, 0, found);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PackError(`${path} is not an ONNX model: ${error.message}.`, "Export the pack again.");
  } finally {
    closeSync(file);
  }
  return found;
}

function walk(reader: Reader, message: string, from: number, to: number, depth: number, found: Set<string>) {
  if (depth > 100) throw new RangeError("its graphs are nested too deeply");
  const texts: Record<number, string> = {};
  for (let at = from; at < to; ) {
    const [tag, start] = reader.varint(at);
    const wire = tag % 8;
    const field = Math.floor(tag / 8);
    if (wire === 0) at = reader.varint(start)[1];
    else if (wire === 1) at = start + 8;
    else if (wire === 5) at = start + 4;
    else if (wire === 2) {
      const [length, content] = reader.varint(start);
      at = content + length;
      if (at > to) throw new RangeError("a field is longer than its message");
      const inner = fields[message]?.[field];
      if (inner) walk(reader, inner, content, at, depth + 1, found);
      else if (message === "entry") texts[field] = reader.bytes(content, Math.min(length, 4096)).toString("utf8");
    } else throw new RangeError("a field has an unknown kind");
  }
  if (message === "entry" && texts[1] === "location") found.add(texts[2] ?? "");
}
