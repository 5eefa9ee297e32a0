import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyRun, type NodeView, type WorkflowJson } from "@clipwork/engine";
import { painting } from "../testing/catalogue.ts";
import { settled, startEditor } from "../testing/start-editor.ts";
import { newestRound } from "./newest-round.ts";
import { seenInside, sourceInside } from "./seen-inside.ts";

/** A caption that goes through two nodes, of which the second can be repeated: it gives the kind that it takes. */
const passing: WorkflowJson = {
  ...painting,
  nodes: {
    caption: { type: "text.prompt", version: 1, params: { text: "a cube" } },
    pass: { type: "util.reroute", version: 1, inputs: { value: "caption.text" } },
    paint: { type: "image.paint", version: 1, inputs: { text: "pass.value" } },
    save: { type: "output.image", version: 1, inputs: { image: "paint.image" } },
  },
  exposed: {},
};

async function repeated() {
  const started = await startEditor();
  const { editor } = started;
  editor.files.openDocument(passing);
  editor.workflow.select(["pass"]);
  // A card that goes away takes the focus with it, which ends a series of joined changes.
  editor.workflow.listen(() => editor.workflow.seal());
  editor.subgraphs.repeat();
  const [id] = editor.workflow.get().selection;
  return { ...started, id: id! };
}

test("a selection is repeated: what it takes and gives is carried and collected, and one undo takes it back", async () => {
  const { editor, id } = await repeated();
  const { nodes, definitions } = editor.workflow.whole();
  assert.equal(nodes[id]!.type, "loop.repeat.subgraph");
  assert.deepEqual(Object.keys(definitions!.subgraph!.outputs!), ["value", "all"]);
  assert.equal(nodes.paint!.inputs!.text, `${id}.value`);
  const type = editor.offer.get().catalogue.get(nodes[id]!.type)!;
  assert.deepEqual([type.outputs.all!.list, Object.keys(type.params)], [true, ["rounds"]]);
  assert.deepEqual(editor.problems.get().all, []);
  editor.workflow.undo();
  assert.deepEqual(editor.workflow.whole(), passing);
});

test("an instance is repeated in place, runs once again, and a loop is not unpacked", async () => {
  const { editor, id } = await repeated();
  editor.subgraphs.unpack(id);
  assert.ok(editor.workflow.whole().nodes[id], "it stands");
  editor.subgraphs.setLoop(id, undefined);
  assert.equal(editor.workflow.whole().nodes[id]!.type, "subgraph.subgraph");
  editor.workflow.select([id]);
  editor.subgraphs.repeat();
  assert.equal(editor.workflow.whole().nodes[id]!.type, "loop.repeat.subgraph");
  assert.equal(Object.keys(editor.workflow.whole().definitions!).length, 1);
});

test("a loop that goes on as long as it says so, but says nothing, is a problem at its card", async () => {
  const { editor, id } = await repeated();
  editor.subgraphs.setLoop(id, "while");
  const [problem] = editor.problems.get().byNode.get(id)!;
  assert.equal(problem!.code, "bad-loop");
  assert.match(editor.naming.get().sentence(problem!.message), /^The loop “[^”]+” goes on/);
});

test("inside a loop the round is chosen, and what is wrong in any round is at the card", async () => {
  const { editor, id } = await repeated();
  editor.subgraphs.open(id);
  assert.equal(editor.workflow.get().prefix, `${id}/4/`);
  editor.workflow.lookAt([id], 2);
  assert.equal(editor.workflow.get().prefix, `${id}/2/`);
  assert.match(editor.naming.get().name(`${id}/3/pass`), / › round 3 › /);
  editor.workflow.edit((now) => ({
    ...now,
    nodes: { ...now.nodes, pass: { ...now.nodes.pass!, type: "util.rerout" } },
  }));
  assert.equal(editor.problems.get().byNode.get("pass")![0]!.code, "unknown-node-type");
  editor.workflow.undo();
  editor.subgraphs.leave();
  assert.equal(editor.workflow.get().prefix, "");
});

test("outside, a loop shows and gives what its last round gave, whichever round was looked at inside", async () => {
  const { editor, id } = await repeated();
  editor.subgraphs.open(id);
  editor.workflow.lookAt([id], 2);
  assert.equal(seenInside(editor.workflow.get(), "pass", editor.offer.get().catalogue, undefined), `${id}/2/pass`);
  editor.subgraphs.leave();
  assert.equal(seenInside(editor.workflow.get(), id, editor.offer.get().catalogue, undefined), `${id}/4/pass`);
  assert.deepEqual(sourceInside(editor.workflow.get(), { node: id, port: "value" }, undefined), {
    node: `${id}/4/pass`,
    port: "value",
  });
});

test("a loop that ended early shows the round in which it did, and is opened there", async () => {
  const { editor, server, id } = await repeated();
  const { workflow, offer, runs, subgraphs } = editor;
  const seen = (node: string) => seenInside(workflow.get(), node, offer.get().catalogue, runs.get().shown);
  await runs.submit();
  await settled();
  const { run } = runs.get().shown!;
  server.log(run, { event: "run.started", nodes: 3 });
  for (const round of [1, 2]) server.log(run, { event: "node.cached", node: `${id}/${round}/pass`, item: 0, key: "k" });
  assert.equal(seen(id), `${id}/4/pass`, "one with a number of rounds goes on to its last");
  workflow.edit((now) => ({
    ...now,
    nodes: { ...now.nodes, [id]: { ...now.nodes[id]!, type: now.nodes[id]!.type.replace("repeat", "while") } },
  }));
  assert.equal(seen(id), `${id}/2/pass`);
  const end = { node: id, port: "value" };
  assert.deepEqual(sourceInside(workflow.get(), end, runs.get().shown), { node: `${id}/2/pass`, port: "value" });
  subgraphs.open(id);
  assert.equal(workflow.get().prefix, `${id}/2/`);
  workflow.lookAt([id], 1);
  subgraphs.leave();
  assert.equal(seen(id), `${id}/2/pass`);
  server.log(run, { event: "node.cached", node: `${id}/3/pass`, item: 0, key: "k" });
  assert.equal(seen(id), `${id}/3/pass`);
  subgraphs.open(id);
  assert.equal(workflow.get().prefix, `${id}/1/`, "the round that was chosen");
});

test("inside a loop that ended early the round in which it did is shown again after another tab and after a reload", async () => {
  const started = await repeated();
  const { editor, server, id } = started;
  const { workflow, runs, tabs } = editor;
  await runs.submit();
  await settled();
  // The server would ask it to say whether it goes on.
  editor.subgraphs.setLoop(id, "while");
  const { run } = runs.get().shown!;
  server.log(run, { event: "run.started", nodes: 3 });
  // As a problem's button does.
  workflow.enter([id]);
  const prefixes: string[] = [];
  workflow.listen(() => prefixes.push(workflow.get().prefix));
  assert.equal(workflow.get().prefix, `${id}/4/`, "no round has begun");
  for (const round of [1, 2]) {
    server.log(run, { event: "node.cached", node: `${id}/${round}/pass`, item: 0, key: "k" });
    assert.equal(workflow.get().prefix, `${id}/${round}/`);
  }
  const { front } = tabs.get();
  editor.files.openNew();
  tabs.show(front);
  await settled();
  assert.deepEqual([runs.get().shown?.run, workflow.get().prefix], [run, `${id}/2/`]);
  workflow.enter([]);
  prefixes.length = 0;
  workflow.enter([id]);
  assert.deepEqual([...new Set(prefixes)], [`${id}/2/`], "nobody is shown another round first");
  await editor.drafts.flush();
  started.close();
  const { browser, clock, disk, tab } = started;
  const again = await startEditor({ server, browser, clock, disk, tab });
  await settled();
  assert.deepEqual([again.editor.workflow.get().path, again.editor.workflow.get().prefix], [[id], `${id}/2/`]);
});

test("a run has come to a round if something in it has begun, not what numbers it or stands behind it", () => {
  const ids = ["loop/1/pass", "loop/2/pass", "loop/3/out/1", "loop/4/in", "other/5/pass"];
  const nodes = emptyRun("run").nodes;
  const view = { nodes: ids.reduce((all, one) => all.with(one, {} as NodeView), nodes) };
  assert.equal(newestRound(view, "loop"), 2);
});
