import type { Point } from "../canvas/geometry.ts";
import type { Editor } from "../editor/create-editor.ts";
import type { Command } from "../keys/command.ts";

/** Something that a menu offers. */
export type Entry = {
  readonly label: string;
  /** The key that does the same, as the table of keys writes it. */
  readonly key?: string;
  /** Whether it is on; absent if it is not something that is on or off. */
  readonly checked?: boolean;
  /** Why it cannot be chosen now. */
  readonly refused?: string | undefined;
  /** A file that is downloaded instead. */
  readonly file?: { readonly address: string; readonly name: string };
  run(): void;
};

/** Entries in groups, with a line between two groups. */
export type Entries = readonly (readonly Entry[])[];

/** What entries are made from. */
export type Tools = {
  readonly editor: Editor;
  /** The place in the window at which the menu opens. */
  readonly at: Point;
  /** The entry for a command of the table of keys, by its name there. */
  command(label: string): Entry;
};

/** A menu of what can be done with one sort of thing on the page. */
export type MenuKind = {
  readonly id: string;
  /** The elements that have the menu, and what each is about. Of several around the pointer the innermost counts. */
  readonly on?: { readonly selector: string; about(element: Element): string | undefined };
  /** What happens before the menu opens, such as that the thing is selected. */
  opening?(about: string, editor: Editor): void;
  /** What the menu is about, in words. */
  label(about: string, editor: Editor): string;
  entries(about: string, tools: Tools): Entries;
};

/** The entry for a command, which does what its key does. */
export function entryOf(commands: readonly Command[], label: string, editor: Editor): Entry {
  const command = commands.find((one) => one.label === label);
  if (!command) throw new Error(`There is no command “${label}”.`);
  const { keys, shown = keys[0] } = command;
  return {
    label,
    ...(shown === undefined ? {} : { key: shown }),
    run: () => command.run(editor, { key: keys[0]?.split("+").at(-1) ?? "" }),
  };
}

/** The value of a data attribute of the nearest element that has one. */
export function dataOf(element: Element, name: string): string | undefined {
  return element.closest<HTMLElement>(`[data-${name}]`)?.dataset[name];
}
