import type { Command } from "./command.ts";

/** A pressed key with its modifiers, as the browser's KeyboardEvent has it. */
export type KeyPress = {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  /** Which key of the keyboard it is, whatever it writes: "KeyA". */
  readonly code?: string;
};

/** What has the keyboard focus, and what is open over the page. */
export type Focus = {
  /** A field that text is typed into. */
  readonly typing: boolean;
  /** A field whose text is not in the document yet. */
  readonly drafting: boolean;
  /** The canvas or a node's card. */
  readonly onCanvas: boolean;
  /** A button, a link, or whatever else Enter activates. */
  readonly onControl: boolean;
  /** The search for a node is open: it handles all keys itself. */
  readonly searching: boolean;
  /** A dialog is open. */
  readonly inDialog: boolean;
};

/** The name of a press in the table: "Ctrl+Shift+Z", "Delete", "?". Shift counts only if the key does not show it. */
export function nameOf(press: KeyPress): string {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = press;
  const name = letterUnderSign(press) ?? (key.length === 1 ? key.toUpperCase() : key);
  const held = [(ctrlKey || metaKey) && "Ctrl", altKey && "Alt", shiftKey && /^([A-Z]|.{2,})$/.test(name) && "Shift"];
  return [...held.filter(Boolean), name].join("+");
}

/** On a Mac, Option with a letter writes a sign, or begins an accent: the letter of the key; undefined for any other press. */
function letterUnderSign({ key, code, altKey }: KeyPress): string | undefined {
  const isSign = key === "Dead" || (key.length === 1 && !/[a-z0-9]/i.test(key));
  return altKey && isSign ? /^Key([A-Z])$/.exec(code ?? "")?.[1] : undefined;
}

/** The command for the key press, or undefined if the key is left to whatever has the focus. */
export function commandFor(commands: readonly Command[], press: KeyPress, focus: Focus): Command | undefined {
  if (focus.searching || (focus.inDialog && !press.ctrlKey)) return undefined;
  const name = nameOf(press);
  const command = commands.find(({ keys }) => keys.includes(name));
  // A sign that is being typed is left to the field.
  if (focus.typing && letterUnderSign(press) !== undefined) return undefined;
  if (!command || (focus.typing && !command.always) || (command.onCanvas && !focus.onCanvas)) return undefined;
  if (command.undoes && focus.drafting) return undefined;
  return name === "Enter" && focus.onControl ? undefined : command;
}
