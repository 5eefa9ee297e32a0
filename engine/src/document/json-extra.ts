/** What stands in a text that other formats allow and JSON does not. */
export type Extra = { readonly at: number; readonly remedy: string };

/**
 * The first comment or surplus comma of a text that is no JSON, by its position in the text, and what to do about it; undefined if there
 * is none outside quotation marks.
 */
export function findExtra(text: string): Extra | undefined {
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') at = lastOfText(text, at);
    else if (sign === "/" && (text[at + 1] === "/" || text[at + 1] === "*"))
      return { at, remedy: 'JSON has no comments: remove it, or keep the text in "meta".' };
    else if (sign === ",") {
      afterComma.lastIndex = at;
      if (afterComma.test(text)) return { at, remedy: "This comma is one too many: remove it." };
    }
  }
  return undefined;
}

/** Another comma, the end of the list or object, or the end of the text. */
const afterComma = /,[ \t\r\n]*(?:[,\]}]|$)/y;

/** The position of the quotation mark that ends the text in quotation marks, or of the last character. */
function lastOfText(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}
