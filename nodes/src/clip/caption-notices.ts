import type { Tokens } from "@clipwork/models";
import type { Host } from "../stage/stage.ts";
import { type CaptionOf, encodeCaption } from "./encode.ts";

/** What a caption is for: to follow, or to steer away from. */
type Use = "caption" | "negative caption";

const words = {
  caption: ["The caption is too long for the pack", ", so the picture may not show it"],
  "negative caption": [
    "The negative caption is too long for the pack",
    ", so steering away from it may change nothing",
  ],
} as const satisfies { readonly [use in Use]: readonly [long: string, unknown: string] };

/** What the user should know of a caption's tokens: what was cut, and which words the pack was not trained on. */
export function captionNotices({ cut, unknownWords }: Tokens, pack: string, use: Use = "caption"): string[] {
  const [long, so] = words[use];
  const notices: string[] = [];
  if (cut !== "") notices.push(`${long} "${pack}"; this part was cut: ${quote(cut)}.`);
  if (unknownWords.length > 0)
    notices.push(`The pack "${pack}" was not trained on ${unknownWords.map(quote).join(", ")}${so}.`);
  return notices;
}

const longestQuote = 200;

/** Text of the user's in a message: on one line, shortened. */
function quote(text: string): string {
  const line = JSON.stringify(text);
  return line.length <= longestQuote ? line : `${line.slice(0, longestQuote - 2)}…"`;
}

/** Encodes a caption for a node of the user's, which says what of it is cut off or not known. */
export async function encodeWithNotices(
  caption: string,
  of: CaptionOf,
  host: Pick<Host, "models" | "pack" | "signal" | "notice">,
  use: Use = "caption",
): ReturnType<typeof encodeCaption> {
  const encoded = await encodeCaption(caption, of, host);
  for (const message of captionNotices(encoded.tokens, of.pack, use)) host.notice(message);
  return encoded;
}
