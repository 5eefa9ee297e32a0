/** What `JSON.parse` would lose silently, or spend much memory on. */
export type Oddity = { readonly repeated: string } | { readonly depth: number };

/**
 * A key that one object of a JSON text has twice, or that the text nests deeper than `mostDepth`; undefined if neither is so. In a text
 * that is no JSON it may find anything, but ends.
 */
export function findOddity(text: string, mostDepth: number): Oddity | undefined {
  /** The keys of each object that is open, and undefined for each list. */
  const open: (Set<string> | undefined)[] = [];
  const colon = /\s*:/y;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === "{" || sign === "[") {
      open.push(sign === "{" ? new Set() : undefined);
      if (open.length > mostDepth) return { depth: open.length };
    } else if (sign === "}" || sign === "]") open.pop();
    else if (sign === '"') {
      const end = endOfString(text, at);
      colon.lastIndex = end;
      if (colon.test(text)) {
        const key = readString(text.slice(at, end));
        const keys = open.at(-1);
        if (keys?.has(key)) return { repeated: key };
        keys?.add(key);
      }
      at = end - 1;
    }
  }
  return undefined;
}

/** The place after the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** The string that the text stands for, or the text itself if it is none. */
function readString(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
