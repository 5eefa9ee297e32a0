import assert from "node:assert/strict";
import { test } from "node:test";
import { startNested } from "../testing/nested.ts";
import { seenInside, sourceInside } from "./seen-inside.ts";
import { runIdOf } from "./workflow.ts";

test("a card shows the picture of the node inside that gives it, at every level", async () => {
  const { editor, at, inner, outer } = await startNested();
  const { workflow, offer, runs } = editor;
  const seen = (id: string) => seenInside(workflow.get(), id, offer.get().catalogue, runs.get().shown);
  assert.equal(seen(outer), at);
  assert.equal(seen("save"), "save");
  workflow.enter([outer]);
  assert.equal(seen(inner), at);
  workflow.enter([outer, inner]);
  assert.equal(seen("paint"), at);
  assert.equal(runIdOf(workflow.get(), "paint"), at);
});

test("what a socket gives comes from the node inside that gives it", async () => {
  const { editor, at, inner, outer } = await startNested();
  const from = (node: string, port = "image") => sourceInside(editor.workflow.get(), { node, port }, undefined);
  assert.deepEqual(from(outer), { node: at, port: "image" });
  assert.equal(from(outer, "none"), undefined);
  assert.deepEqual(from("save"), { node: "save", port: "image" });
  editor.workflow.enter([outer, inner]);
  assert.deepEqual(from("paint"), { node: at, port: "image" });
});

test("the key V looks at what the card shows, at every level", async () => {
  const { editor, at, inner, outer, run } = await startNested();
  for (const [path, id] of [
    [[], outer],
    [[outer], inner],
    [[outer, inner], "paint"],
  ] as const) {
    editor.workflow.enter(path);
    for (const selection of [[id], []]) {
      editor.workflow.select(selection);
      editor.viewer.toggle();
      assert.deepEqual(editor.screen.get().look, { run, node: at, item: 0 }, `V at ${path}, ${selection}`);
      editor.viewer.toggle();
    }
  }
});
