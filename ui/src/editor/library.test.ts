import assert from "node:assert/strict";
import { test } from "node:test";
import { setParam, setTitle } from "../document/edit.ts";
import { painting } from "../testing/catalogue.ts";
import { pictureOutput } from "../testing/outputs.ts";
import { settled, startEditor } from "../testing/start-editor.ts";

/** An editor whose document is kept. */
async function open() {
  const started = await startEditor();
  const { library, workflow, files, tabs, messages } = started.editor;
  await files.save();
  const { id } = workflow.get();
  const titles = async (words = "") => (await library.list(words))!.items.map(({ title }) => title);
  return { ...started, library, workflow, files, tabs, messages, id, titles };
}

test("documents are found by words of their titles; a server that does not answer is reported", async () => {
  const { library, titles, server, messages } = await open();
  assert.deepEqual([await titles("paint"), await titles("cone")], [["Painting"], []]);
  server.refuseNext("workflows");
  assert.equal(await library.list(""), undefined);
  assert.equal(messages.get().at(-1)!.text, "The server is busy.");
});

test("a document is renamed, whether it is open or not; an open one as a step to undo", async () => {
  const { library, workflow, tabs, id, titles, files } = await open();
  assert.equal(await library.rename(id, "Cones"), true);
  assert.deepEqual([workflow.present().meta?.title, await titles()], ["Cones", ["Cones"]]);
  workflow.undo();
  assert.equal(workflow.present().meta?.title, "Painting");
  await files.close();
  assert.equal(tabs.find(id), undefined);
  assert.equal(await library.rename(id, "Balls"), true);
  await files.openSaved(id);
  assert.equal(workflow.present().meta?.title, "Balls");
});

test("a copy has what stands in the open document, under a title that says so", async () => {
  const { library, workflow, id, titles } = await open();
  workflow.edit((now) => setTitle(now, "Newest"));
  assert.equal(await library.duplicate(id), true);
  assert.deepEqual(await titles(), ["Newest (copy)", "Newest"]);
});

test("a deleted document takes its tab along, and Undo brings it back with its last change", async () => {
  const { library, workflow, tabs, messages, id, titles, files } = await open();
  workflow.edit((now) => setTitle(now, "Last words"));
  let changes = 0;
  assert.equal(await library.remove({ id, title: "Last words" }, () => changes++), true);
  assert.deepEqual([await titles(), tabs.find(id)], [[], undefined]);
  const { text, action } = messages.get().at(-1)!;
  assert.deepEqual([text, action!.label], ["Deleted “Last words”.", "Undo"]);
  action!.run();
  await settled();
  assert.deepEqual([await titles(), changes], [["Last words"], 1]);
  await files.openSaved(id);
  assert.equal(workflow.present().meta?.title, "Last words");
});

test("what the server refuses is reported and changes nothing", async () => {
  const { library, server, messages, id, titles } = await open();
  server.refuseNext("removeWorkflow");
  assert.equal(await library.remove({ id, title: "x" }, () => {}), false);
  assert.equal(await library.duplicate("nobody"), false);
  assert.equal(await library.rename("nobody", "x"), false);
  assert.deepEqual(await titles(), ["Painting"]);
  assert.equal(messages.get().at(-1)!.text, "There is no such workflow.");
});

test("each version has the picture that was made of it", async () => {
  const { library, workflow, editor, server, id } = await open();
  const runWith = async (text: string, thumbnail: string) => {
    workflow.edit((now) => setParam(now, { node: "caption", port: "text" }, text));
    await editor.runs.submit();
    const { run } = editor.runs.get().shown!;
    server.finishWith(run, pictureOutput({ thumbnail }));
  };
  await runWith("one", "picture-1");
  await runWith("two", "picture-2");
  const versions = (await library.versions(id))!;
  assert.deepEqual(
    versions.map(({ revision, reason, thumbnail }) => [revision, reason, thumbnail]),
    [
      [3, "run", "picture-2"],
      [2, "run", "picture-1"],
      [1, "saved", undefined],
    ],
  );
  const made = versions.flatMap(({ made }) => made ?? []);
  assert.equal(made.length, versions.filter(({ thumbnail }) => thumbnail).length);
  for (const { node, item, picture } of made) assert.deepEqual([node, item, picture], ["save", 0, "b"]);
  assert.equal(await library.picture(id), "picture-2");
  assert.equal((await library.version(id, 2))!.nodes.caption!.params!.text, "one");
});

test("a version is restored in the document's tab, as a step to undo, and nothing in between is lost", async () => {
  const { library, workflow, files, server, clock, id } = await open();
  workflow.edit((now) => setTitle(now, "Later"));
  await files.save();
  await files.close();
  await library.restore(id, (await library.version(id, 1))!);
  assert.equal(workflow.present().meta?.title, "Painting");
  clock.pass(1_000);
  await settled();
  assert.equal((await server.api.history(id)).items.length, 3);
  workflow.undo();
  assert.equal(workflow.present().meta?.title, "Later");
});

test("an older version can be opened as a document of its own", async () => {
  const { files, tabs, id } = await open();
  files.openDocument(painting);
  assert.equal(tabs.get().list.length, 2);
  assert.notEqual(tabs.get().front, id);
});
