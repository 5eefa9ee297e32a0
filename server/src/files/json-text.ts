/** JSON that stays text on its way through the server: a reply may hold a document that nobody needs to read there. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The object with more fields, whose values are already JSON text. */
  static of(fields: object, more: { readonly [name: string]: string }): JsonText {
    const rest = JSON.stringify(fields).slice(1);
    const first = Object.entries(more).map(([name, text]) => `${JSON.stringify(name)}:${text}`);
    return new JsonText(`{${[...first, ...(rest === "}" ? [] : [rest.slice(0, -1)])].join(",")}}`);
  }
}
