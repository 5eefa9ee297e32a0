import { parseDocument } from "@clipwork/engine";
import { boxAround, boxAt, type Point } from "../canvas/geometry.ts";
import { placeOf } from "../document/edit.ts";
import { notesOf } from "../document/notes.ts";
import type { Editor } from "../editor/create-editor.ts";
import type { Entry, Tools } from "./menu-kind.ts";

/** Copy and cut of what is selected. */
export function clipboardEntries({ editor }: Tools): Entry[] {
  const copy = () => {
    const text = editor.edits.copySelected();
    if (text !== undefined) void editor.copy(text, "The copy");
    return text !== undefined;
  };
  return [
    { label: "Copy", key: "Ctrl+C", run: copy },
    { label: "Cut", key: "Ctrl+X", run: () => copy() && editor.edits.removeSelected() },
  ];
}

/** Adds the nodes and notes on the clipboard with their upper left corner at a place of the canvas. */
export async function pasteAt({ copied, edits, messages }: Editor, place: Point): Promise<void> {
  const text = await copied();
  if (text === undefined) return;
  const { document } = parseDocument(text);
  const nodes = Object.keys(document?.json.nodes ?? {}).map((id) => placeOf(document!.json, id));
  const notes = document ? [...notesOf(document.json).values()] : [];
  const around = boxAround([...nodes, ...notes].map((at) => boxAt(at, { width: 0, height: 0 })));
  if (!document || !around) {
    messages.say("There are no nodes on the clipboard.", { more: "Copy some first." });
    return;
  }
  const { left, top } = around;
  edits.paste(document.json, { x: place.x - left, y: place.y - top });
}
