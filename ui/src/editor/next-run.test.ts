import assert from "node:assert/strict";
import { test } from "node:test";
import { moveNodes, setParam } from "../document/edit.ts";
import { settled, startEditor } from "../testing/start-editor.ts";

const text = { node: "caption", port: "text" };
const forecasts = (asked: readonly string[]) => asked.filter((name) => name === "forecast").length;

/** An open editor whose first forecast has come. */
async function foretold() {
  const started = await startEditor();
  const pause = async () => {
    started.clock.pass(300);
    await settled();
  };
  await pause();
  return { ...started, pause };
}

test("what the next run would do is known soon after a workflow is opened", async () => {
  const { editor } = await foretold();
  assert.deepEqual(editor.nextRun.get(), {
    nodes: { caption: "would run", paint: "would run" },
    toRun: 2,
    all: 2,
    ms: 1_400,
  });
});

test("the server is asked once, 0.3 seconds after the last change", async () => {
  const { editor, server, clock, pause } = await foretold();
  const before = forecasts(server.asked);
  for (const word of ["a", "a c", "a co"]) {
    editor.workflow.edit((now) => setParam(now, text, word));
    clock.pass(299);
    await settled();
  }
  assert.equal(forecasts(server.asked), before);
  await pause();
  assert.equal(forecasts(server.asked), before + 1);
});

test("moving and selecting nodes asks nothing", async () => {
  const { editor, server, pause } = await foretold();
  const before = forecasts(server.asked);
  editor.workflow.edit((now) => moveNodes(now, new Map([["paint", { x: 9, y: 9 }]])));
  editor.workflow.select(["paint"]);
  await pause();
  assert.equal(forecasts(server.asked), before);
});

test("while a run is under way nothing is foretold; after it the server is asked again", async () => {
  const { editor, server, pause } = await foretold();
  await editor.runs.submit();
  await pause();
  assert.equal(editor.nextRun.get(), undefined);
  server.kept = ["caption", "paint"];
  server.play(editor.runs.get().shown!.run);
  await pause();
  assert.equal(editor.nextRun.get()!.toRun, 0);
});

test("a workflow that cannot run, or is empty, or has no server, is not asked about", async () => {
  const { editor, server, socket, pause } = await foretold();
  const before = forecasts(server.asked);
  editor.workflow.edit((now) => setParam(now, { node: "paint", port: "size" }, 5_000));
  await pause();
  assert.equal(editor.nextRun.get(), undefined);
  editor.files.openNew();
  await pause();
  assert.equal(editor.nextRun.get(), undefined);
  editor.tabs.open(server.templates[0]!.document);
  socket.disconnect();
  await pause();
  assert.equal(editor.nextRun.get(), undefined);
  assert.equal(forecasts(server.asked), before);
  socket.connect();
  await pause();
  assert.ok(editor.nextRun.get());
});

test("an answer that comes after another change counts no more", async () => {
  const { editor, server, clock, pause } = await foretold();
  const answers: (() => void)[] = [];
  const { forecast } = server.api;
  server.api.forecast = async (run) => {
    const reply = await forecast(run);
    await new Promise<void>((resolve) => answers.push(resolve));
    return reply;
  };
  server.kept = ["caption", "paint"];
  editor.workflow.edit((now) => setParam(now, text, "late"));
  clock.pass(300);
  await settled();
  server.kept = [];
  editor.workflow.edit((now) => setParam(now, text, "new"));
  answers[0]!();
  await settled();
  assert.equal(editor.nextRun.get()!.toRun, 2, "the late answer is not shown");
  await pause();
  answers[1]!();
  await settled();
  assert.equal(editor.nextRun.get()!.toRun, 2);
});

test("a refused forecast is not a message: the server says why when Run is pressed", async () => {
  const { editor, server, pause } = await foretold();
  server.refuseNext("forecast");
  editor.workflow.edit((now) => setParam(now, text, "x"));
  await pause();
  assert.equal(editor.nextRun.get(), undefined);
  assert.deepEqual(editor.messages.get(), []);
});
