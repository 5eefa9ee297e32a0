import { parseDocument } from "@clipwork/engine";
import { setParam } from "../document/edit.ts";
import { canvas } from "../graph/canvas-store.ts";
import { api } from "../server/api.ts";
import { copyChosen, paste, removeChosen } from "./actions.ts";
import { offer } from "./catalogue.ts";
import { edit, workflow } from "./editor.ts";
import { openFile } from "./files.ts";
import { createStore } from "./store.ts";
import { tellError } from "./toast.ts";

/** True while a file is held over the page. */
export const dropping = createStore(false);

/** Hears what comes from outside the page: files that are dropped, and the clipboard. */
export function startOutside(): void {
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    dropping.set(true);
  });
  addEventListener("dragleave", (event) => event.relatedTarget === null && dropping.set(false));
  addEventListener("drop", (event) => {
    dropping.set(false);
    const file = event.dataTransfer?.files[0];
    if (!file || event.defaultPrevented) return;
    event.preventDefault();
    void dropFile(file, event.clientX, event.clientY);
  });
  document.addEventListener("copy", (event) => give(event));
  document.addEventListener("cut", (event) => give(event) && removeChosen());
  document.addEventListener("paste", (event) => {
    if (isTyping(event.target) || event.defaultPrevented) return;
    const file = event.clipboardData?.files[0];
    if (file) {
      event.preventDefault();
      void dropFile(file, innerWidth / 2, innerHeight / 2);
      return;
    }
    const { document: copied } = parseDocument(event.clipboardData?.getData("text/plain") ?? "");
    if (!copied) return;
    event.preventDefault();
    paste(copied.json, { x: 32, y: 32 });
  });
}

function give(event: ClipboardEvent): boolean {
  if (isTyping(event.target) || !getSelection()?.isCollapsed) return false;
  const text = copyChosen();
  if (text === undefined) return false;
  event.preventDefault();
  event.clipboardData?.setData("text/plain", text);
  return true;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select");
}

/** A picture that is dropped on a node that takes one goes into it; anything else is opened. */
async function dropFile(file: File, x: number, y: number): Promise<void> {
  const id = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-id]")?.dataset.id;
  const params = id === undefined ? {} : (offer.get().catalogue.get(workflow().nodes[id]?.type ?? "")?.params ?? {});
  const port = Object.keys(params).find((name) => params[name]!.kind === "file");
  if (id === undefined || port === undefined || !file.type.startsWith("image/"))
    return openFile(file, canvas.get().view?.canvasPoint(x, y));
  await api
    .upload(file)
    .then(({ asset }) => edit((now) => setParam(now, { node: id, port }, `asset:${asset}`)), tellError);
}
