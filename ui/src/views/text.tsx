import { Type } from "lucide-react";
import { defineView } from "./view-kind.ts";

/** Text, in the tokens that the model reads, with how much of it did not fit. */
export const text = defineView({
  kind: "text",
  Icon: Type,
  Show: ({ view: { text, tokens, cut } }) => (
    <p className="preview-text">
      {tokens ? tokens.map((token, i) => <span key={`${i.toString()} ${token}`}>{token}</span>) : text}
      {cut ? <em>{cut} cut</em> : null}
    </p>
  ),
});
