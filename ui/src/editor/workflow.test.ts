import assert from "node:assert/strict";
import { test } from "node:test";
import { removeNodes, setParam, setTitle } from "../document/edit.ts";
import { painting } from "../testing/catalogue.ts";
import { createOpenWorkflow, isKept, isUntouched, titleOf, untouched } from "./workflow.ts";

function open() {
  const workflow = createOpenWorkflow();
  workflow.open(untouched("w", painting));
  return workflow;
}

const text = { node: "caption", port: "text" };

test("a new editor has an empty workflow and nothing to undo", () => {
  const workflow = createOpenWorkflow();
  assert.deepEqual(workflow.present().nodes, {});
  const before = workflow.get();
  workflow.undo();
  workflow.redo();
  assert.equal(workflow.get(), before);
});

test("every edit is undone and done again; an edit that changes nothing is no step", () => {
  const workflow = open();
  workflow.edit((now) => setParam(now, text, "a cone"));
  workflow.edit((now) => setParam(now, text, "a cone"));
  assert.equal(workflow.get().history.past.length, 1);
  workflow.undo();
  assert.equal(workflow.present(), painting);
  workflow.redo();
  assert.equal(workflow.present().nodes.caption!.params!.text, "a cone");
});

test("the letters of one field are one step, until the field is left", () => {
  const workflow = open();
  for (const word of ["a", "a c", "a co"]) workflow.edit((now) => setParam(now, text, word), "caption.text");
  workflow.seal();
  workflow.edit((now) => setParam(now, text, "a cone"), "caption.text");
  workflow.undo();
  assert.equal(workflow.present().nodes.caption!.params!.text, "a co");
  workflow.undo();
  assert.equal(workflow.present(), painting);
});

test("nodes are selected, and selecting the same ones again notifies nobody", () => {
  const workflow = open();
  let heard = 0;
  workflow.listen(() => heard++);
  workflow.select(["paint", "save"]);
  workflow.select(["save", "paint"]);
  assert.equal(heard, 1);
  workflow.select(["paint"]);
  assert.deepEqual([...workflow.get().selection], ["paint"]);
});

test("a node that is removed is no longer selected, also when an undo removes it", () => {
  const workflow = open();
  workflow.select(["paint", "save"]);
  workflow.edit((now) => removeNodes(now, new Set(["paint"])));
  assert.deepEqual([...workflow.get().selection], ["save"]);
  workflow.undo();
  workflow.select(["paint"]);
  workflow.redo();
  assert.equal(workflow.get().selection.size, 0);
});

test("opening another document forgets what was selected, undone and saved, and says that it is another", () => {
  const workflow = open();
  const { opened } = workflow.get();
  workflow.select(["paint"]);
  workflow.edit((now) => setTitle(now, "x"));
  workflow.markSaved({ revision: 1, document: workflow.present() });
  workflow.open(untouched("v", { ...painting, meta: { title: "Other" } }));
  const now = workflow.get();
  assert.equal(now.opened, opened + 1);
  assert.equal(now.selection.size, 0);
  assert.equal(now.saved, undefined);
  assert.equal(now.history.past.length, 0);
});

test("a document is saved, then edited; undone to what was saved it is saved again", () => {
  const workflow = open();
  const state = () => [isUntouched(workflow.get()), isKept(workflow.get())];
  assert.deepEqual(state(), [true, false]);
  workflow.markSaved({ revision: 1, document: workflow.present() });
  assert.deepEqual(state(), [false, true]);
  workflow.edit((now) => setTitle(now, "x"));
  assert.deepEqual(state(), [false, false]);
  workflow.undo();
  assert.deepEqual(state(), [false, true]);
});

test("what was edited and undone is no longer untouched: redo still has it", () => {
  const workflow = open();
  workflow.edit((now) => setTitle(now, "x"));
  workflow.undo();
  assert.equal(isUntouched(workflow.get()), false);
});

test("a document without a title, or with spaces for one, is called Untitled", () => {
  assert.deepEqual(
    [undefined, {}, { title: "  " }, { title: " Cones " }].map((meta) =>
      titleOf({ ...painting, ...(meta && { meta }) }),
    ),
    ["Painting", "Untitled", "Untitled", "Cones"],
  );
});
