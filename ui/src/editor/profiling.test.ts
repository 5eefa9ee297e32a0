import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyWorkflow } from "../document/edit.ts";
import { settled, startEditor } from "../testing/start-editor.ts";

const decoding = { stage: "toy/decoder", nodes: ["paint"], rows: 2, calls: 1, start: 1, ms: 5, wait: 0 };
const work = { event: "run.work", runs: [decoding], rss: 300, loaded: 40 } as const;

/** An editor with a run that has begun to paint. */
async function painting() {
  const started = await startEditor();
  const { editor, server, clock } = started;
  await editor.runs.submit();
  const { run } = editor.runs.get().shown!;
  server.log(run, { event: "run.started", nodes: 2 });
  server.log(run, { event: "node.started", node: "paint", item: 0 });
  const second = async () => {
    clock.pass(1_000);
    await settled();
  };
  const events = () => server.asked.filter((name) => name === "events").length;
  return { ...started, run, second, events };
}

test("a run that has ended is read once, with the names of its own nodes", async () => {
  const { editor, server, run, second, events } = await painting();
  server.log(run, work);
  server.log(run, { event: "node.finished", node: "paint", item: 0, ms: 3 });
  server.log(run, { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 9 });
  editor.tabs.open(emptyWorkflow);
  editor.profiling.open(run);
  await settled();
  const { profile, title, name } = editor.profiling.get()!;
  assert.deepEqual(profile!.work, [decoding]);
  assert.deepEqual([profile!.ended, profile!.items.map(({ node }) => node)], [true, ["paint"]]);
  assert.ok(title.length > 0);
  assert.equal(name("paint"), "Paint");
  assert.equal(name("nobody"), "nobody");
  const asked = events();
  await second();
  assert.equal(events(), asked);
  assert.equal(editor.screen.get().profile, run, "it covers the canvas");
  editor.profiling.close();
  assert.equal(editor.profiling.get(), undefined);
  assert.equal(editor.screen.get().profile, undefined);
});

test("a run under way is asked for more once a second until it ends, or nobody looks", async () => {
  const { editor, server, run, second, events } = await painting();
  editor.profiling.open(run);
  await settled();
  assert.equal(editor.profiling.get()!.profile!.ended, false);
  server.log(run, work);
  assert.equal(editor.profiling.get()!.profile!.work.length, 0);
  await second();
  assert.equal(editor.profiling.get()!.profile!.work.length, 1);
  editor.profiling.close();
  const asked = events();
  await second();
  assert.equal(events(), asked);
  editor.profiling.open(run);
  server.log(run, { event: "run.cancelled", executed: 0, cached: 0, outputs: [], ms: 9 });
  await settled();
  assert.deepEqual(
    editor.profiling.get()!.profile!.items.map(({ state }) => state),
    ["stopped"],
  );
});

test("a log that cannot be read is reported, and nothing stays open", async () => {
  const { editor, server, run } = await painting();
  server.refuseNext("events");
  editor.profiling.open(run);
  await settled();
  assert.equal(editor.profiling.get(), undefined);
  assert.equal(editor.messages.get().length, 1);
});

test("another run takes the place of one whose answer is still to come", async () => {
  const { editor, browser, run } = await painting();
  await editor.runs.submit();
  const other = editor.runs.get().list.find(({ id }) => id !== run)!.id;
  editor.profiling.open(other);
  editor.profiling.open(run);
  await settled();
  assert.equal(editor.profiling.get()!.run, run);
  assert.equal(editor.profiling.get()!.profile!.items.length, 1);
  editor.profiling.save("{}");
  assert.deepEqual(browser.downloads.at(-1), { name: "trace.json", text: "{}" });
});
