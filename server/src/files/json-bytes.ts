/** JSON as bytes on its way through the server: a reply may hold a document that nobody needs to read there. */
export class JsonBytes {
  /** Its pieces, in order: a large one is never copied into one. */
  readonly parts: readonly Uint8Array[];

  constructor(parts: readonly Uint8Array[]) {
    this.parts = parts;
  }

  /** The object with more fields, whose values are JSON in UTF-8 already. */
  static of(fields: object, more: { readonly [name: string]: Uint8Array }): JsonBytes {
    const rest = JSON.stringify(fields).slice(1);
    const parts: Uint8Array[] = [];
    const add = (text: string) => parts.push(Buffer.from(text));
    let before = "{";
    for (const [name, value] of Object.entries(more)) {
      add(`${before}${JSON.stringify(name)}:`);
      parts.push(value);
      before = ",";
    }
    add(rest === "}" && before === "," ? rest : before + rest);
    return new JsonBytes(parts);
  }

  get byteLength(): number {
    return this.parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  toString(): string {
    return Buffer.concat(this.parts).toString();
  }
}
