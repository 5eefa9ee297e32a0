import { isBare } from "../document/notes.ts";
import { whyNot } from "../editor/offer.ts";
import { pasteAt } from "./clipboard.ts";
import type { MenuKind } from "./menu-kind.ts";

/** The bare canvas: adds where the pointer is. */
export const canvasMenu: MenuKind = {
  id: "canvas",
  on: { selector: ".canvas-area, .canvas-empty", about: () => "canvas" },
  label: () => "Canvas",
  entries(_, { command, editor, at }) {
    const { workflow, screen, canvas, looks, offer } = editor;
    const place = canvas.get().view?.canvasPoint(at.x, at.y) ?? { x: 0, y: 0 };
    const { past, future, present } = workflow.get().history;
    const empty = Object.keys(present.nodes).length === 0 ? "There are no nodes." : undefined;
    const bare = isBare(workflow.present()) ? "There is nothing." : undefined;
    return [
      [
        { ...command("Add a node"), label: "Add a node here", run: () => screen.show({ search: { at, place } }) },
        { ...command("Add a note"), label: "Add a note here", run: () => looks.addNote(place) },
        { label: "Paste here", key: "Ctrl+V", run: () => void pasteAt(editor, place) },
      ],
      [
        { ...command("Select all"), refused: bare },
        { ...command("Show everything"), refused: bare },
        { ...command("Minimap"), checked: !editor.minimap.get().folded },
      ],
      [
        { ...command("Undo"), refused: past.length === 0 ? "Nothing was changed." : undefined },
        { ...command("Redo"), refused: future.length === 0 ? "Nothing was undone." : undefined },
      ],
      [{ ...command("Run"), refused: empty ?? whyNot(offer.get(), "run") }],
    ];
  },
};
