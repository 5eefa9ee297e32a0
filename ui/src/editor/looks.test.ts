import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import { typicalCard } from "../canvas/shapes.ts";
import { placeOf } from "../document/edit.ts";
import { addGroup, groupsOf, setGroup } from "../document/groups.ts";
import { lookOf } from "../document/look.ts";
import { notesOf } from "../document/notes.ts";
import { painting } from "../testing/catalogue.ts";
import { startEditor } from "../testing/start-editor.ts";
import { docksOf, framesOf, groupsAfterMove } from "./frames-of-groups.ts";

async function open() {
  const started = await startEditor();
  const { looks, edits, workflow, screen, messages } = started.editor;
  const members = () => [...groupsOf(workflow.present()).values()].map((group) => group.members);
  return { ...started, looks, edits, workflow, screen, messages, members };
}

test("a group is made around the selected nodes in one step, and its title is edited then", async () => {
  const { looks, workflow, screen, members, messages } = await open();
  looks.group();
  assert.match(messages.get()[0]!.text, /^Nothing is selected/);
  const before = workflow.present();
  workflow.select(["save", "paint"]);
  looks.group();
  assert.deepEqual(members(), [["paint", "save"]]);
  assert.deepEqual(screen.get().editing, { what: "group", id: "group" });
  looks.setTitle("group", "group", "  To  paint ");
  assert.equal(groupsOf(workflow.present()).get("group")!.title, "To paint");
  workflow.undo();
  workflow.undo();
  assert.equal(workflow.present(), before);
});

test("groups do not nest: a new one takes the cards of an older one, and says so by its title", async () => {
  const { looks, workflow, members, messages } = await open();
  workflow.select(["caption", "paint"]);
  looks.group();
  looks.setTitle("group", "group", "Words");
  workflow.select(["paint", "save"]);
  looks.group();
  assert.deepEqual(members(), [["caption"], ["paint", "save"]]);
  assert.equal(messages.get().at(-1)!.text, "Groups do not nest: the new one took cards of “Words”.");
  workflow.select(["caption", "paint", "save"]);
  looks.ungroup();
  assert.deepEqual(members(), []);
});

test("what is said of a group that was made takes that back, and goes as soon as anything else is done", async () => {
  const { looks, edits, workflow, members, messages, editor } = await open();
  const said = () => messages.get().filter(({ text }) => text.startsWith("Groups do not nest"));
  const make = () => {
    workflow.select(["paint", "save"]);
    looks.group();
  };
  workflow.select(["caption", "paint"]);
  looks.group();
  make();
  said()[0]!.action!.run();
  assert.deepEqual(members(), [["caption", "paint"]]);
  assert.deepEqual(said(), [], "it was used");
  make();
  workflow.select(["caption"]);
  assert.equal(said().length, 1, "a selection changes nothing");
  edits.moveSelected({ x: 1, y: 0 });
  assert.deepEqual(said(), []);
  workflow.undo();
  workflow.undo();
  make();
  editor.files.openNew();
  assert.deepEqual(said(), []);
});

test("a group whose members are selected is muted, copied and removed with them", async () => {
  const { looks, edits, workflow, members } = await open();
  workflow.select(["paint", "save"]);
  looks.group();
  workflow.select([]);
  looks.selectGroup("group");
  edits.toggleMode("mute");
  assert.equal(workflow.present().nodes.paint!.mode, "mute");
  edits.duplicateSelected();
  assert.equal(members().length, 2);
  edits.removeSelected();
  looks.selectGroup("group");
  edits.removeSelected();
  assert.deepEqual(members(), []);
  assert.deepEqual(Object.keys(workflow.present().nodes), ["caption"]);
});

test("what is selected is named, coloured and collapsed: a card, a group, a note", async () => {
  const { looks, workflow, screen } = await open();
  workflow.select(["paint"]);
  looks.rename();
  assert.deepEqual(screen.get().editing, { what: "card", id: "paint" });
  looks.colour("teal");
  looks.toggleCollapse();
  assert.deepEqual(lookOf(workflow.present(), "paint"), { colour: "teal", collapsed: true });
  assert.equal(looks.colourOfSelected(), "teal");
  looks.toggleCollapse();
  assert.equal(lookOf(workflow.present(), "paint").collapsed, undefined);
  workflow.select(["caption", "paint"]);
  looks.group();
  looks.colour("pink");
  looks.toggleCollapse();
  const group = groupsOf(workflow.present()).get("group")!;
  assert.deepEqual([group.colour, group.collapsed], ["pink", true]);
  looks.rename();
  assert.deepEqual(screen.get().editing, { what: "group", id: "group" });
  looks.addNote({ x: 3.4, y: 5 });
  assert.deepEqual(screen.get().editing, { what: "note", id: "note" });
  looks.colour("blue");
  assert.deepEqual(notesOf(workflow.present()).get("note"), {
    text: "",
    x: 3,
    y: 5,
    width: 240,
    height: 120,
    colour: "blue",
  });
});

test("notes are selected, moved, copied and removed with nodes, and leave the selection with an undo", async () => {
  const { looks, edits, workflow } = await open();
  looks.addNote({ x: 0, y: 0 });
  workflow.select(["paint"], ["note"]);
  looks.moved(new Map([["paint", { x: 350, y: 20 }]]), { x: 50, y: 20 });
  const places = () => [placeOf(workflow.present(), "paint").x, notesOf(workflow.present()).get("note")!.x];
  assert.deepEqual(places(), [350, 50]);
  edits.moveSelected({ x: 1, y: 0 });
  assert.deepEqual(places(), [366, 66]);
  edits.duplicateSelected();
  assert.deepEqual([...workflow.get().selectedNotes!], ["note-2"]);
  workflow.undo();
  assert.equal(workflow.get().selectedNotes, undefined);
  workflow.select([], ["note"]);
  edits.removeSelected();
  assert.equal(workflow.present().notes, undefined);
});

test("arrow keys go past what a collapsed group hides, and select all of it", async () => {
  const { looks, edits, workflow } = await open();
  workflow.select(["caption", "paint"]);
  looks.group();
  looks.toggleCollapse();
  workflow.select(["save"]);
  edits.selectNext({ x: -1, y: 0 });
  assert.deepEqual([...workflow.get().selection], ["caption", "paint"]);
  edits.selectNext({ x: 1, y: 0 }, "paint");
  assert.deepEqual([...workflow.get().selection], ["save"]);
});

// Geometry: cards of 256 × 200.

const sizeOf = () => ({ width: 256, height: 200 });
const grouped: WorkflowJson = addGroup(painting, "g", { title: "G", members: ["caption", "paint"] });

test("a frame stands around its cards with room for its header", () => {
  assert.deepEqual(framesOf(grouped, sizeOf).get("g"), { left: -16, top: -52, right: 572, bottom: 216 });
  const unknown = framesOf(grouped, () => undefined).get("g")!;
  assert.equal(unknown.bottom, typicalCard.height + 16, "a card that is not drawn is taken to be as it will be placed");
});

test("a card joins the group in whose frame its middle is put down, and leaves it outside; a group that moves whole keeps all", () => {
  const after = (places: { [id: string]: { x: number; y: number } }) =>
    Object.fromEntries(groupsAfterMove(grouped, new Map(Object.entries(places)), sizeOf));
  assert.deepEqual(after({ save: { x: 200, y: 50 } }), { save: "g" });
  assert.deepEqual(after({ save: { x: 700, y: 0 } }), {});
  assert.deepEqual(after({ paint: { x: 320, y: 60 } }), {});
  assert.deepEqual(after({ paint: { x: 320, y: 400 } }), { paint: undefined });
  assert.deepEqual(after({ paint: { x: 320, y: 900 }, caption: { x: 20, y: 900 } }), {});
  assert.deepEqual(groupsAfterMove(painting, new Map([["save", { x: 0, y: 0 }]]), sizeOf).size, 0);
});

test("a collapsed group has a row for each source of a link across its border, and none for links within", () => {
  const collapsed = setGroup(grouped, "g", { collapsed: true });
  const { box, rows, at, corner } = docksOf(collapsed, sizeOf).get("g")!;
  assert.deepEqual(rows, [{ side: "output", node: "paint", port: "image" }]);
  assert.deepEqual([box.left, box.top, box.right - box.left], [-16, -52, 208]);
  assert.deepEqual(corner, { x: -16, y: -52 });
  const { x, y } = at("output", "paint", "image");
  assert.ok(x === 208 && y > 36 && y < box.bottom - box.top, `${x}, ${y}`);
  assert.deepEqual(docksOf(grouped, sizeOf).size, 0);
  const other = addGroup(painting, "h", { title: "H", members: ["paint", "save"], collapsed: true });
  assert.deepEqual(docksOf(other, sizeOf).get("h")!.rows, [{ side: "input", node: "paint", port: "text" }]);
});
