import type { Editor } from "../editor/create-editor.ts";
import { isCovered } from "../editor/viewer.ts";
import type { Command } from "../keys/command.ts";
import { commandFor } from "../keys/matching.ts";

/** Fields that text is typed into. */
const typed = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select";

/** Listens to keys from now on, and runs the commands they stand for. */
export function hearKeys(editor: Editor, commands: readonly Command[]): void {
  // Leaving a field ends its series of changes, so that undo reverts one field at a time.
  addEventListener("focusout", () => editor.workflow.seal());
  addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    const screen = editor.screen.get();
    const typing = target.matches(typed);
    const inDialog = isCovered(screen, editor.viewer.get());
    const command = commandFor(commands, event, {
      typing,
      drafting: typing && (inDialog || target.matches("[data-draft]")),
      // Tab searches on the canvas; elsewhere it moves to the next control as usual.
      onCanvas: target.matches(".node, .group-frame, .note, .canvas-area"),
      onControl: target.closest("button, a, summary") !== null,
      searching: screen.search !== undefined,
      inDialog,
    });
    if (!command) return;
    event.preventDefault();
    command.run(editor, { key: event.key, ...(target.dataset.id ? { node: target.dataset.id } : {}) });
  });
}
