import assert from "node:assert/strict";
import { test } from "node:test";
import type { CanvasView } from "../canvas/canvas-view.ts";
import { type Started, settled, startEditor } from "../testing/start-editor.ts";
import type { Command } from "./command.ts";
import { gestures } from "./gestures.ts";
import { nameOf } from "./matching.ts";
import { commandsFor } from "./table.ts";

const panels = [
  { id: "details", label: "Details", key: "1" },
  { id: "quiet", label: "Quiet" },
];
const dialogs = [
  { id: "open", label: "Open", key: "Ctrl+O" },
  { id: "templates", label: "Templates", key: "T" },
];
const commands = commandsFor(panels, dialogs);

function find(key: string): Command {
  return commands.find(({ keys }) => keys.includes(key)) ?? assert.fail(`nothing has the key ${key}`);
}

/** Presses a key of the table in the editor. */
const pressIn =
  ({ editor }: Started, node?: string) =>
  (key: string) =>
    find(key).run(editor, { key: key.split("+").at(-1) || "+", ...(node === undefined ? {} : { node }) });

/** A canvas that notes what is asked of it. */
function noting(): { readonly view: CanvasView; readonly asked: string[] } {
  const asked: string[] = [];
  const note = async (what: string) => void asked.push(what);
  return {
    asked,
    view: {
      fit: (ids) => note(`fit ${[...(ids ?? ["all"])]}`),
      begin: () => note("begin"),
      boxes: () => new Map(),
      visible: () => ({ left: 0, top: 0, right: 800, bottom: 600 }),
      sizeOf: () => undefined,
      camera: () => ({ x: 0, y: 0, k: 1 }),
      moveTo: ({ k }) => note(`move to scale ${k}`),
      zoomBy: (factor) => note(`zoom by ${factor}`),
      canvasPoint: (x, y) => ({ x, y }),
      middle: () => ({ at: { x: 400, y: 200 }, place: { x: 40, y: 20 } }),
      drawn: () => note("drawn"),
      focus: (id) => void note(`focus ${id}`),
      focusLater: (id) => note(`focus later ${id}`),
      reveal: (id) => note(`reveal ${id}`),
    },
  };
}

test("no key stands for two commands, and every command has a key and a name of its own", () => {
  const keys = commands.flatMap((command) => command.keys);
  assert.deepEqual(
    keys.filter((key, i) => keys.indexOf(key) !== i),
    [],
  );
  const labels = commands.map(({ label }) => label);
  assert.equal(new Set(labels).size, labels.length);
  for (const command of commands) assert.ok(command.keys.length > 0, command.label);
});

test("every key is written as a press is named", () => {
  for (const name of commands.flatMap(({ keys }) => keys)) {
    const held = name === "+" ? [] : name.split("+").slice(0, -1);
    const key = name.split("+").at(-1) || "+";
    const has = (what: string) => held.includes(what);
    const press = { key, ctrlKey: has("Ctrl"), metaKey: false, altKey: has("Alt"), shiftKey: has("Shift") };
    assert.equal(nameOf(press), name);
  }
});

test("panels and dialogs with a key are opened by it; those with Ctrl while text is typed too", async () => {
  const started = await startEditor();
  const press = pressIn(started);
  press("1");
  assert.equal(started.editor.screen.get().side, "details");
  press("T");
  assert.equal(started.editor.screen.get().dialog, "templates");
  press("Ctrl+O");
  assert.equal(started.editor.screen.get().dialog, "open");
  assert.deepEqual([find("Ctrl+O").always, find("T").always, find("1").always], [true, undefined, undefined]);
  assert.equal(
    commands.some(({ label }) => label === "Quiet"),
    false,
  );
});

test("keys edit the workflow: select, remove, undo, redo, duplicate, mute, bypass", async () => {
  const started = await startEditor();
  const { workflow } = started.editor;
  const press = pressIn(started);
  const ids = () => Object.keys(workflow.present().nodes);
  press("Ctrl+A");
  assert.deepEqual([...workflow.get().selection], ["caption", "paint", "save"]);
  press("Ctrl+D");
  assert.equal(ids().length, 6);
  press("Delete");
  assert.deepEqual(ids(), ["caption", "paint", "save"]);
  press("Ctrl+Z");
  assert.equal(ids().length, 6);
  press("Ctrl+Y");
  assert.equal(ids().length, 3);
  workflow.select(["paint"]);
  press("Ctrl+M");
  assert.equal(workflow.present().nodes.paint!.mode, "mute");
  press("Ctrl+B");
  assert.equal(workflow.present().nodes.paint!.mode, "bypass");
  press("Escape");
  assert.equal(workflow.get().selection.size, 0);
});

test("keys run the workflow, or what the selected nodes need, and cancel it", async () => {
  const started = await startEditor();
  const { editor, server } = started;
  const press = pressIn(started);
  press("Ctrl+Shift+Enter");
  assert.equal(server.asked.includes("submit"), false, "nothing is selected");
  editor.workflow.select(["paint"]);
  press("Ctrl+Shift+Enter");
  await settled();
  const [first] = (await server.api.runs()).items;
  assert.deepEqual((await server.api.run(first!.id)).targets, ["paint"]);
  press("Ctrl+Alt+Enter");
  await settled();
  assert.equal(editor.runs.get().shown?.state, "cancelled");
  const asked = server.asked.length;
  press("Ctrl+Alt+Enter");
  assert.equal(server.asked.length, asked, "a run that has ended is not cancelled again");
});

test("keys zoom and search on the canvas, and do nothing while there is none", async () => {
  const started = await startEditor();
  const press = pressIn(started);
  for (const key of [".", "+", "-", "Tab"]) press(key);
  assert.equal(started.editor.screen.get().search, undefined);
  const { view, asked } = noting();
  started.editor.canvas.attach(view);
  for (const key of [".", "+", "-", "Tab"]) press(key);
  assert.deepEqual(asked, ["fit all", "zoom by 1.25", "zoom by 0.8"]);
  assert.deepEqual(started.editor.screen.get().search, { at: { x: 400, y: 200 }, place: { x: 40, y: 20 } });
});

test("arrow keys go to the next node, from the one that has the focus; with Alt they move what is selected", async () => {
  const started = await startEditor();
  const { editor } = started;
  const { view, asked } = noting();
  editor.canvas.attach(view);
  editor.workflow.select(["caption"]);
  pressIn(started)("ArrowRight");
  assert.deepEqual([...editor.workflow.get().selection], ["paint"]);
  assert.deepEqual(asked, ["focus paint", "reveal paint"]);
  pressIn(started, "save")("ArrowLeft");
  assert.deepEqual([...editor.workflow.get().selection], ["paint"]);
  pressIn(started)("Alt+ArrowDown");
  pressIn(started)("Alt+ArrowRight");
  assert.deepEqual(editor.workflow.present().layout?.paint, { x: 316, y: 16 });
  editor.workflow.undo();
  assert.deepEqual(editor.workflow.present().layout?.paint, { x: 300, y: 0 }, "a series of moves is one step");
});

test("Enter leads to the first field of the node that no link feeds, and F6 to the next region", async () => {
  const started = await startEditor();
  const press = pressIn(started);
  press("Enter");
  assert.equal(started.editor.screen.get().focusField, undefined);
  started.editor.workflow.select(["paint"]);
  press("Enter");
  assert.deepEqual(started.editor.screen.get().focusField, { node: "paint", port: "seed" });
  press("F6");
  assert.equal(started.browser.regions, 1);
});

test("keys save the workflow and turn the light off", async () => {
  const started = await startEditor();
  const press = pressIn(started);
  press("Ctrl+S");
  press("D");
  await settled();
  assert.equal(started.editor.workflow.get().saved?.revision, 1);
  assert.equal(started.editor.theme.get(), "dark");
});

test("what the sheet lists beside the commands is heard by no key of the table", () => {
  const keys = commands.flatMap((command) => command.keys);
  for (const key of ["Ctrl+C", "Ctrl+X", "Ctrl+V"]) assert.equal(keys.includes(key), false, key);
  assert.ok(gestures.some(({ group }) => group === "Mouse"));
});
