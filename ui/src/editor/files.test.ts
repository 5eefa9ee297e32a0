import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import { setTitle } from "../document/edit.ts";
import { painting } from "../testing/catalogue.ts";
import { settled, startEditor } from "../testing/start-editor.ts";
import { isKept } from "./workflow.ts";

const png = (text = "") => new File([Uint8Array.of(0x89), "PNG", text], "holiday.png", { type: "image/png" });
const jsonFile = (what: unknown) => new File([JSON.stringify(what)], "flow.json", { type: "application/json" });
const other = { ...painting, meta: { title: "Other" } };

async function open() {
  const started = await startEditor();
  const { files, workflow, messages, runs, screen } = started.editor;
  const said = () => messages.get().map(({ text }) => text);
  return { ...started, files, workflow, messages, runs, screen, said };
}

test("a workflow is created on the server at the first save, and changed at the next", async () => {
  const { files, workflow, server, said } = await open();
  await files.save();
  assert.deepEqual(workflow.get().saved, { revision: 1, document: painting });
  workflow.edit((now) => setTitle(now, "Renamed"));
  await files.save();
  const { id, saved } = workflow.get();
  assert.equal(saved!.revision, 2);
  assert.equal((await server.api.workflow(id)).title, "Renamed");
  assert.deepEqual(said(), ["Saved “Painting”.", "Saved “Renamed”."]);
});

test("what is saved stays as a revision, though nothing was edited since it was sent", async () => {
  const { files, workflow, server, clock } = await open();
  workflow.edit((now) => setTitle(now, "x"));
  clock.pass(1_000);
  await settled();
  await files.save();
  const { items } = await server.api.history(workflow.get().id);
  assert.deepEqual(
    items.map(({ reason }) => reason),
    ["saved", "edit"],
  );
});

test("what is edited while it is being saved is not called saved", async () => {
  const { files, workflow, server } = await open();
  const saving = files.save();
  while (!server.asked.includes("createWorkflow")) await Promise.resolve();
  workflow.edit((now) => setTitle(now, "later"));
  await saving;
  assert.equal(isKept(workflow.get()), false);
});

test("what somebody else has saved meanwhile is not written over: a copy is offered", async () => {
  const { files, workflow, server, messages } = await open();
  await files.save();
  const { id } = workflow.get();
  server.workflows.saveElsewhere(id);
  await settled();
  workflow.edit((now) => setTitle(now, "Mine"));
  await files.save();
  assert.equal((await server.api.workflow(id)).title, "Painting");
  const [message] = messages.get().slice(-1);
  assert.match(message!.text, /Somebody has saved/);
  assert.equal(message!.action!.label, "Save a copy");
  message!.action!.run();
  await settled();
  assert.notEqual(workflow.get().id, id);
  assert.equal((await server.api.workflow(workflow.get().id)).title, "Mine (copy)");
});

test("a conflict that no event has reported is one all the same", async () => {
  const { files, workflow, server, messages, socket } = await open();
  await files.save();
  socket.disconnect();
  server.workflows.saveElsewhere(workflow.get().id);
  workflow.edit((now) => setTitle(now, "Mine"));
  await files.save();
  assert.match(messages.get().at(-1)!.text, /Somebody has saved/);
});

test("a save that is refused says why, and the workflow stays unsaved", async () => {
  const { files, workflow, server, said } = await open();
  server.refuseNext("createWorkflow");
  await files.save();
  assert.deepEqual(said(), ["The server is busy."]);
  assert.equal(isKept(workflow.get()), false);
});

test("a saved workflow is opened in a tab of its own, once; the run on the nodes stays with its own tab", async () => {
  const { files, workflow, runs, screen, said, editor } = await open();
  await files.save();
  await runs.submit();
  const { id } = workflow.get();
  const { run } = runs.get().shown!;
  await editor.files.close();
  assert.deepEqual(workflow.present().nodes, {});
  assert.equal(runs.get().shown, undefined);
  screen.show({ dialog: "documents" });
  await files.openSaved(id);
  assert.deepEqual(workflow.present(), painting);
  assert.equal(isKept(workflow.get()), true);
  assert.equal(screen.get().dialog, undefined);
  runs.show(run);
  files.openNew();
  assert.equal(runs.get().shown, undefined);
  await files.openSaved(id);
  assert.equal(runs.get().shown!.run, run);
  assert.equal(editor.tabs.get().list.length, 2);
  await files.openSaved("nobody");
  assert.equal(said().at(-1), "There is no such workflow.");
});

test("a tab is closed once the server has its document, and can be opened again with it", async () => {
  const { files, workflow, messages, server, editor } = await open();
  workflow.edit((now) => setTitle(now, "Precious"));
  const { id } = workflow.get();
  await files.close();
  assert.notEqual(workflow.get().id, id);
  assert.equal((await server.api.workflow(id)).title, "Precious");
  const { text, action } = messages.get().at(-1)!;
  assert.equal(text, "Closed “Precious”.");
  action!.run();
  assert.deepEqual([workflow.get().id, workflow.present().meta!.title], [id, "Precious"]);
  assert.equal(editor.tabs.get().list.length, 1, "the empty one made room");
});

test("a tab whose document is in this browser alone stays open, and says so", async () => {
  const { files, workflow, server, said, messages, editor } = await open();
  const { tabs } = editor;
  workflow.edit((now) => setTitle(now, "Precious"));
  server.refuseNext("createWorkflow");
  await files.close();
  assert.equal(workflow.present().meta!.title, "Precious");
  assert.match(said().at(-1)!, /“Precious” stays open, since it is in this browser alone/);
  const { id } = workflow.get();
  messages.get().at(-1)!.action!.run();
  assert.equal(tabs.find(id), undefined);
  messages.get().at(-1)!.action!.run();
  assert.equal(workflow.present().meta!.title, "Precious", "and that can be taken back");
  await files.close("nobody");
});

test("a run is opened with the workflow that it was made from, and shown on the nodes", async () => {
  const { files, workflow, runs, screen, said } = await open();
  await runs.submit();
  const { run } = runs.get().shown!;
  files.openDocument(other);
  screen.show({ side: "runs" });
  await files.openRun(run);
  assert.deepEqual(workflow.present(), painting);
  assert.equal(runs.get().shown?.run, run);
  assert.equal(screen.get().side, "node");
  await files.openRun("nobody");
  assert.deepEqual(said(), ["There is no such run."]);
  assert.deepEqual(workflow.present(), painting);
});

test("a JSON file opens as a workflow, whatever is wrong with its nodes; nothing is run", async () => {
  const { files, workflow, server } = await open();
  const odd = { format: "clipwork/1", nodes: { a: { type: "future.node", version: 3 } }, surprise: 1 };
  await files.openFile(jsonFile(odd));
  assert.deepEqual(workflow.present(), odd);
  assert.equal(server.asked.includes("submit"), false);
});

test("a file that is no workflow is refused by its name, and what was open stays", async () => {
  const { files, workflow, messages } = await open();
  await files.openFile(new File(["{ nope"], "x.json", { type: "" }));
  await files.openFile(jsonFile({ format: "clipwork/9", nodes: {} }));
  assert.equal(workflow.present(), painting);
  const [first, second] = messages.get();
  assert.match(first!.text, /^x\.json: .*not JSON/);
  assert.match(second!.text, /^flow\.json: .*clipwork\/9/);
  for (const { tone, more } of messages.get()) assert.ok(tone === "error" && more);
});

test("the record of a run opens its workflow; one without a workflow is refused", async () => {
  const { files, workflow, said } = await open();
  const record = (more: object) =>
    new File([JSON.stringify({ format: "clipwork-run/1", ...more })], "table.clipwork.json", {
      type: "application/json",
    });
  await files.openFile(record({ workflow: other }));
  assert.equal(workflow.present().meta?.title, other.meta.title);
  await files.openFile(record({}));
  assert.equal(workflow.present().meta?.title, other.meta.title);
  assert.match(said().at(-1)!, /^table\.clipwork\.json: /);
});

test("a PNG that carries a workflow opens it", async () => {
  const { files, workflow } = await open();
  await files.openFile(png(JSON.stringify(other)));
  assert.deepEqual(workflow.present(), other);
});

test("any other picture becomes image.load, though a node pack has a type with a file that comes before it", async () => {
  const { files, workflow, editor, said } = await open();
  assert.equal(editor.offer.get().catalogue.keys().next().value, "aaa.scan");
  await files.openFile(png(), { x: 12.4, y: 7.6 });
  const { nodes, layout } = workflow.present();
  assert.equal(nodes.load!.type, "image.load");
  assert.match(String(nodes.load!.params!.file), /^asset:[0-9a-f]{64}$/);
  assert.deepEqual(layout!.load, { x: 12, y: 8 });
  assert.deepEqual([...workflow.get().selection], ["load"]);
  assert.deepEqual(said(), ["holiday.png carries no workflow, so it was added as a picture."]);
});

test("a picture that is dropped on a node that takes one goes into it, in one step", async () => {
  const { files, workflow } = await open();
  await files.openFile(png());
  const before = workflow.present();
  await files.drop(png("another"), "load", undefined);
  assert.notEqual(workflow.present().nodes.load!.params!.file, before.nodes.load!.params!.file);
  assert.equal(Object.keys(workflow.present().nodes).length, 4);
  workflow.undo();
  assert.equal(workflow.present(), before);
});

test("an array that is dropped on a node that takes one goes into it; a picture does not", async () => {
  const { files, workflow } = await open();
  const empty = { type: "latent.import", version: 1 };
  workflow.edit((now) => ({ ...now, nodes: { ...now.nodes, set: empty } }));
  await files.drop(new File([Uint8Array.of(0x89), "array"], "Vectors.NPY"), "set", undefined);
  assert.match(String(workflow.present().nodes.set!.params!.file), /^asset:[0-9a-f]{64}$/);
  const before = workflow.present().nodes.set;
  await files.drop(png(), "set", undefined);
  assert.equal(workflow.present().nodes.set, before);
  assert.ok(workflow.present().nodes.load, "the picture became a node of its own");
});

test("a picture that is dropped on another node, and a workflow that is dropped on any, are opened", async () => {
  const { files, workflow } = await open();
  await files.drop(png(), "paint", { x: 0, y: 0 });
  assert.ok(workflow.present().nodes.load);
  await files.drop(jsonFile(other), "load", undefined);
  assert.deepEqual(workflow.present(), other);
  await files.drop(png(), "gone", undefined);
  assert.ok(workflow.present().nodes.load);
});

test("a picture that the server refuses is not added", async () => {
  const { files, workflow, server, said } = await open();
  const broken = new File(["not a picture"], "x.png", { type: "image/png" });
  await files.openFile(broken);
  assert.equal(await files.upload(broken), undefined);
  await files.drop(broken, "paint", undefined);
  assert.equal(workflow.present(), painting);
  assert.deepEqual(said(), ["This is no picture."]);
  server.refuseNext("upload", new TypeError("a bug"));
  await assert.rejects(files.upload(png()), TypeError);
});

test("a workflow is downloaded under its title, without signs that file names cannot have", async () => {
  const { files, workflow, browser } = await open();
  files.download();
  workflow.edit((now) => setTitle(now, "../a/b: caffè?"));
  files.download();
  workflow.edit((now) => setTitle(now, "???"));
  files.download();
  assert.deepEqual(
    browser.downloads.map(({ name }) => name),
    ["Painting.json", "ab caffè.json", "workflow.json"],
  );
  assert.deepEqual(JSON.parse(browser.downloads[0]!.text), painting);
});

test("a workflow of ComfyUI is called one; what was said goes when a file is opened", async () => {
  const { editor } = await startEditor();
  const { files, messages } = editor;
  const comfy = { "3": { class_type: "KSampler", inputs: { seed: 1 } } };
  await files.openFile(new File([JSON.stringify(comfy)], "comfy.json", { type: "application/json" }));
  const [message] = messages.get();
  assert.equal(message?.text, "comfy.json: this is a workflow of ComfyUI, whose nodes are others.");
  assert.doesNotMatch(message?.more ?? "", /format/);
  await files.openFile(new File([JSON.stringify(painting)], "painting.json", { type: "application/json" }));
  assert.deepEqual(messages.get(), []);
});

test("a picture made by other weights opens, and says which pack is offered instead; one by the weights here says nothing", async () => {
  const { files, workflow, messages, said } = await open();
  await files.openFile(png(JSON.stringify({ ...other, stages: { "toybox/decoder": "d2" } })));
  assert.deepEqual([workflow.present(), said()], [other, []]);
  await files.openFile(png(JSON.stringify({ ...other, stages: { "toybox/decoder": "d1" } })));
  assert.deepEqual([workflow.present(), said()], [other, ["The Toybox that made this picture is not here."]]);
  assert.match(messages.get()[0]!.more ?? "", /with Toybox 2\.0\.0/);
});

test("a large file says what is opened and about how long that takes, and until it is shown it can be called off", async () => {
  const { editor, browser, clock } = await startEditor();
  const { files, progress, tabs, workflow } = editor;
  const nodes = Object.fromEntries(
    Array.from({ length: 6_000 }, (_, i) => [`n${i}`, { type: "text.prompt", version: 1, params: { text: "a cube" } }]),
  );
  const file = new File([JSON.stringify({ format: "clipwork/1", nodes })], "many.json", { type: "application/json" });
  const seen: unknown[] = [];
  const look = () => {
    const { what, seconds, share } = progress.get().now!;
    seen.push([what, seconds, share]);
  };
  const before = tabs.all().length;
  browser.atPaint = [look, look, () => progress.get().now!.cancel()];
  const open = files.openFile(file);
  clock.pass(200);
  await open;
  assert.deepEqual(seen[0], ["Opening many.json", undefined, undefined]);
  assert.deepEqual((seen[1] as unknown[])[0], "Opening 6,000 nodes");
  assert.equal((seen[1] as unknown[])[2], 0.1);
  assert.equal(progress.get().now, undefined);
  assert.ok(!Object.hasOwn(workflow.present().nodes, "n0"), "it was opened, and closed again");

  browser.atPaint = [() => {}, () => progress.get().now!.cancel()];
  await files.openFile(file);
  assert.ok(!Object.hasOwn(workflow.present().nodes, "n0"), "it was never opened");
  assert.ok(tabs.all().length <= before);

  await files.openFile(file);
  assert.equal(Object.keys(workflow.present().nodes).length, 6_000);
  assert.equal(progress.get().now, undefined);
});

test("a large file that is called off before it is read is not complained of", async () => {
  const { editor, browser } = await startEditor();
  browser.atPaint = [() => editor.progress.get().now!.cancel()];
  await editor.files.openFile(new File(["x".repeat(400_000)], "long.json", { type: "application/json" }));
  assert.deepEqual([editor.messages.get().length, editor.progress.get().now], [0, undefined]);
});

test("a large file that is no workflow is refused as any other", async () => {
  const { editor } = await startEditor();
  await editor.files.openFile(new File(["x".repeat(400_000)], "long.json", { type: "application/json" }));
  assert.match(editor.messages.get().at(-1)!.text, /^long\.json: /);
  assert.equal(editor.progress.get().now, undefined);
});

test("a document of very many nodes that the server keeps says so too, and can be called off", async () => {
  const { editor, browser, server } = await startEditor();
  const nodes = Object.fromEntries(
    Array.from({ length: 2_500 }, (_, i) => [`n${i}`, { type: "text.prompt", version: 1 }]),
  );
  const document: WorkflowJson = { format: "clipwork/1", nodes };
  const id = "0a000000-0000-4000-8000-000000000000";
  await server.api.createWorkflow(id, { title: "Many", document, reason: "saved" });
  let what: string | undefined;
  browser.atPaint = [
    () => {
      what = editor.progress.get().now!.what;
    },
    () => editor.progress.get().now!.cancel(),
  ];
  await editor.files.openSaved(id);
  assert.equal(what, "Opening 2,500 nodes");
  assert.equal(editor.tabs.find(id), undefined);
  // Asked for twice it is opened once, and Cancel takes that back.
  browser.atPaint = [() => {}, () => editor.progress.get().now!.cancel()];
  await Promise.all([editor.files.openSaved(id), editor.files.openSaved(id)]);
  assert.equal(editor.tabs.find(id), undefined);
  await editor.files.openSaved(id);
  assert.equal(editor.workflow.get().id, id);
  assert.equal(editor.progress.get().now, undefined);
});
