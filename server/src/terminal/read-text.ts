import { readFile } from "node:fs/promises";

/**
 * The text of a file that people write, as their programs save it: in UTF-8, or in UTF-16 behind its mark, without a mark. Undefined if it is
 * neither, as the bytes of a picture or a text of another encoding are. Throws what the system does.
 */
export async function readText(path: string): Promise<string | undefined> {
  const bytes = await readFile(path);
  const mark = bytes.toString("hex", 0, 2);
  const encoding = mark === "fffe" ? "utf-16le" : mark === "feff" ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** What to do about a file that is no text. */
export const asText = "Save it as text in UTF-8.";
