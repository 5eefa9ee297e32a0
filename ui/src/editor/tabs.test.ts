import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import { emptyWorkflow, setTitle } from "../document/edit.ts";
import { painting } from "../testing/catalogue.ts";
import { settled, startEditor } from "../testing/start-editor.ts";
import { tabTitle } from "./tabs.ts";

const named = (title: string) => ({ ...painting, meta: { title } });

async function open() {
  const started = await startEditor();
  const { tabs, workflow, runs } = started.editor;
  const titles = () => tabs.all().map(tabTitle);
  return { ...started, tabs, workflow, runs, titles };
}

test("what is opened gets a tab beside the one in front, and comes to the front", async () => {
  const { tabs, workflow, titles } = await open();
  workflow.edit((now) => setTitle(now, "first"));
  tabs.open(named("last"));
  tabs.turn(-1);
  tabs.open(named("between"));
  assert.deepEqual(titles(), ["first", "between", "last"]);
  assert.equal(workflow.present().meta?.title, "between");
});

test("an offered document makes room as long as nobody has touched it; whatever was edited, opened from a file or run stays", async () => {
  const { tabs, workflow, runs, titles, server } = await open();
  tabs.open(emptyWorkflow);
  tabs.open(server.templates[0]!.document);
  assert.deepEqual(titles(), ["Other"], "neither the first template nor the empty document is missed");
  workflow.edit((now) => setTitle(now, "x"));
  workflow.undo();
  tabs.open(named("from a file"));
  tabs.open(server.templates[1]!.document);
  await runs.submit();
  tabs.open(emptyWorkflow);
  assert.deepEqual(titles(), ["Other", "from a file", "Painting", "Untitled"]);
});

test("each tab has its own steps to undo, selection, run and place of the canvas", async () => {
  const { tabs, workflow, runs, editor } = await open();
  let camera = { x: 1, y: 2, k: 0.5 };
  editor.canvas.attach({ camera: () => camera } as never);
  editor.canvas.showed(workflow.get().opened);
  workflow.edit((now) => setTitle(now, "first"));
  workflow.select(["paint"]);
  await runs.submit();
  const { id } = workflow.get();
  const { run } = runs.get().shown!;
  tabs.open(named("second"));
  camera = { x: 9, y: 9, k: 1 };
  assert.equal(runs.get().shown, undefined);
  assert.deepEqual([workflow.get().history.past.length, workflow.get().selection.size], [0, 0]);
  assert.equal(workflow.get().camera, undefined);
  tabs.show(id);
  assert.equal(runs.get().shown!.run, run);
  assert.deepEqual([...workflow.get().selection], ["paint"]);
  assert.deepEqual(workflow.get().camera, { x: 1, y: 2, k: 0.5 });
  workflow.undo();
  assert.equal(workflow.present(), painting);
});

/** An instance of "outer", which has one of "inner" inside, with a prompt. */
const nested: WorkflowJson = {
  ...painting,
  meta: { title: "nested" },
  nodes: { ...painting.nodes, a: { type: "subgraph.outer", version: 1 } },
  definitions: {
    outer: { title: "Outer", nodes: { b: { type: "subgraph.inner", version: 1 } } },
    inner: { title: "Inner", nodes: { words: { type: "text.prompt", version: 1 } } },
  },
};

test("each level of each tab is come back to where the canvas was, and a tab to the level that was open", async () => {
  const { tabs, workflow, editor } = await open();
  let camera = { x: 0, y: 0, k: 1 };
  editor.canvas.attach({ camera: () => camera } as never);
  const arrive = (x: number) => {
    camera = { x, y: 0, k: 1 };
    editor.canvas.showed(workflow.get().opened);
  };
  const seen = () => [workflow.get().path.join("/"), workflow.get().camera?.x];
  tabs.open(nested);
  const { id } = workflow.get();
  arrive(1);
  workflow.enter(["a"]);
  assert.deepEqual(seen(), ["a", undefined]);
  arrive(2);
  workflow.enter(["a", "b"]);
  arrive(3);
  workflow.select(["words"]);
  tabs.open(named("other"));
  arrive(9);
  tabs.show(id);
  assert.deepEqual(seen(), ["a/b", 3]);
  assert.deepEqual([...workflow.get().selection], ["words"]);
  workflow.enter([]);
  assert.deepEqual(seen(), ["", 1], "the canvas has not come to show what was passed through");
  workflow.enter(["a", "b"]);
  assert.deepEqual(seen(), ["a/b", 3]);
  workflow.enter(["a"]);
  assert.deepEqual(seen(), ["a", 2]);
});

test("a tab whose open subgraph went while it waited opens as far as there is something", async () => {
  const { tabs, workflow } = await open();
  tabs.open(nested);
  const { id } = workflow.get();
  workflow.enter(["a", "b"]);
  workflow.select(["words"]);
  tabs.open(named("other"));
  const { a: _, ...nodes } = nested.nodes;
  tabs.replace(id, { ...nested, nodes }, { revision: 1 });
  tabs.show(id);
  assert.deepEqual([workflow.get().path, workflow.get().selection.size], [[], 0]);
});

test("what is open about the canvas ends, with nothing done, when another tab or level is opened", async () => {
  const { tabs, workflow, editor } = await open();
  tabs.open(nested);
  const end = { node: "paint", port: "seed" };
  const openAll = () =>
    editor.screen.show({
      search: { at: { x: 0, y: 0 }, place: { x: 0, y: 0 } },
      menu: { kind: "node", about: "paint" },
      paint: { ends: [end] },
      sweep: end,
      link: "paint.text",
      hint: "No.",
      editing: { what: "card", id: "paint" },
      focusField: end,
      side: "runs",
    });
  for (const leave of [
    () => workflow.enter(["a"]),
    () => workflow.enter([]),
    () => tabs.open(named("other")),
    () => tabs.turn(-1),
  ]) {
    const before = workflow.get().id;
    openAll();
    workflow.select([]);
    assert.equal(editor.screen.get().menu?.about, "paint", "a selection leaves them");
    leave();
    assert.deepEqual(editor.screen.get(), { side: "runs" });
    assert.equal(tabs.find(before)!.history.past.length, 0);
  }
});

test("a document that is open already comes to the front as it is, edits and all", async () => {
  const { tabs, workflow } = await open();
  const saved = { revision: 1, document: named("kept") };
  tabs.open(saved.document, { id: "w", saved });
  workflow.edit((now) => setTitle(now, "edited"));
  tabs.open(named("other"));
  tabs.open(saved.document, { id: "w", saved });
  assert.equal(workflow.present().meta?.title, "edited");
  assert.equal(tabs.get().list.length, 2);
});

test("tabs are turned through in a circle", async () => {
  const { tabs, workflow } = await open();
  for (const title of ["a", "b", "c"]) tabs.open(named(title));
  const seen = [1, 1, 1, -1, -1].map((by) => {
    tabs.turn(by as 1 | -1);
    return workflow.present().meta?.title;
  });
  assert.deepEqual(seen, ["a", "b", "c", "b", "a"]);
});

test("a tab that goes leaves its neighbour in front, and the last one an empty document", async () => {
  const { tabs, workflow, titles } = await open();
  for (const title of ["a", "b", "c"]) tabs.open(named(title));
  const [a, b, c] = tabs.get().list.map(({ id }) => id) as [string, string, string];
  tabs.remove(a);
  assert.equal(workflow.present().meta?.title, "c");
  tabs.remove("nobody");
  tabs.remove(c);
  assert.deepEqual([titles(), workflow.present().meta?.title], [["b"], "b"]);
  tabs.remove(b);
  assert.deepEqual(titles(), ["Untitled"]);
});

test("what is noted or replaced of a tab that waits is there when it comes to the front", async () => {
  const { tabs, workflow } = await open();
  tabs.open(named("a"));
  const { id } = workflow.get();
  tabs.open(named("b"));
  tabs.markSaved(id, { revision: 3 }, "as");
  tabs.replace("as", named("newer"), { revision: 4 });
  assert.equal(workflow.present().meta?.title, "b");
  tabs.show("as");
  assert.deepEqual([workflow.get().saved?.revision, workflow.present().meta?.title], [4, "newer"]);
  workflow.undo();
  assert.equal(workflow.present().meta?.title, "a");
});

test("a run that is handed in while another tab comes to the front is not shown there", async () => {
  const { tabs, runs, workflow } = await open();
  workflow.edit((now) => setTitle(now, "a"));
  const submitted = runs.submit();
  tabs.open(named("b"));
  await submitted;
  await settled();
  assert.equal(runs.get().shown, undefined);
  assert.equal(runs.get().list.length, 1);
});
