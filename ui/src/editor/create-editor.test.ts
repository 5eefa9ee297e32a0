import assert from "node:assert/strict";
import { test } from "node:test";
import { setTitle } from "../document/edit.ts";
import { painting } from "../testing/catalogue.ts";
import { FakeClock, FakeDisk } from "../testing/fake-ports.ts";
import { FakeServer } from "../testing/fake-server.ts";
import { buildEditor, settled, startEditor } from "../testing/start-editor.ts";

test("two editors in one process share nothing", async () => {
  const [a, b] = [await startEditor(), await startEditor()];
  a.editor.workflow.edit((now) => setTitle(now, "a"));
  a.editor.screen.show({ side: "runs" });
  a.editor.messages.say("only here");
  await a.editor.runs.submit();
  assert.equal(b.editor.workflow.present().meta?.title, "Painting");
  assert.equal(b.editor.screen.get().side, "node");
  assert.deepEqual(b.editor.messages.get(), []);
  assert.deepEqual(b.editor.runs.get().list, []);
});

test("an editor that is built but not opened keeps and asks nothing", async () => {
  const { editor, server, disk, clock } = buildEditor();
  editor.workflow.edit((now) => setTitle(now, "x"));
  clock.pass(10_000);
  await settled();
  assert.deepEqual(server.asked, []);
  assert.equal(disk.texts.size, 0);
});

test("a new visitor begins with the first template", async () => {
  const { editor } = await startEditor();
  assert.equal(editor.workflow.present(), painting);
  assert.equal(editor.workflow.get().history.past.length, 0);
  assert.deepEqual(editor.messages.get(), []);
});

test("without a server the page opens empty and says so; the draft is there all the same", async () => {
  const disk = new FakeDisk();
  const clock = new FakeClock();
  const server = new FakeServer();
  server.refuseNext("nodes");
  const page = await startEditor({ server, disk, clock });
  assert.deepEqual(page.editor.workflow.present().nodes, {});
  assert.equal(page.editor.messages.get()[0]!.text, "The server is busy.");
  page.editor.tabs.open({ ...painting, meta: { title: "kept" } });
  page.close();
  server.refuseNext("nodes");
  const next = await startEditor({ server, disk, clock });
  assert.equal(next.editor.workflow.present().meta?.title, "kept");
});

test("an address that names a run opens its workflow; a draft of that very run goes on instead", async () => {
  const disk = new FakeDisk();
  const clock = new FakeClock();
  const server = new FakeServer();
  const first = await startEditor({ server, disk, clock });
  await first.editor.runs.submit();
  const { run } = first.editor.runs.get().shown!;
  first.editor.workflow.edit((now) => setTitle(now, "edited since"));
  first.close();

  const again = await startEditor({ server, disk, clock, run });
  assert.equal(again.editor.workflow.present().meta?.title, "edited since");
  assert.equal(again.editor.runs.get().shown?.run, run);
  const stranger = await startEditor({ server, run });
  assert.deepEqual(stranger.editor.workflow.present(), painting);
  assert.equal(stranger.editor.runs.get().shown?.run, run);
});

test("an address that names a run opens it though the draft of last time shows another", async () => {
  const disk = new FakeDisk();
  const server = new FakeServer();
  const first = await startEditor({ server, disk });
  await first.editor.runs.submit();
  const { run } = first.editor.runs.get().shown!;
  server.play(run);
  first.editor.workflow.edit((now) => setTitle(now, "second"));
  await first.editor.runs.submit();
  first.close();
  const next = await startEditor({ server, disk, run });
  assert.equal(next.editor.workflow.present().meta?.title, "Painting");
  assert.equal(next.editor.runs.get().shown?.run, run);
});

test("an address that names a run that is gone says so and opens nothing else", async () => {
  const { editor } = await startEditor({ run: "00000001-0000-4000-8000-000000000000" });
  assert.equal(editor.messages.get()[0]!.text, "There is no such run.");
  assert.deepEqual(editor.workflow.present().nodes, {});
});

test("all that the user does in a row is undone through the editor, back to where it began", async () => {
  const { editor } = await startEditor();
  const { workflow, edits } = editor;
  const states = [workflow.present()];
  const steps = [
    () => edits.reroute("paint.text", { x: 1, y: 2 }),
    () => edits.link({ node: "caption", port: "text" }, { node: "paint", port: "style" }),
    () => workflow.select(["paint"]),
    () => edits.toggleMode("mute"),
    () => edits.duplicateSelected(),
    () => edits.moveSelected({ x: 1, y: 0 }),
    () => edits.removeSelected(),
  ];
  for (const step of steps) {
    step();
    if (workflow.present() !== states.at(-1)) states.push(workflow.present());
  }
  assert.equal(states.length, steps.length, "selecting is no step");
  for (const state of states.toReversed()) {
    assert.equal(workflow.present(), state);
    workflow.undo();
  }
  for (const state of states.slice(1)) {
    workflow.redo();
    assert.equal(workflow.present(), state);
  }
});
