import { utf8 } from "../values/utf8.ts";
import type { Value } from "../values/value.ts";

/** Any value as JSON in UTF-8, on one line: tensors as lists of their numbers, and null for a number that is not finite. */
export function writeJson(value: Value): Uint8Array {
  const plain = (_: string, part: unknown) => (ArrayBuffer.isView(part) ? Array.from(part as Float32Array) : part);
  return utf8(`${JSON.stringify(value, plain)}\n`);
}
