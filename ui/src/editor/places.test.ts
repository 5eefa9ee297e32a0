import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import { addPoint } from "../document/map-points.ts";
import { addStrip } from "../document/map-strips.ts";
import { FakeServer } from "../testing/fake-server.ts";
import { mapCatalogue, mapNode, mapping } from "../testing/map-catalogue.ts";
import { settled, startEditor } from "../testing/start-editor.ts";

const map = "map.map";
const plain: WorkflowJson = { ...mapping, nodes: { ...mapping.nodes, prior: mapNode("prior.any") } };
const at = { x: 1, y: 2 };

/** An editor of a server that has the nodes of maps, with a document open. */
async function exploring(document: WorkflowJson) {
  const server = new FakeServer();
  server.catalogue = mapCatalogue;
  const started = await startEditor({ server });
  started.editor.tabs.open(document);
  const { workflow, runs, places, messages } = started.editor;
  const submitted = () => server.asked.filter((name) => name === "submit").length;
  return { ...started, workflow, runs, places, messages, submitted };
}

const pointAt = (workflow: WorkflowJson) => workflow.nodes.point?.params;
const placed = addPoint(plain, map, { x: 0, y: 0 }, mapCatalogue)!;

test("to decode a place is one step to undo, and runs what its picture needs and no more", async () => {
  const { workflow, places, runs, submitted } = await exploring(placed);
  assert.equal(places.decode(map, { at }), true);
  await settled();
  assert.deepEqual(pointAt(workflow.present()), at);
  assert.equal(submitted(), 1);
  const detail = await runs.find(runs.get().shown!.run);
  assert.deepEqual(detail!.targets, ["image"]);
  assert.deepEqual(pointAt(detail!.document), at);
  workflow.undo();
  assert.deepEqual(pointAt(workflow.present()), { x: 0, y: 0 });
});

test("a place that no node decodes changes nothing; its nodes are added and run as one step to undo", async () => {
  const { workflow, places, submitted } = await exploring(plain);
  assert.equal(places.decode(map, { at }), false);
  assert.equal(places.decode(map, { from: 0, to: 1 }), false);
  assert.equal(workflow.present(), plain);
  assert.equal(submitted(), 0);
  places.add(map, { at });
  await settled();
  assert.deepEqual(pointAt(workflow.present()), at);
  assert.equal(submitted(), 1);
  workflow.undo();
  assert.equal(workflow.present(), plain);
});

test("a strip between two points is decoded likewise, and is added likewise", async () => {
  const { editor, workflow, places, runs, submitted } = await exploring(addStrip(plain, map, 0, 1, mapCatalogue)!);
  assert.equal(places.decode(map, { from: 4, to: 2 }), true);
  await settled();
  assert.equal(workflow.present().nodes.pick!.params!.item, 4);
  assert.equal(workflow.present().nodes["pick-2"]!.params!.item, 2);
  assert.deepEqual((await runs.find(runs.get().shown!.run))!.targets, ["image"]);
  editor.tabs.open(plain);
  places.add(map, { from: 4, to: 2 });
  await settled();
  assert.equal(submitted(), 2);
  workflow.undo();
  assert.equal(workflow.present(), plain);
});

test("a click while another one is handed in is not lost: the last place is decoded, and the run before it is cancelled", async () => {
  const { workflow, places, runs, server, submitted } = await exploring(placed);
  for (const x of [1, 2, 3]) places.decode(map, { at: { x, y: 0 } });
  for (let i = 0; i < 5; i++) await settled();
  assert.equal(submitted(), 2);
  const last = await runs.find(runs.get().shown!.run);
  assert.deepEqual(pointAt(last!.document), { x: 3, y: 0 });
  assert.deepEqual(pointAt(workflow.present()), { x: 3, y: 0 });
  const states = runs.get().list.map(({ state }) => state);
  assert.deepEqual(states, ["queued", "cancelled"]);
  assert.equal(server.asked.filter((name) => name === "cancel").length, 1);
});

test("a run that somebody else of the page began is not cancelled", async () => {
  const { places, runs } = await exploring(placed);
  await runs.submit();
  places.decode(map, { at });
  for (let i = 0; i < 5; i++) await settled();
  assert.deepEqual(
    runs.get().list.map(({ state }) => state),
    ["queued", "queued"],
  );
});

test("a server without the nodes is said to have none", async () => {
  const { editor } = await startEditor();
  editor.tabs.open(plain);
  editor.places.add(map, { at });
  assert.match(editor.messages.get()[0]!.text, /no nodes that decode/);
  assert.equal(editor.workflow.present(), plain);
});

test("a close look goes on in the run that takes the place of the one that it is of, and no other does", async () => {
  const { editor, runs, server } = await exploring(placed);
  await runs.submit();
  const first = runs.get().shown!.run;
  editor.screen.show({ look: { run: first, node: "map", item: 0 } });
  server.play(first);
  await runs.submit();
  const second = runs.get().shown!.run;
  assert.notEqual(second, first);
  assert.deepEqual(editor.screen.get().look, { run: second, node: "map", item: 0 });
  editor.screen.show({ look: { run: "another", node: "map", item: 0 } });
  await runs.submit();
  assert.equal(editor.screen.get().look!.run, "another");
});
