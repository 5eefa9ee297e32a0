import { clipboardEntries } from "./clipboard.ts";
import { dataOf, type MenuKind } from "./menu-kind.ts";

/** A note, or all that is selected if it is part of that. */
export const noteMenu: MenuKind = {
  id: "note",
  on: { selector: ".note", about: (element) => dataOf(element, "note") },
  opening(id, { workflow }) {
    if (!workflow.get().selectedNotes?.has(id)) workflow.select([], [id]);
  },
  label: () => "Note",
  entries: (id, tools) => [
    [
      {
        ...tools.command("Rename"),
        label: "Edit",
        run: () => tools.editor.screen.show({ editing: { what: "note", id } }),
      },
    ],
    [...clipboardEntries(tools), tools.command("Duplicate")],
    [tools.command("Remove")],
  ],
};
