import assert from "node:assert/strict";
import { test } from "node:test";
import type { SubmitRun } from "@clipwork/server/wire";
import { setParam } from "../document/edit.ts";
import { painting } from "../testing/catalogue.ts";
import { FakeServer } from "../testing/fake-server.ts";
import { settled, startEditor } from "../testing/start-editor.ts";

/** An editor that draws live, and all that it asked the server to run. */
async function drawing() {
  const server = new FakeServer();
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
  const type = (text: string) =>
    editor.workflow.edit((now) => setParam(now, { node: "caption", port: "text" }, text), "typing");
  const pass = async (ms: number) => {
    clock.pass(ms);
    await settled();
  };
  const texts = () => submitted.map(({ document }) => (document as typeof painting).nodes.caption!.params!.text);
  editor.drawing.toggle();
  await settled();
  /** Plays the run on the nodes to its end. */
  const finish = async () => {
    server.play(editor.runs.get().shown!.run);
    await settled();
  };
  return { ...started, submitted, type, pass, texts, finish };
}

test("live draws the picture at once and at each change, in passing and for that picture alone", async () => {
  const { editor, submitted, type, pass, texts, finish } = await drawing();
  assert.deepEqual(editor.drawing.get(), { on: true, node: "paint" });
  assert.deepEqual([submitted.length, submitted[0]!.targets], [1, ["paint"]]);
  assert.equal(submitted[0]!.passing, `live ${editor.workflow.get().id}`);
  await finish();
  await pass(300);
  type("a");
  await settled();
  assert.deepEqual(texts().at(-1), "a");
  assert.deepEqual(editor.runs.get().list, [], "it is in no list");
});

test("while a drawing has nothing to show the next one waits, and then it is of what is there by then", async () => {
  const { server, type, pass, texts, editor } = await drawing();
  await pass(300);
  for (const text of ["a", "ab", "abc"]) type(text);
  await settled();
  assert.equal(texts().length, 1);
  const { run } = editor.runs.get().shown!;
  server.log(run, { event: "run.started", nodes: 2 });
  server.log(run, {
    event: "node.preview",
    node: "paint",
    item: 0,
    port: "image",
    step: 1,
    view: { kind: "text", text: "" },
  });
  await settled();
  assert.deepEqual(texts().slice(1), ["abc"]);
  type("abcd");
  await pass(200);
  assert.equal(texts().length, 2, "the second one is owed something as well");
  await pass(1_400);
  assert.equal(texts().at(-1), "abcd", "but not for ever");
});

test("when the hand rests the picture is drawn in all of its steps, once", async () => {
  const { submitted, pass, finish, editor } = await drawing();
  await finish();
  await pass(800);
  assert.equal(submitted.length, 2);
  assert.equal(submitted[1]!.document, editor.workflow.present(), "the document as it is");
  await finish();
  await pass(5_000);
  assert.equal(submitted.length, 2);
});

test("a real run comes first, and after it nothing is drawn until something changes", async () => {
  const { editor, server, submitted, type, pass, finish } = await drawing();
  await finish();
  await editor.runs.submit();
  await settled();
  const real = editor.runs.get().shown!.run;
  type("a");
  await pass(100);
  assert.equal(editor.drawing.get().waits, "A run is under way.");
  const count = submitted.length;
  server.play(real);
  await pass(300);
  assert.equal(submitted.length, count + 1, "what changed meanwhile is drawn");
  assert.equal(editor.drawing.get().waits, undefined);
});

test("nothing is drawn while the queue is paused, or while the picture's own node is wrong", async () => {
  const { editor, submitted, type, pass, finish } = await drawing();
  await finish();
  await editor.queue.setPaused(true);
  type("a");
  await pass(300);
  assert.deepEqual([submitted.length, editor.drawing.get().waits], [1, "The queue is paused."]);
  await editor.queue.setPaused(false);
  await pass(300);
  assert.ok(submitted.length > 1);
  await finish();
  const count = submitted.length;
  editor.workflow.edit((now) => setParam(now, { node: "paint", port: "size" }, -3));
  await pass(2_000);
  assert.equal(submitted.length, count);
  assert.match(editor.drawing.get().waits!, /size/);
});

test("it is remembered for each document, and can be turned off", async () => {
  const { editor, pass, finish, type, submitted } = await drawing();
  await finish();
  const { id } = editor.workflow.get();
  editor.workflow.edit((now) => ({ ...now, meta: { title: "kept" } }));
  editor.tabs.open({ ...painting, meta: { title: "another" } });
  assert.deepEqual(editor.drawing.get(), { on: false });
  editor.tabs.show(id);
  assert.deepEqual(editor.drawing.get(), { on: true, node: "paint" });
  editor.drawing.toggle();
  const count = submitted.length;
  type("a");
  await pass(3_000);
  assert.deepEqual([editor.drawing.get(), submitted.length], [{ on: false }, count]);
});

test("a drawing that is refused after Live was turned off, or in another tab, turns nothing on", async () => {
  const { server, editor, pass, finish, type } = await drawing();
  await finish();
  /** Types, and lets the drawing that follows wait until it is refused by what this returns. */
  const ask = async (text: string) => {
    await pass(300);
    const gate = Promise.withResolvers<void>();
    const { submit } = server.api;
    server.api.submit = async (asked) => {
      server.api.submit = submit;
      await gate.promise;
      server.refuseNext("submit");
      return submit(asked);
    };
    type(text);
    await settled();
    assert.equal(server.api.submit, submit, "the server has been asked");
    return async () => {
      gate.resolve();
      await settled();
    };
  };
  const { id } = editor.workflow.get();
  editor.workflow.edit((now) => ({ ...now, meta: { title: "kept" } }));
  const { caption, paint } = painting.nodes;
  editor.tabs.open({ format: "clipwork/1", nodes: { caption, other: paint } });
  const other = editor.workflow.get().id;
  editor.drawing.toggle();
  await settled();
  await finish();
  editor.tabs.show(id);
  const answer = await ask("a");
  assert.deepEqual(editor.drawing.get(), { on: true, node: "paint" });
  await answer();
  assert.equal(editor.drawing.get().waits, "The server is busy.");
  const late = await ask("ab");
  editor.drawing.toggle();
  await late();
  assert.deepEqual(editor.drawing.get(), { on: false });
  editor.drawing.toggle();
  for (const ms of [300, 800]) {
    await pass(ms);
    await finish();
  }
  const elsewhere = await ask("abc");
  editor.tabs.show(other);
  await elsewhere();
  assert.deepEqual(editor.drawing.get(), { on: true, node: "other" });
  editor.tabs.show(id);
  assert.deepEqual(editor.drawing.get(), { on: true, node: "paint" });
});
