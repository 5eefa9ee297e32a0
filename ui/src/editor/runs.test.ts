import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeState } from "@clipwork/engine";
import { setPlace } from "../document/edit.ts";
import { pictureOutput } from "../testing/outputs.ts";
import { settled, startEditor } from "../testing/start-editor.ts";
import { isRunning } from "./runs.ts";

const output = pictureOutput();

/** An editor whose workflow has been handed in. */
async function running() {
  const started = await startEditor();
  await started.editor.runs.submit();
  await settled();
  const { run } = started.editor.runs.get().shown!;
  return { ...started, runs: started.editor.runs, run };
}

test("a run that is handed in is shown on the nodes, listed first and named in the page's address", async () => {
  const { runs, run, browser, server } = await running();
  const { shown, list, submitting, connected } = runs.get();
  assert.deepEqual([shown!.state, list[0]!.id, submitting, connected], ["queued", run, false, true]);
  assert.deepEqual(browser.addresses, [run]);
  assert.ok(isRunning(runs.get()));
  server.play(run);
  assert.equal(runs.get().shown!.state, "finished");
  assert.equal(runs.get().list[0]!.state, "finished");
  assert.equal(nodeState(runs.get().shown!.nodes.get("paint")), "finished");
  assert.equal(isRunning(runs.get()), false);
});

test("a run is handed in once, however often the button is pressed", async () => {
  const { editor, server } = await startEditor();
  const first = editor.runs.submit();
  assert.equal(editor.runs.get().submitting, true);
  await Promise.all([first, editor.runs.submit(), editor.runs.submit()]);
  assert.equal(server.asked.filter((name) => name === "submit").length, 1);
});

test("a refused run says why, leaves what was shown, and the button is free again", async () => {
  const { editor, server } = await startEditor();
  server.refuseNext("submit");
  await editor.runs.submit();
  assert.equal(editor.messages.get()[0]!.text, "The server is busy.");
  assert.equal(editor.runs.get().shown, undefined);
  assert.equal(editor.runs.get().submitting, false);
});

test("a bug while handing in is not swallowed, and the button is free again", async () => {
  const { editor, server } = await startEditor();
  server.refuseNext("submit", new TypeError("a bug"));
  await assert.rejects(editor.runs.submit(), TypeError);
  assert.equal(editor.runs.get().submitting, false);
});

test("seeds that are to change get new numbers once the run is handed in, as one step to undo", async () => {
  const { editor, server } = await startEditor();
  editor.workflow.edit((now) => setPlace(now, "paint", { fresh: ["seed"] }));
  const before = editor.workflow.present();
  await editor.runs.submit();
  const [run] = (await server.api.runs()).items;
  assert.equal((await server.api.run(run!.id)).document.nodes.paint!.params!.seed, 7);
  assert.notEqual(editor.workflow.present().nodes.paint!.params!.seed, 7);
  editor.workflow.undo();
  assert.equal(editor.workflow.present(), before);
});

test("what is heard of the run is spoken at the moments that matter", async () => {
  const { runs, run, server } = await running();
  server.log(run, { event: "run.started", nodes: 3 });
  assert.equal(runs.get().spoken, "The run has started: 3 nodes.");
  server.log(run, { event: "node.progress", node: "paint", item: 0, step: 1, steps: 4 });
  assert.equal(runs.get().spoken, "The run has started: 3 nodes.");
});

test("a page that loses the connection in mid-run hears the rest when it is back, each event once", async () => {
  const { runs, run, server, socket } = await running();
  server.log(run, { event: "run.started", nodes: 3 });
  socket.disconnect();
  assert.equal(runs.get().connected, false);
  server.log(run, { event: "node.started", node: "paint", item: 0 });
  server.log(run, { event: "run.output", output });
  socket.connect();
  await settled();
  const { shown, connected } = runs.get();
  assert.equal(connected, true);
  assert.equal(shown!.seq, 4);
  assert.equal(shown!.shows.get("save")!.outputs.size, 1);
  assert.equal(socket.said.at(-1), `follow ${run} 2`);
});

test("an event that was lost on the way is asked for when the next one comes", async () => {
  const { runs, run, server } = await running();
  server.log(run, { event: "run.started", nodes: 3 }, { lost: true });
  server.log(run, { event: "node.started", node: "paint", item: 0 });
  assert.equal(runs.get().shown!.seq, 1);
  await settled();
  assert.equal(runs.get().shown!.seq, 3);
  assert.equal(nodeState(runs.get().shown!.nodes.get("paint")), "running");
});

test("two pages watch one run", async () => {
  const { run, server } = await running();
  const second = await startEditor({ server, run });
  await settled();
  server.play(run);
  assert.equal(second.editor.runs.get().shown!.state, "finished");
  assert.deepEqual(second.editor.workflow.present(), (await server.api.run(run)).document);
});

test("frames are shown for the run on the nodes alone, and go with it", async () => {
  const { editor, run, server, runs, browser } = await running();
  const frame = { node: "paint", item: 0, port: "image", step: 1, steps: 4, bytes: new Uint8Array(3) };
  server.network.sendToAll("frame", { run: "another", ...frame });
  assert.deepEqual(editor.frames.get(), {});
  server.network.sendToAll("frame", { run, ...frame });
  const { url } = editor.frames.get().paint!;
  runs.show(undefined);
  assert.deepEqual(editor.frames.get(), {});
  assert.deepEqual(browser.released, [url]);
});

test("another run that is shown is followed in place of the one before", async () => {
  const { runs, run, server, socket, browser } = await running();
  runs.show(run);
  assert.equal(browser.addresses.length, 1, "showing what is shown does nothing");
  runs.show(undefined);
  assert.equal(socket.said.at(-1), `unfollow ${run}`);
  assert.deepEqual(browser.addresses, [run, undefined]);
  server.play(run);
  assert.equal(runs.get().shown, undefined);
  runs.show(run);
  await settled();
  assert.equal(runs.get().shown!.state, "finished", "it is shown from its beginning");
});

test("the run that is shown is cancelled, or the one that is named", async () => {
  const { runs, run, editor } = await running();
  await editor.runs.submit();
  const second = runs.get().list[0]!.id;
  await runs.cancel(run);
  const stateOf = (id: string) => runs.get().list.find((one) => one.id === id)!.state;
  assert.deepEqual([stateOf(run), stateOf(second)], ["cancelled", "queued"]);
  runs.show(second);
  await runs.cancel();
  assert.equal(stateOf(second), "cancelled");
  runs.show(undefined);
  await runs.cancel();
  await runs.cancel("nobody");
  assert.equal(editor.messages.get().at(-1)!.text, "There is no such run.");
});

test("nothing is said of a run that has ended by itself when it is to be cancelled", async () => {
  const { runs, run, server, editor } = await running();
  server.play(run);
  const before = editor.messages.get().length;
  await runs.cancel(run);
  assert.deepEqual([editor.messages.get().length - before, [...runs.get().stopping]], [0, []]);
});

test("runs of other pages are listed as they come and change, newest first, and deleted ones go", async () => {
  const { runs, run, server } = await running();
  const other = await startEditor({ server });
  await other.editor.runs.submit();
  const theirs = other.editor.runs.get().shown!.run;
  const ids = () => runs.get().list.map(({ id }) => id);
  assert.deepEqual(ids(), [theirs, run]);
  server.play(run);
  assert.deepEqual(ids(), [theirs, run], "a run that changes keeps its place");
  server.remove(theirs);
  assert.deepEqual(ids(), [run]);
});

test("a run that is handed in while one paints waits for its turn on the nodes; one that is looked at stays", async () => {
  const { runs, run, server, editor } = await running();
  server.log(run, { event: "run.started", nodes: 3 });
  await runs.submit();
  await runs.submit();
  const [third, second] = runs.get().list.map(({ id }) => id);
  assert.equal(runs.get().shown!.run, run, "what paints stays in sight");
  server.log(second!, { event: "run.started", nodes: 3 });
  assert.equal(runs.get().shown!.run, run, "until it has ended");
  server.log(run, { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 3 });
  await settled();
  assert.deepEqual([runs.get().shown!.run, runs.get().shown!.state], [second, "running"]);
  server.log(second!, { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 3 });
  runs.show(run);
  await settled();
  const theirs = await server.api.submit({ document: editor.workflow.present() });
  server.log(theirs.id, { event: "run.started", nodes: 3 });
  assert.equal(runs.get().shown!.run, run, "a run of somebody else");
  server.log(theirs.id, { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 3 });
  editor.tabs.open({ ...editor.workflow.present(), meta: { title: "another" } });
  server.log(third!, { event: "run.started", nodes: 3 });
  assert.equal(runs.get().shown, undefined, "its document is not in front");
});

test("a run that begins and ends between two messages of the server is shown when its turn has come", async () => {
  const { runs, run, server } = await running();
  server.log(run, { event: "run.started", nodes: 3 });
  const second = await runs.submit();
  server.play(second!);
  assert.equal(runs.get().shown!.run, run, "what paints stays in sight");
  server.log(run, { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 3 });
  await settled();
  assert.deepEqual([runs.get().shown!.run, runs.get().shown!.state], [second, "finished"]);
  const third = await runs.submit();
  assert.equal(runs.get().shown!.run, third);
  server.play(third!);
  await settled();
  assert.equal(runs.get().shown!.run, third, "and once only");
});

test("a run stays shown after its end though the list still says that the one before it is under way", async () => {
  const { runs, run, server } = await running();
  server.log(run, { event: "run.started", nodes: 3 });
  server.lagging = true;
  server.log(run, { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 3 });
  const second = await runs.submit();
  server.play(second!);
  await settled();
  assert.deepEqual([runs.get().shown!.run, runs.get().shown!.state], [second, "finished"]);
  server.tellChanges();
  assert.deepEqual([runs.get().shown!.run, runs.get().list[0]!.state], [second, "finished"]);
});

test("a run that was cancelled while it waited is not shown: it has nothing", async () => {
  const { runs, run, server } = await running();
  server.log(run, { event: "run.started", nodes: 3 });
  await runs.cancel(await runs.submit());
  server.log(run, { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 3 });
  await settled();
  assert.equal(runs.get().shown!.run, run);
});

test("a reply that is older than the news of a run does not take them back", async () => {
  const { runs, run, server, editor } = await running();
  const { submit } = server.api;
  const late = async (asked: Parameters<typeof submit>[0]) => {
    const detail = await submit(asked);
    server.log(detail.id, { event: "run.started", nodes: 3 });
    return detail;
  };
  Object.assign(server.api, { submit: late });
  server.log(run, { event: "run.started", nodes: 3 });
  const second = await editor.runs.submit();
  const stateOf = (id: string | undefined) => runs.get().list.find((one) => one.id === id)!.state;
  assert.equal(stateOf(second), "running", "the reply said that it was queued");
  const cancel = async (id: string) => {
    const detail = await server.api.run(id);
    server.log(id, { event: "run.finished", executed: 3, cached: 0, outputs: [], ms: 3 });
    return { ...detail, stopping: true };
  };
  Object.assign(server.api, { cancel });
  await runs.cancel(second);
  assert.deepEqual([stateOf(second), [...runs.get().stopping]], ["finished", []]);
});

test("older runs are asked for a page at a time, until there are no more", async () => {
  const { editor, server, socket } = await startEditor();
  socket.disconnect();
  for (let i = 0; i < 40; i++) server.play((await server.api.submit({ document: editor.workflow.present() })).id);
  await editor.runs.loadMore();
  assert.equal(editor.runs.get().list.length, 30);
  assert.ok(editor.runs.get().next);
  await editor.runs.loadMore();
  assert.equal(editor.runs.get().list.length, 40);
  assert.equal(editor.runs.get().next, undefined);
  server.refuseNext("runs");
  await editor.runs.loadMore();
  assert.equal(editor.messages.get().at(-1)!.text, "The server is busy.");
});

test("a run that was asked to stop says so until it has; a refusal takes that back", async () => {
  const { runs, run, server } = await running();
  server.log(run, { event: "run.started", nodes: 2 });
  const asked: string[][] = [];
  runs.listen(() => asked.push([...runs.get().stopping]));
  await runs.cancel();
  assert.deepEqual(asked[0], [run]);
  assert.deepEqual([[...runs.get().stopping], runs.get().shown!.state], [[], "cancelled"]);
  server.refuseNext("cancel");
  await runs.cancel(run);
  assert.equal(runs.get().stopping.size, 0);
});
