import { parseDocument } from "@clipwork/engine";
import type { Editor } from "../editor/create-editor.ts";

/** Offset in canvas units of pasted nodes from where they were copied. */
const beside = { x: 32, y: 32 };

/** Listens from now on to what comes from outside the page: dropped files, and the clipboard. */
export function hearOutside({ edits, files, screen, canvas }: Editor): void {
  /** Takes in a file at a place in the window. */
  const take = (file: File, x: number, y: number) => {
    const node = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-id]")?.dataset.id;
    void files.drop(file, node, canvas.get().view?.canvasPoint(x, y));
  };
  const copy = (event: ClipboardEvent): boolean => {
    if (isTyping(event.target) || !getSelection()?.isCollapsed) return false;
    const text = edits.copySelected();
    if (text === undefined) return false;
    event.preventDefault();
    event.clipboardData?.setData("text/plain", text);
    return true;
  };
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    screen.show({ dropping: true });
  });
  addEventListener("dragleave", (event) => event.relatedTarget === null && screen.show({ dropping: undefined }));
  addEventListener("drop", (event) => {
    screen.show({ dropping: undefined });
    const file = event.dataTransfer?.files[0];
    if (!file || event.defaultPrevented) return;
    event.preventDefault();
    take(file, event.clientX, event.clientY);
  });
  document.addEventListener("copy", (event) => copy(event));
  document.addEventListener("cut", (event) => copy(event) && edits.removeSelected());
  document.addEventListener("paste", (event) => {
    if (isTyping(event.target) || event.defaultPrevented) return;
    const file = event.clipboardData?.files[0];
    if (file) {
      event.preventDefault();
      take(file, innerWidth / 2, innerHeight / 2);
      return;
    }
    const { document: copied } = parseDocument(event.clipboardData?.getData("text/plain") ?? "");
    if (!copied) return;
    event.preventDefault();
    edits.paste(copied.json, beside);
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select");
}
