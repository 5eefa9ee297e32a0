import { type FileHandle, open } from "node:fs/promises";
import { PackError } from "./pack-error.ts";

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

/** Reads a file at any offset, through one small window, so that weights of gigabytes are skipped, not read. */
class Reader {
  readonly #file: FileHandle;
  readonly size: number;
  #start = 0;
  #bytes = Buffer.alloc(0);

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  async bytes(at: number, length: number): Promise<Buffer> {
    if (at < 0 || at + length > this.size) throw new RangeError("the file ends early");
    if (at < this.#start || at + length > this.#start + this.#bytes.length) {
      const bytes = Buffer.alloc(Math.max(length, Math.min(window, this.size - at)));
      await this.#file.read(bytes, 0, bytes.length, at);
      this.#start = at;
      this.#bytes = bytes;
    }
    return this.#bytes.subarray(at - this.#start, at - this.#start + length);
  }

  /** A varint and the offset after it. */
  async varint(at: number): Promise<[value: number, next: number]> {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      const byte = (await this.bytes(at + i, 1))[0]!;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return [value, at + i + 1];
    }
    throw new RangeError("a number is too long");
  }
}

/**
 * The names of the files from which an ONNX model takes weights, as they stand in the model. Throws PackError where the
 * file is not a protobuf message.
 */
export async function externalDataOf(path: string): Promise<Set<string>> {
  const file = await open(path);
  const found = new Set<string>();
  try {
    const reader = new Reader(file, (await file.stat()).size);
    await walk(reader, "model", 0, reader.size, 0, found);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PackError(`${path} is not an ONNX model: ${error.message}.`, "Export the pack again.");
  } finally {
    await file.close();
  }
  return found;
}

async function walk(reader: Reader, message: string, from: number, to: number, depth: number, found: Set<string>) {
  if (depth > 100) throw new RangeError("its graphs are nested too deeply");
  const texts: Record<number, string> = {};
  for (let at = from; at < to; ) {
    const [tag, start] = await reader.varint(at);
    const wire = tag % 8;
    const field = Math.floor(tag / 8);
    if (wire === 0) at = (await reader.varint(start))[1];
    else if (wire === 1) at = start + 8;
    else if (wire === 5) at = start + 4;
    else if (wire === 2) {
      const [length, content] = await reader.varint(start);
      at = content + length;
      if (at > to) throw new RangeError("a field is longer than its message");
      const inner = fields[message]?.[field];
      if (inner) await walk(reader, inner, content, at, depth + 1, found);
      else if (message === "entry")
        texts[field] = (await reader.bytes(content, Math.min(length, 4096))).toString("utf8");
    } else throw new RangeError("a field has an unknown kind");
  }
  if (message === "entry" && texts[1] === "location") found.add(texts[2] ?? "");
}
