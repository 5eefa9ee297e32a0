import assert from "node:assert/strict";
import { test } from "node:test";
import { moveNodes, setParam } from "../document/edit.ts";
import { painting } from "../testing/catalogue.ts";
import { buildEditor, startEditor } from "../testing/start-editor.ts";

const size = { node: "paint", port: "size" };

test("what is wrong is said at once, in the engine's words, of the whole and by node", async () => {
  const { editor } = await startEditor();
  assert.deepEqual(editor.problems.get().all, []);
  editor.workflow.edit((now) => setParam(now, size, 5_000));
  const [problem] = editor.problems.get().all;
  assert.match(problem!.message, /5000.*most allowed is 64/s);
  assert.deepEqual(editor.problems.get().byNode.get("paint"), [problem]);
  editor.workflow.undo();
  assert.deepEqual(editor.problems.get().all, []);
});

test("moving a node checks nothing", async () => {
  const { editor } = await startEditor();
  const before = editor.problems.get();
  editor.workflow.edit((now) => moveNodes(now, new Map([["paint", { x: 5, y: 5 }]])));
  editor.workflow.select(["paint"]);
  assert.equal(editor.problems.get(), before);
});

test("a node whose problems are the same keeps its list, so that it is not drawn again", async () => {
  const { editor } = await startEditor();
  editor.workflow.edit((now) => setParam(now, size, 5_000));
  const before = editor.problems.get().byNode.get("paint");
  editor.workflow.edit((now) => setParam(now, { node: "caption", port: "text" }, 5));
  assert.ok(editor.problems.get().byNode.has("caption"));
  assert.equal(editor.problems.get().byNode.get("paint"), before);
});

test("before the node types are known nothing is called wrong; then everything is checked", async () => {
  const { editor } = buildEditor();
  editor.tabs.open({ ...painting, nodes: { odd: { type: "future.node", version: 1 } }, exposed: {} });
  assert.deepEqual(editor.problems.get().all, []);
  await editor.offer.load();
  assert.deepEqual([...editor.problems.get().byNode.keys()], ["odd"]);
});

test("what is no workflow at all is a problem too", async () => {
  const { editor } = await startEditor();
  editor.tabs.open({ format: "clipwork/1", nodes: { "BAD ID": { type: "text.prompt", version: 1 } } });
  assert.ok(editor.problems.get().all.length > 0);
});

test("nothing is wrong with a document that has no nodes yet", async () => {
  const { editor } = await startEditor();
  editor.files.openNew();
  assert.deepEqual(editor.problems.get().all, []);
});
