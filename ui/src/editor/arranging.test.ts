import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import { type Box, boxAt, overlap } from "../canvas/geometry.ts";
import { placeOf } from "../document/edit.ts";
import { startEditor } from "../testing/start-editor.ts";

const size = { width: 256, height: 200 };

/** An editor with a canvas on which every card has the same size. */
async function open(document?: WorkflowJson) {
  const { editor } = await startEditor();
  const { workflow, arranging } = editor;
  if (document) editor.tabs.open(document);
  const boxes = (): Map<string, Box> =>
    new Map(Object.keys(workflow.present().nodes).map((id) => [id, boxAt(placeOf(workflow.present(), id), size)]));
  const shown: string[] = [];
  const note = (what: string) => async () => void shown.push(what);
  const view = { boxes, camera: () => ({ x: 0, y: 0, k: 1 }), drawn: async () => {}, begin: note("begin") };
  editor.canvas.attach({ ...view, reveal: note("reveal") } as never);
  const xs = (...ids: string[]) => ids.map((id) => placeOf(workflow.present(), id).x);
  return { editor, workflow, arranging, boxes, shown, xs };
}

const pile: WorkflowJson = {
  format: "clipwork/1",
  nodes: {
    save: { type: "output.image", version: 1, inputs: { image: "paint.image" } },
    paint: { type: "decoder.sample", version: 1, inputs: { text: "caption.text" } },
    caption: { type: "text.prompt", version: 1 },
    other: { type: "text.prompt", version: 1 },
  },
  layout: {
    save: { x: 10, y: 20 },
    paint: { x: 10, y: 20, open: true },
    caption: { x: 40, y: 20 },
    other: { x: 700, y: 30 },
  },
};

const apart = (boxes: ReadonlyMap<string, Box>) =>
  [...boxes.values()].every((a, i, all) => all.slice(i + 1).every((b) => !overlap(a, b)));

test("all nodes are arranged from left to right where they stood, as one step to undo, and shown", async () => {
  const { workflow, arranging, boxes, shown, xs } = await open(pile);
  await arranging.arrange();
  const [caption, paint, save] = xs("caption", "paint", "save");
  assert.ok(caption! < paint! && paint! < save!);
  assert.equal(Math.min(...xs("caption", "paint", "save", "other")), 10);
  assert.ok(apart(boxes()));
  assert.deepEqual(workflow.present().layout!.paint, { ...placeOf(workflow.present(), "paint"), open: true });
  assert.deepEqual(shown, ["begin"]);
  workflow.undo();
  assert.equal(workflow.present(), pile);
});

test("several selected nodes are arranged by themselves, and land on no other", async () => {
  const { workflow, arranging, boxes, shown, xs } = await open(pile);
  workflow.select(["caption", "paint", "save"]);
  await arranging.arrange();
  assert.deepEqual(xs("other"), [700]);
  assert.ok(apart(boxes()));
  assert.deepEqual(shown, ["reveal"]);
});

test("a collapsed group is arranged as the one card that it is, by the links across its border", async () => {
  const { editor, workflow, arranging } = await open({
    ...pile,
    groups: { g: { title: "Words to picture", members: ["caption", "paint"], collapsed: true } },
  });
  const card = { width: 208, height: 80 };
  const boxes = () => {
    const of = (id: string) => boxAt(placeOf(workflow.present(), id), size);
    const { x, y } = placeOf(workflow.present(), "caption");
    const group = boxAt({ x: x - 46, y: y - 52 }, card);
    return new Map([...["save", "other"].map((id) => [id, of(id)] as const), ["caption", group], ["paint", group]]);
  };
  editor.canvas.attach({ ...editor.canvas.get().view!, boxes });
  const from = (id: string) => placeOf(workflow.present(), id);
  const inside = () => [from("caption").x - from("paint").x, from("caption").y - from("paint").y];
  const before = inside();
  await arranging.arrange();
  const now = boxes();
  assert.ok(now.get("caption")!.right < now.get("save")!.left, "the group stands before what it feeds");
  assert.ok(apart(new Map([...now].filter(([id]) => id !== "paint"))));
  assert.deepEqual(inside(), before);
});

test("nodes of a file that says nothing of their places are arranged when it is opened; those with a place stay", async () => {
  const { save, ...layout } = pile.layout as { [id: string]: { x: number; y: number } };
  const { workflow, arranging, boxes } = await open({
    ...pile,
    layout: { paint: layout.paint!, other: layout.other! },
  });
  await arranging.placeNew();
  assert.deepEqual(placeOf(workflow.present(), "paint"), layout.paint);
  const there = boxes();
  for (const id of ["save", "caption"])
    for (const other of ["paint", "other"]) assert.equal(overlap(there.get(id)!, there.get(other)!), false);
  const placed = workflow.present();
  await arranging.placeNew();
  assert.equal(workflow.present(), placed, "all have a place now");
});

test("without a canvas, or with nothing on it, nothing happens", async () => {
  const { editor } = await startEditor();
  const before = editor.workflow.present();
  await editor.arranging.arrange();
  await editor.arranging.placeNew();
  assert.equal(editor.workflow.present(), before);
});

test("arranging very many nodes says so, with about how long it takes, and can be called off: they stay where they are", async () => {
  const nodes = Object.fromEntries(
    Array.from({ length: 1_200 }, (_, i) => [`n${i}`, { type: "text.prompt", version: 1 }]),
  );
  const { editor, arranging, workflow } = await open({ format: "clipwork/1", nodes });
  const said: (string | undefined)[] = [];
  editor.progress.listen(() => said.push(editor.progress.get().now?.what));
  const before = workflow.present();
  const first = arranging.arrange();
  editor.progress.get().now!.cancel();
  await first;
  assert.equal(workflow.present(), before);
  assert.equal(editor.messages.get().at(-1)!.text, "The nodes stay where they are.");
  await arranging.arrange();
  assert.ok(said.includes("Arranging 1,200 nodes"));
  assert.notEqual(workflow.present(), before);
  assert.equal(editor.progress.get().now, undefined);
});
