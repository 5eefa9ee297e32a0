import assert from "node:assert/strict";
import { test } from "node:test";
import type { CanvasView } from "../canvas/canvas-view.ts";
import { boxAt, overlap, type Point } from "../canvas/geometry.ts";
import { typicalCard } from "../canvas/shapes.ts";
import { moveNodes, setParam, setTitle } from "../document/edit.ts";
import { canSweep } from "../document/sweep.ts";
import { painting } from "../testing/catalogue.ts";
import { settled, startEditor } from "../testing/start-editor.ts";

/** An editor whose caption and painter have become a subgraph. */
async function packed() {
  const started = await startEditor();
  const { editor } = started;
  editor.files.openDocument(painting);
  editor.workflow.select(["caption", "paint"]);
  editor.subgraphs.make();
  const [id] = editor.workflow.get().selection;
  return { ...started, id: id! };
}

test("a selection becomes a node type with ports and parameters, and one undo takes it back", async () => {
  const { editor, id } = await packed();
  const { nodes, exposed } = editor.workflow.whole();
  assert.deepEqual(Object.keys(nodes), [id, "save"]);
  assert.deepEqual(exposed, { prompt: `${id}.text`, seed: [`${id}.seed`] });
  const type = editor.offer.get().catalogue.get(nodes[id]!.type)!;
  assert.equal(type.outputs.image!.type.kind, "image");
  assert.deepEqual(Object.keys(type.params), ["text", "seed"]);
  assert.equal(type.params.seed!.default, 7);
  assert.deepEqual(editor.problems.get().all, []);
  editor.workflow.undo();
  assert.deepEqual(editor.workflow.whole(), painting);
});

test("what is open inside is edited as the document is; the whole document is what is kept and run", async () => {
  const { editor, id, server } = await packed();
  editor.subgraphs.open();
  assert.deepEqual(editor.workflow.get().path, [id]);
  assert.deepEqual(Object.keys(editor.workflow.present().nodes), ["in", "caption", "paint", "out"]);
  editor.workflow.select(["paint", "out"]);
  editor.edits.toggleMode("mute");
  assert.equal(editor.workflow.whole().definitions!.subgraph!.nodes.paint!.mode, "mute");
  editor.edits.toggleMode("mute");
  editor.workflow.select(["in", "out"]);
  editor.edits.removeSelected();
  assert.ok(editor.workflow.present().nodes.in, "a side cannot be removed");
  await editor.runs.submit(["paint"]);
  await settled();
  const { shown } = editor.runs.get();
  const detail = await server.api.run(shown!.run);
  assert.deepEqual(detail.document, editor.workflow.whole());
  assert.equal(
    canSweep(editor.workflow.present(), { node: "paint", port: "seed" }, editor.offer.get().catalogue),
    false,
  );
});

test("undo shows what it changes: what was done outside leaves the subgraph, and one that is gone is left", async () => {
  const { editor, id } = await packed();
  editor.workflow.edit((now) => ({ ...now, nodes: { ...now.nodes, other: now.nodes.save! } }));
  editor.subgraphs.open(id);
  editor.workflow.undo();
  assert.deepEqual(editor.workflow.get().path, []);
  editor.subgraphs.open(id);
  editor.workflow.undo();
  assert.deepEqual([editor.workflow.get().path, editor.workflow.whole()], [[], painting]);
});

test("undo inside one subgraph leaves it for what it changes: another subgraph, what is around, or a place outside", async () => {
  const { editor, id } = await packed();
  const { workflow, subgraphs, edits } = editor;
  workflow.select(["save"]);
  subgraphs.make();
  const [other] = workflow.get().selection;
  const turn = (path: readonly string[], to: readonly string[]) => {
    for (const way of ["undo", "redo"] as const) {
      workflow.enter(path);
      const before = workflow.whole();
      workflow[way]();
      assert.notEqual(workflow.whole(), before);
      assert.deepEqual(workflow.get().path, to, way);
    }
  };
  workflow.enter([id]);
  workflow.edit((now) => setParam(now, { node: "paint", port: "seed" }, 9));
  turn([other!], []);
  turn([id], [id]);
  workflow.enter([id]);
  workflow.select(["caption"]);
  subgraphs.make();
  const [inner] = workflow.get().selection;
  workflow.select(["paint"]);
  edits.toggleMode("mute");
  turn([id, inner!], [id]);
  workflow.enter([]);
  workflow.edit((now) => moveNodes(now, new Map([[id, { x: 77, y: 7 }]])));
  turn([other!], []);
  workflow.edit((now) => setTitle(now, "Other"));
  turn([other!], [other!]);
});

test("what is wrong inside is at the card outside and at the node inside, by its titles", async () => {
  const { editor, id } = await packed();
  editor.subgraphs.open(id);
  editor.workflow.edit((now) => ({ ...now, nodes: { ...now.nodes, paint: { ...now.nodes.paint!, inputs: {} } } }));
  assert.equal(editor.problems.get().byNode.get("paint")![0]!.code, "missing-input");
  editor.subgraphs.leave();
  assert.deepEqual([...editor.workflow.get().selection], [id]);
  const [problem] = editor.problems.get().byNode.get(id)!;
  assert.equal(problem!.node, `${id}/paint`);
  assert.match(editor.naming.get().sentence(problem!.message), /^“Subgraph › Paint: text” needs/);
});

test("a copied card brings its subgraph into another document", async () => {
  const { editor, id } = await packed();
  const text = editor.edits.copySelected()!;
  editor.files.openNew();
  editor.edits.paste(JSON.parse(text), { x: 0, y: 0 });
  const { nodes, definitions } = editor.workflow.whole();
  assert.deepEqual([Object.keys(nodes), Object.keys(definitions!)], [[id], ["subgraph"]]);
  editor.edits.duplicateSelected();
  assert.deepEqual(Object.keys(editor.workflow.whole().definitions!), ["subgraph"], "the same one is shared");
});

test("a subgraph is not put into itself", async () => {
  const { editor, id } = await packed();
  const file = new File([JSON.stringify(editor.workflow.whole())], "a.json", { type: "application/json" });
  editor.subgraphs.open(id);
  const before = editor.workflow.whole();
  const { subgraphFile } = await import("@clipwork/engine");
  const own = new File([JSON.stringify(subgraphFile(before, "subgraph"))], "own.json", { type: "application/json" });
  await editor.subgraphs.insert(own);
  assert.equal(editor.workflow.whole(), before);
  assert.match(editor.messages.get().at(-1)!.text, /cannot contain itself/);
  editor.subgraphs.leave();
  await editor.subgraphs.insert(file);
  assert.equal(Object.keys(editor.workflow.whole().definitions!).length, 2);
});

test("nor is it pasted or chosen into itself, or what contains it: a sentence says so, and nothing changes", async () => {
  const { editor, id } = await packed();
  const own = JSON.parse(editor.edits.copySelected()!);
  editor.subgraphs.make();
  const [around] = editor.workflow.get().selection;
  const outer = JSON.parse(editor.edits.copySelected()!);
  editor.subgraphs.open(around);
  editor.workflow.select([id]);
  editor.edits.duplicateSelected();
  assert.equal(Object.keys(editor.workflow.present().nodes).length, 4, "one subgraph may be twice in another");
  editor.workflow.undo();
  editor.subgraphs.open(id);
  const before = editor.workflow.whole();
  const refused = (what: string) => {
    assert.equal(editor.workflow.whole(), before, what);
    const [message, ...others] = editor.messages.get();
    assert.deepEqual([message?.text, message?.tone, others], ["A subgraph cannot contain itself.", "error", []], what);
    editor.messages.dismiss(message!.id);
  };
  editor.edits.paste(own, { x: 0, y: 0 });
  refused("pasted");
  editor.edits.paste(outer, { x: 0, y: 0 });
  refused("pasted what contains it");
  const { [own.nodes[id].type.slice("subgraph.".length)]: inner } = before.definitions!;
  const fresh = {
    format: "clipwork/1",
    nodes: { new: { type: "subgraph.fresh", version: 1 } },
    definitions: { fresh: { nodes: { deep: { type: "subgraph.inner", version: 1 } } }, inner },
  } as never;
  editor.edits.paste(fresh, { x: 0, y: 0 });
  refused("pasted what contains an equal one, from elsewhere");
  await editor.subgraphs.insert(new File([JSON.stringify(fresh)], "fresh.json"));
  refused("inserted what contains an equal one");
  for (const { type } of [own.nodes[id], outer.nodes[around!]]) {
    const definition = editor.offer.get().catalogue.get(type)!;
    assert.equal(editor.edits.addFound({ definition, port: undefined } as never, { x: 0, y: 0 }), undefined);
    refused(`chosen: ${type}`);
  }
});

test("many pasted cards bring their subgraph once, and one file that is inserted twice does too", async () => {
  const { editor, id } = await packed();
  editor.edits.duplicateSelected();
  editor.edits.duplicateSelected();
  editor.workflow.select(Object.keys(editor.workflow.present().nodes));
  const text = editor.edits.copySelected()!;
  const file = new File([JSON.stringify(editor.workflow.whole())], "a.json");
  editor.files.openNew();
  editor.workflow.edit((now) => ({
    ...now,
    nodes: { own: { type: "subgraph.subgraph", version: 1 } },
    definitions: { subgraph: { title: "Another", nodes: {} } },
  }));
  editor.edits.paste(JSON.parse(text), { x: 0, y: 0 });
  const { nodes, definitions } = editor.workflow.whole();
  assert.deepEqual(Object.keys(definitions!), ["subgraph", "subgraph2"]);
  assert.equal(Object.values(nodes).filter(({ type }) => type === "subgraph.subgraph2").length, 3);
  assert.equal(nodes[id]!.type, "subgraph.subgraph2");
  editor.edits.paste(JSON.parse(text), { x: 0, y: 0 });
  assert.deepEqual(Object.keys(editor.workflow.whole().definitions!), ["subgraph", "subgraph2"]);
  await editor.subgraphs.insert(file);
  const once = Object.keys(editor.workflow.whole().definitions!);
  assert.equal(once.length, 3);
  await editor.subgraphs.insert(file);
  assert.deepEqual(Object.keys(editor.workflow.whole().definitions!), once);
});

test("a subgraph that is inserted lies on no card, also while its own is not drawn", async () => {
  const { editor } = await packed();
  const { workflow, canvas, subgraphs } = editor;
  const under = boxAt({ x: 0, y: 210 }, typicalCard);
  const middle = { at: { x: 0, y: 0 }, place: { x: 0.4, y: 0 } };
  canvas.attach({ middle: () => middle, boxes: () => new Map([["save", under]]) } as unknown as CanvasView);
  await subgraphs.insert(new File([JSON.stringify(painting)], "a.json"));
  const [added] = workflow.get().selection;
  const { x, y } = workflow.present().layout![added!] as Point;
  assert.equal(overlap(boxAt({ x, y }, typicalCard), under), false, `${x}, ${y}`);
  assert.deepEqual([x, y].map(Math.round), [x, y]);
});

test("a workflow without nodes is not inserted, and a sentence says so", async () => {
  const { editor } = await packed();
  const before = editor.workflow.whole();
  await editor.subgraphs.insert(new File(['{ "format": "clipwork/1", "nodes": {} }'], "empty.json"));
  assert.equal(editor.workflow.whole(), before);
  assert.equal(editor.messages.get().at(-1)!.text, "empty.json: This workflow has no nodes.");
});

test("what is unpacked lies on no other card: those to the right and below make room, a collapsed group and a note too, in one step", async () => {
  const { editor, id } = await packed();
  const { workflow, subgraphs } = editor;
  const text = { type: "text.prompt", version: 1 };
  workflow.edit((now) => ({
    ...now,
    nodes: { ...now.nodes, right: text, hidden: text, under: text },
    layout: {
      [id]: { x: 0, y: 0 },
      save: { x: 300, y: 0 },
      right: { x: 700, y: 40 },
      hidden: { x: 1000, y: 40 },
      under: { x: -60, y: 250 },
    },
    groups: { g: { title: "G", members: ["right", "hidden"], collapsed: true } },
    notes: { n: { text: "Why", x: 310, y: 300, width: 200, height: 100 } },
  }));
  workflow.editWhole((now) => ({
    ...now,
    definitions: {
      subgraph: {
        ...now.definitions!.subgraph!,
        layout: { caption: { x: 50, y: 10 }, paint: { x: 450, y: 10, open: true } },
      },
    },
  }));
  const before = workflow.whole();
  subgraphs.unpack(id);
  const { layout, notes, nodes } = workflow.present();
  const size = { width: 256, height: 240 };
  const box = (node: string) => boxAt(layout![node] as Point, size);
  assert.deepEqual(
    [layout!.caption, layout!.paint],
    [
      { x: 0, y: 0 },
      { x: 400, y: 0, open: true },
    ],
  );
  const boxes = Object.keys(nodes)
    .filter((node) => node !== "hidden")
    .map(box);
  for (const [i, a] of boxes.entries()) for (const b of boxes.slice(i + 1)) assert.equal(overlap(a, b), false);
  const note = boxAt(notes!.n!, notes!.n!);
  for (const card of boxes) assert.equal(overlap(card, note), false);
  const at = (node: string) => layout![node] as Point;
  assert.deepEqual([at("hidden").x - at("right").x, at("hidden").y - at("right").y], [300, 0]);
  workflow.undo();
  assert.equal(workflow.whole(), before);
});

test("where no room can be made what is unpacked goes to the nearest free place, also if it has no places of its own", async () => {
  const { editor, id } = await packed();
  const { workflow, subgraphs } = editor;
  workflow.editWhole((now) => {
    const { layout: _, ...definition } = now.definitions!.subgraph!;
    const wide = { text: "Wide", x: -400, y: 200, width: 1_000, height: 300 };
    return {
      ...now,
      layout: { [id]: { x: 0, y: 0 }, save: { x: 900, y: 0 } },
      definitions: { subgraph: definition },
      notes: { wide },
    };
  });
  subgraphs.unpack(id);
  const { layout, notes } = workflow.present();
  const card = { width: 256, height: 400 };
  const boxes = ["caption", "paint"].map((node) => boxAt(layout![node] as Point, card));
  const wide = boxAt(notes!.wide!, notes!.wide!);
  assert.ok(boxes.every((one) => !overlap(one, wide)));
  assert.equal(overlap(boxes[0]!, boxes[1]!), false);
  assert.deepEqual(layout!.save, { x: 900, y: 0 }, "nobody moves for nothing");
});
