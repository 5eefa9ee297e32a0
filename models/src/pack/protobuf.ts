/** One field of a protobuf message (https://protobuf.dev/programming-guides/encoding/). */
export type Field = {
  readonly number: number;
  /** The value of a varint; 0 for other kinds. */
  readonly value: number;
  /** The content of a field with a length; empty for other kinds. */
  readonly content: Uint8Array;
  /** The field as it stands in its message, with its tag. */
  readonly whole: Uint8Array;
};

/** The fields of a message, in order. Throws RangeError if the bytes are no message. */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  for (let at = 0; at < message.length; ) {
    const start = at;
    const varint = () => {
      let value = 0;
      for (let i = 0; i < 10; i++) {
        const byte = message[at++];
        if (byte === undefined) break;
        value += (byte & 0x7f) * 2 ** (7 * i);
        if (byte < 0x80) return value;
      }
      throw new RangeError("a number does not end");
    };
    const tag = varint();
    const [number, kind] = [Math.floor(tag / 8), tag % 8];
    const value = kind === 0 ? varint() : 0;
    const length = kind === 2 ? varint() : ({ 0: 0, 1: 8, 5: 4 }[kind] ?? Infinity);
    if (at + length > message.length) throw new RangeError("a field is longer than its message");
    const content = kind === 2 ? message.subarray(at, at + length) : new Uint8Array();
    at += length;
    yield { number, value, content, whole: message.subarray(start, at) };
  }
}

/** The bytes of a field that holds a whole number from 0. */
export function numberField(number: number, value: number): Uint8Array {
  return Uint8Array.from([...varintOf(number * 8), ...varintOf(value)]);
}

/** The bytes of a field that holds text or a message, in as many parts as it comes. */
export function bytesField(number: number, ...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const content = parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part));
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Uint8Array.from([...varintOf(number * 8 + 2), ...varintOf(length)]), ...content]);
}

function varintOf(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varintOf(Math.floor(value / 128))];
}
