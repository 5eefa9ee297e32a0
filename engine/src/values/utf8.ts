const encoder = new TextEncoder();

/** A text in UTF-8; what is half of a surrogate pair becomes U+FFFD. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}
