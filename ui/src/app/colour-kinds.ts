import type { Editor } from "../editor/create-editor.ts";
import { kindStyle } from "./kind-style.ts";

/** Colours the kinds that the server offers, now and whenever the offer changes. */
export function colourKinds({ offer }: Pick<Editor, "offer">): void {
  const style = document.head.appendChild(document.createElement("style"));
  const draw = () => {
    style.textContent = kindStyle(offer.get().catalogue);
  };
  offer.listen(draw);
  draw();
}
