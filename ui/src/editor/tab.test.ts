import assert from "node:assert/strict";
import { test } from "node:test";
import { setTitle } from "../document/edit.ts";
import { startEditor } from "../testing/start-editor.ts";

test("the tab has the workflow's title, and a run's progress in title and icon until it has ended", async () => {
  const { editor, server, browser } = await startEditor();
  assert.deepEqual(browser.tabs, [{ title: "Painting · Clipwork", progress: undefined }]);
  await editor.runs.submit();
  const run = editor.runs.get().shown!.run;
  assert.deepEqual(browser.tabs.at(-1), { title: "0 % · Painting", progress: 0 });
  server.log(run, { event: "run.started", nodes: 2 });
  server.log(run, { event: "node.cached", node: "caption", item: 0 });
  assert.deepEqual(browser.tabs.at(-1), { title: "50 % · Painting", progress: 0.5 });
  server.log(run, { event: "run.failed", executed: 0, cached: 1, outputs: [], ms: 3 });
  assert.deepEqual(browser.tabs.at(-1), { title: "Painting · Clipwork", progress: undefined });
});

test("the tab is drawn only when it looks different", async () => {
  const { editor, browser } = await startEditor();
  editor.workflow.select(["paint"]);
  editor.workflow.edit((now) => setTitle(now, ""));
  editor.workflow.select([]);
  assert.deepEqual(
    browser.tabs.map(({ title }) => title),
    ["Painting · Clipwork", "Untitled · Clipwork"],
  );
});
