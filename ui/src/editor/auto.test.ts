import assert from "node:assert/strict";
import { test } from "node:test";
import type { SubmitRun } from "@clipwork/server/wire";
import { emptyWorkflow, setParam } from "../document/edit.ts";
import { FakeServer } from "../testing/fake-server.ts";
import { settled, startEditor } from "../testing/start-editor.ts";

/** An editor whose Paint takes longer than auto may, and all that it asked the server to run. */
async function automatic({ paintMs = 900 } = {}) {
  const server = new FakeServer();
  server.durations = { "text.prompt": { ms: 1, warm: true }, "image.paint": { ms: paintMs, warm: true } };
  const submitted: SubmitRun[] = [];
  const { submit } = server.api;
  Object.assign(server.api, {
    submit: (asked: SubmitRun) => {
      submitted.push(asked);
      return submit(asked);
    },
  });
  const started = await startEditor({ server });
  const { editor, clock } = started;
  const rest = async () => {
    clock.pass(300);
    await settled();
    await settled();
  };
  const type = (text: string) =>
    editor.workflow.edit((now) => setParam(now, { node: "caption", port: "text" }, text), "typing");
  /** Plays the run on the nodes to its end, after which these nodes are kept. */
  const finish = async (...kept: string[]) => {
    server.kept = kept;
    server.play(editor.runs.get().shown!.run);
    await rest();
  };
  await rest();
  return { ...started, submitted, rest, type, finish };
}

test("off by default; on, the cheap nodes run at rest, in passing, and the dear ones wait", async () => {
  const { editor, submitted, rest, type, finish } = await automatic();
  type("a");
  await rest();
  assert.equal(submitted.length, 0);
  editor.auto.toggle();
  await settled();
  assert.deepEqual(
    submitted.map(({ targets, passing }) => [targets, passing]),
    [[["caption"], `auto ${editor.workflow.get().id}`]],
  );
  assert.deepEqual(editor.auto.get(), { on: true, budget: 150, dear: 1 });
  await finish("caption");
  assert.equal(submitted.length, 1, "what is kept is not run again");
  type("ab");
  await settled();
  assert.equal(submitted.length, 1, "the hand does not rest");
});

test("each rest runs what has changed, also after undo", async () => {
  const { editor, server, submitted, rest, type, finish } = await automatic({ paintMs: 20 });
  editor.auto.toggle();
  await settled();
  assert.deepEqual(submitted.at(-1)!.targets, ["caption", "paint"]);
  await finish("caption", "paint");
  server.kept = [];
  type("another");
  await rest();
  assert.equal(submitted.length, 2);
  await finish("caption", "paint");
  server.kept = [];
  editor.workflow.undo();
  await rest();
  assert.equal(submitted.length, 3);
  assert.deepEqual(editor.runs.get().list, [], "they are in no list");
});

test("what fails is not run again until something changes", async () => {
  const { editor, server, submitted, rest, type } = await automatic();
  editor.auto.toggle();
  await settled();
  const { run } = editor.runs.get().shown!;
  server.log(run, { event: "run.started", nodes: 1 });
  server.log(run, { event: "run.failed", executed: 1, cached: 0, outputs: [], ms: 1 });
  await rest();
  await rest();
  assert.equal(submitted.length, 1);
  type("b");
  await rest();
  assert.equal(submitted.length, 2);
});

test("while somebody's run is under way nothing runs by itself, and what it left is run after it", async () => {
  const { editor, server, submitted, rest, type } = await automatic();
  editor.auto.toggle();
  await settled();
  await editor.runs.submit();
  const { run } = editor.runs.get().shown!;
  server.log(run, { event: "run.started", nodes: 2 });
  type("c");
  await rest();
  assert.equal(submitted.length, 2);
  server.log(run, { event: "run.cancelled", executed: 0, cached: 0, outputs: [], ms: 1 });
  await rest();
  assert.deepEqual([submitted.length, submitted.at(-1)!.targets], [3, ["caption"]]);
});

test("it says why it waits: the queue is paused, or Live draws", async () => {
  const { editor, submitted, rest, type } = await automatic();
  await editor.queue.setPaused(true);
  await settled();
  editor.auto.toggle();
  await rest();
  assert.deepEqual([editor.auto.get().waits, submitted.length], ["The queue is paused.", 0]);
  await editor.queue.setPaused(false);
  await rest();
  assert.deepEqual([editor.auto.get().waits, submitted.length], [undefined, 1]);
  editor.drawing.toggle();
  type("e");
  await rest();
  assert.equal(editor.auto.get().waits, "Live draws meanwhile.");
  assert.ok(submitted.slice(1).every(({ passing }) => passing?.startsWith("live ")));
});

test("a refusal is its reason to wait, until the next change", async () => {
  const { editor, server, submitted, rest, type } = await automatic();
  server.refuseNext("submit");
  editor.auto.toggle();
  await settled();
  await settled();
  assert.equal(editor.auto.get().waits, "The server is busy.");
  type("d");
  await rest();
  assert.equal(editor.auto.get().waits, undefined);
  assert.ok(submitted.length >= 1);
});

test("the budget is chosen, and remembered with the document", async () => {
  const { editor, submitted, rest, type } = await automatic();
  type("kept");
  await rest();
  const { id } = editor.workflow.get();
  editor.auto.spend(2_000);
  await settled();
  assert.deepEqual(submitted.at(-1)!.targets, ["caption", "paint"]);
  editor.tabs.open(emptyWorkflow);
  await rest();
  assert.deepEqual(editor.auto.get(), { on: false, budget: 150, dear: 0 });
  editor.tabs.show(id);
  await rest();
  assert.deepEqual([editor.auto.get().on, editor.auto.get().budget], [true, 2_000]);
  editor.auto.toggle();
  editor.tabs.open(emptyWorkflow);
  editor.tabs.show(id);
  assert.equal(editor.auto.get().on, false);
});

test("the budget is for all that one change makes to run: what is left of it waits for Run", async () => {
  const { editor, submitted, finish } = await automatic({ paintMs: 149.5 });
  editor.auto.toggle();
  await settled();
  assert.deepEqual([submitted.at(-1)!.targets, editor.auto.get().dear], [["caption"], 1]);
  await finish("caption");
  assert.deepEqual([submitted.length, editor.auto.get().dear], [1, 1], "it would fit a budget of its own");
});
