import type { Editor } from "../editor/create-editor.ts";

/** Headings of the shortcuts sheet. */
export const groups = ["Run", "Edit", "Canvas", "Workflow"] as const;
export type Group = (typeof groups)[number];

/** The key that was pressed, without its modifiers, and the node whose card had the focus. */
export type Pressed = { readonly key: string; readonly node?: string };

/** Something that a key does. */
export type Command = {
  readonly group: Group;
  readonly label: string;
  /** As `nameOf` writes them. `Ctrl` is also the Mac's command key. */
  readonly keys: readonly string[];
  /** How the sheet writes the keys; without it, the first one stands for all. */
  readonly shown?: string;
  /** Works while text is being typed too. */
  readonly always?: true;
  /** Left to a field that keeps what is typed to itself: it takes its own typing back. */
  readonly undoes?: true;
  /** Works only while the canvas or a node has the focus. */
  readonly onCanvas?: true;
  run(editor: Editor, pressed: Pressed): void;
};
