import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import { setParam } from "../document/edit.ts";
import { startEditor } from "../testing/start-editor.ts";

const painter = (seed: number) => ({
  nodes: { paint: { type: "image.paint", version: 1, params: { seed }, inputs: { text: "in.text" } } },
  inputs: { text: {} },
  outputs: { image: { from: "paint.image" } },
  exposed: { seed: "paint.seed" },
});
const document: WorkflowJson = {
  format: "clipwork/1",
  nodes: {
    around: { type: "subgraph.around", version: 1 },
    other: { type: "subgraph.other", version: 1 },
  },
  definitions: {
    around: { nodes: { inner: { type: "subgraph.inner", version: 1 } }, exposed: { seed: "inner.seed" } },
    inner: painter(1),
    other: painter(2),
  },
};

/** An editor in which the subgraph that an instance stands for is open. */
async function inside(...path: string[]) {
  const { editor } = await startEditor();
  editor.files.openDocument(document);
  editor.workflow.enter(path);
  const types = () => editor.offer.get().catalogue;
  const set = (port: string, value: unknown) =>
    editor.workflow.edit((now) => setParam(now, { node: "paint", port }, value));
  return { editor, types, set };
}

test("an edit inside a subgraph describes it and those around it anew, and no other", async () => {
  const { types, set } = await inside("around", "inner");
  const before = types();
  set("seed", 5);
  const after = types();
  assert.equal(after.get("subgraph.inner")!.params.seed!.default, 5);
  assert.equal(after.get("subgraph.around")!.params.seed!.default, 5);
  assert.notEqual(after.get("subgraph.around"), before.get("subgraph.around"));
  assert.equal(after.get("subgraph.other"), before.get("subgraph.other"));
  assert.equal(after.get("text.prompt"), before.get("text.prompt"));
});

test("an edit that shows on no card leaves all types, and the catalogue, as they were", async () => {
  const { editor, types, set } = await inside("around", "inner");
  const before = types();
  set("size", 16);
  assert.equal(types(), before);
  editor.workflow.edit((now) => ({ ...now, layout: { paint: { x: 5, y: 5 } } }));
  assert.equal(types(), before);
});

test("what is open has two sides, and they go when it is left", async () => {
  const { editor, types } = await inside("other");
  assert.deepEqual(Object.keys(types().get("boundary.in")!.outputs), ["text"]);
  assert.deepEqual(Object.keys(types().get("boundary.out")!.inputs), ["image"]);
  editor.workflow.enter([]);
  assert.equal(types().get("boundary.in"), undefined);
});

test("a definition that is added, changed so that it cannot be read, or removed is followed", async () => {
  const { editor, types } = await inside("other");
  const change = (definitions: WorkflowJson["definitions"]) =>
    editor.workflow.editWhole((now) => ({ ...now, definitions: { ...now.definitions, ...definitions } }));
  change({ more: painter(3) });
  assert.equal(types().get("subgraph.more")!.params.seed!.default, 3);
  change({ inner: { nodes: { again: { type: "subgraph.inner", version: 1 } } } });
  assert.equal(types().get("subgraph.inner"), undefined);
  editor.workflow.editWhole(({ definitions: _, ...now }) => now);
  assert.equal(types().get("subgraph.other"), undefined);
});
