import { defineKind } from "@clipwork/engine";

/** What a tokenizer made of a caption: its pieces in their order, and the text at the end that did not fit. */
export type TokensValue = { readonly pieces: readonly string[]; readonly cut: string };

/** No socket carries it: encoders show what they read with it. */
export const tokens = defineKind<TokensValue>({
  kind: "tokens",
  check(value) {
    const { pieces, cut } = Object(value) as { [field: string]: unknown };
    return Array.isArray(pieces) && pieces.every((piece) => typeof piece === "string") && typeof cut === "string"
      ? undefined
      : "is not tokens: it needs a list of pieces and what was cut";
  },
  view: ({ pieces, cut }) => ({ kind: "text", text: pieces.join(" "), tokens: pieces, cut }),
});
