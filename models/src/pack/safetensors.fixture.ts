/** A safetensors file: the header as JSON behind its length, and then the numbers as given. */
export function safetensors(header: unknown, numbers: Uint8Array = new Uint8Array()): Uint8Array {
  return withHeader(new TextEncoder().encode(JSON.stringify(header)), numbers);
}

/** The same with any bytes for a header. */
export function withHeader(header: Uint8Array, numbers: Uint8Array = new Uint8Array()): Uint8Array {
  const bytes = new Uint8Array(8 + header.length + numbers.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  bytes.set(numbers, 8 + header.length);
  return bytes;
}

/** The bytes of numbers. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
