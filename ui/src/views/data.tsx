import { defineView } from "./view-kind.ts";

/** Any other value, as text. */
export const data = defineView({
  kind: "data",
  Show: ({ view }) => <p className="preview-text">{view.text}</p>,
});
