import { Braces } from "lucide-react";
import { indentJson } from "./indent-json.ts";
import { defineView } from "./view-kind.ts";

/** Any other value, as JSON. */
export const data = defineView({
  kind: "data",
  Icon: Braces,
  Show: ({ view }) => (
    <p className="preview-text" data-json>
      {view.text}
    </p>
  ),
  Closely: ({ view }) => <pre className="data">{indentJson(view.text)}</pre>,
});
