import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "./command.ts";
import { commandFor, type Focus, type KeyPress, nameOf } from "./matching.ts";

type Held = "ctrl" | "meta" | "alt" | "shift";

const press = (key: string, ...held: Held[]): KeyPress => ({
  key,
  ctrlKey: held.includes("ctrl"),
  metaKey: held.includes("meta"),
  altKey: held.includes("alt"),
  shiftKey: held.includes("shift"),
});
const nowhere: Focus = {
  typing: false,
  drafting: false,
  onCanvas: false,
  onControl: false,
  searching: false,
  inDialog: false,
};

const command = (label: string, keys: readonly string[], more: Partial<Command> = {}): Command => ({
  group: "Edit",
  label,
  keys,
  run() {},
  ...more,
});
const commands = [
  command("save", ["Ctrl+S"], { always: true }),
  command("undo", ["Ctrl+Z"], { always: true, undoes: true }),
  command("duplicate", ["Ctrl+D"]),
  command("dark", ["D"]),
  command("remove", ["Delete", "Backspace"]),
  command("fields", ["Enter"]),
  command("search", ["Tab"], { onCanvas: true }),
];
const label = (key: KeyPress, focus: Partial<Focus> = {}) => commandFor(commands, key, { ...nowhere, ...focus })?.label;

test("a press is named by its key and by what is held with it", () => {
  assert.equal(nameOf(press("z", "ctrl")), "Ctrl+Z");
  assert.equal(nameOf(press("Z", "ctrl", "shift")), "Ctrl+Shift+Z");
  assert.equal(nameOf(press("Enter", "ctrl", "alt")), "Ctrl+Alt+Enter");
  assert.equal(nameOf(press("ArrowLeft", "alt")), "Alt+ArrowLeft");
  assert.equal(nameOf(press("s", "meta")), "Ctrl+S", "the Mac's command key is Ctrl");
});

test("Shift is not named for a sign that it takes part in writing", () => {
  assert.equal(nameOf(press("?", "shift")), "?");
  assert.equal(nameOf(press("+", "shift")), "+");
  assert.equal(nameOf(press("Tab", "shift")), "Shift+Tab");
});

test("a key finds its command by any of its names, and nothing by any other", () => {
  assert.equal(label(press("d")), "dark");
  assert.equal(label(press("D")), "dark", "with capitals locked");
  assert.equal(label(press("d", "ctrl")), "duplicate");
  assert.equal(label(press("Backspace")), "remove");
  assert.equal(label(press("d", "alt")), undefined);
  assert.equal(label(press("x")), undefined);
});

test("while text is typed only those commands work that always do", () => {
  assert.equal(label(press("d"), { typing: true }), undefined);
  assert.equal(label(press("Backspace"), { typing: true }), undefined);
  assert.equal(label(press("s", "ctrl"), { typing: true }), "save");
});

test("a key of the canvas goes its usual way elsewhere", () => {
  assert.equal(label(press("Tab")), undefined);
  assert.equal(label(press("Tab"), { onCanvas: true }), "search");
  assert.equal(label(press("Tab", "shift"), { onCanvas: true }), undefined);
});

test("Enter on a button or a link is theirs; other keys are not", () => {
  assert.equal(label(press("Enter")), "fields");
  assert.equal(label(press("Enter"), { onControl: true }), undefined);
  assert.equal(label(press("Delete"), { onControl: true }), "remove");
});

test("a dialog leaves only what Ctrl is held for, and the search for a node hears all keys itself", () => {
  assert.equal(label(press("d"), { inDialog: true }), undefined);
  assert.equal(label(press("s", "ctrl"), { inDialog: true }), "save");
  assert.equal(label(press("s", "ctrl"), { searching: true }), undefined);
});

test("a field that keeps its text to itself takes back its own typing; other fields write into the document", () => {
  assert.equal(label(press("z", "ctrl"), { typing: true }), "undo");
  assert.equal(label(press("z", "ctrl"), { typing: true, drafting: true }), undefined);
  assert.equal(label(press("s", "ctrl"), { typing: true, drafting: true }), "save");
});

test("Option with a letter is that letter on a Mac, where it writes a sign or begins an accent; a sign that is typed stays in the field", () => {
  const option = (key: string, code: string, ...held: Held[]) => ({ ...press(key, "alt", ...held), code });
  assert.equal(nameOf(option("©", "KeyG")), "Alt+G");
  assert.equal(nameOf(option("Dead", "KeyU")), "Alt+U");
  assert.equal(nameOf(option("Ç", "KeyC", "shift")), "Alt+Shift+C");
  assert.equal(nameOf(option("a", "KeyQ")), "Alt+A", "on a French keyboard elsewhere the key writes the letter");
  assert.equal(nameOf({ ...press("©"), code: "KeyG" }), "©");
  const close = [command("close", ["Alt+W"], { always: true })];
  const heard = (typing: boolean) => commandFor(close, option("∑", "KeyW"), { ...nowhere, typing })?.label;
  assert.deepEqual([heard(false), heard(true)], ["close", undefined]);
  assert.equal(commandFor(close, press("w", "alt"), { ...nowhere, typing: true })?.label, "close");
});
