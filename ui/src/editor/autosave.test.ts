import assert from "node:assert/strict";
import { test } from "node:test";
import { setParam, setTitle } from "../document/edit.ts";
import { ServerError } from "../server/server-error.ts";
import { painting } from "../testing/catalogue.ts";
import { FakeClock, FakeDisk } from "../testing/fake-ports.ts";
import { FakeServer } from "../testing/fake-server.ts";
import { type Started, settled, startEditor } from "../testing/start-editor.ts";
import { standingOf } from "./standing.ts";

const away = () => new ServerError({ status: 0, detail: "The server does not answer.", remedy: "Start it." });

async function open(options: Parameters<typeof startEditor>[0] = {}) {
  const started = await startEditor(options);
  const { workflow, autosave, tabs, runs } = started.editor;
  return {
    ...started,
    workflow,
    autosave,
    tabs,
    rename: (title: string) => workflow.edit((now) => setTitle(now, title)),
    pass: async (ms: number) => {
      started.clock.pass(ms);
      await settled();
      await settled();
    },
    standing: () => standingOf(workflow.get(), autosave.get(), runs.get().connected),
    kept: () => started.server.api.workflow(workflow.get().id),
  };
}

/** How often the server was asked to keep something. */
const sent = ({ server }: Pick<Started, "server">) =>
  server.asked.filter((name) => name === "createWorkflow" || name === "updateWorkflow").length;

test("what nobody has touched is not sent; a change is, a second after it was made, and changes in a row once", async () => {
  const page = await open();
  await page.pass(10_000);
  assert.deepEqual([sent(page), page.standing()], [0, "untouched"]);
  page.rename("a");
  await page.pass(600);
  page.rename("ab");
  assert.deepEqual([sent(page), page.standing()], [0, "saving"]);
  await page.pass(400);
  assert.deepEqual([sent(page), page.standing(), (await page.kept()).title], [1, "saved", "ab"]);
  page.rename("abc");
  await page.pass(1_000);
  assert.deepEqual([(await page.kept()).revision, (await page.kept()).title], [2, "abc"]);
});

test("a whole run keeps its document as a revision of its own, and counts as a run of it", async () => {
  const page = await open();
  await page.editor.runs.submit();
  const { id } = page.workflow.get();
  assert.equal((await page.server.api.history(id)).items[0]!.reason, "run");
  await page.editor.runs.submit(["paint"]);
  assert.equal((await page.server.api.history(id)).items.length, 1, "a part of it is no reason for another");
  const { items } = await page.server.api.runs({ workflow: id });
  assert.equal(items.length, 2);
});

test("what the server does not take stays in this browser, is marked so, and is sent again", async () => {
  const page = await open();
  page.rename("a");
  page.server.refuseNext("createWorkflow");
  await page.pass(1_000);
  assert.equal(page.standing(), "browser");
  await page.pass(5_000);
  assert.deepEqual([page.standing(), (await page.kept()).title], ["saved", "a"]);
});

test("what this page may not keep is asked for once, and again when it is connected anew or asked by hand", async () => {
  const page = await open();
  page.rename("a");
  let asked = 0;
  const refuse = async () => {
    asked++;
    throw new ServerError({ status: 403, detail: "The token is for those who view.", remedy: "Ask for another." });
  };
  const { createWorkflow } = page.server.api;
  Object.assign(page.server.api, { createWorkflow: refuse });
  await page.pass(1_000);
  await page.pass(60_000);
  page.rename("b");
  await page.pass(60_000);
  assert.deepEqual([asked, page.standing()], [1, "browser"]);
  page.socket.disconnect();
  page.socket.connect();
  await settled();
  assert.equal(asked, 2);
  Object.assign(page.server.api, { createWorkflow });
  page.socket.disconnect();
  page.socket.connect();
  await settled();
  await settled();
  assert.deepEqual([page.standing(), (await page.kept()).title], ["saved", "b"]);
});

test("while the server is away nothing is asked of it; when it is back, every tab is sent", async () => {
  const page = await open();
  page.rename("a");
  page.tabs.open({ ...painting, meta: { title: "b" } });
  page.rename("b2");
  page.socket.disconnect();
  await page.pass(60_000);
  assert.deepEqual([sent(page), page.standing()], [0, "browser"]);
  page.socket.connect();
  await settled();
  await settled();
  const { items } = await page.server.api.workflows();
  assert.deepEqual(items.map(({ title }) => title).sort(), ["a", "b2"]);
});

test("a document that somebody else changes is behind at once, and is not written over", async () => {
  const page = await open();
  page.rename("mine");
  await page.pass(1_000);
  const { id } = page.workflow.get();
  page.server.workflows.saveElsewhere(id, { ...painting, meta: { title: "theirs" } });
  await settled();
  assert.equal(page.standing(), "behind");
  page.rename("mine too");
  await page.pass(60_000);
  assert.equal((await page.kept()).document.meta?.title, "theirs");
  await page.autosave.takeNewest(id);
  assert.deepEqual([page.standing(), page.workflow.present().meta?.title], ["saved", "theirs"]);
  page.workflow.undo();
  await page.pass(1_000);
  assert.deepEqual([page.standing(), (await page.kept()).title], ["saved", "mine too"]);
});

test("whoever is behind can go on with a copy", async () => {
  const page = await open();
  page.rename("mine");
  await page.pass(1_000);
  const { id } = page.workflow.get();
  page.server.workflows.saveElsewhere(id);
  await settled();
  await page.autosave.keepCopy(id);
  assert.notEqual(page.workflow.get().id, id);
  assert.deepEqual([page.standing(), (await page.kept()).title], ["saved", "mine (copy)"]);
  assert.equal((await page.server.api.workflow(id)).title, "mine");
});

test("a change by somebody else while there was no connection is noticed when it is back", async () => {
  const page = await open();
  page.rename("mine");
  await page.pass(1_000);
  page.socket.disconnect();
  page.server.workflows.saveElsewhere(page.workflow.get().id);
  page.socket.connect();
  await settled();
  await settled();
  assert.equal(page.standing(), "behind");
});

test("a revision whose confirmation was lost is known as our own", async () => {
  const page = await open();
  page.rename("a");
  page.server.loseNextReply("createWorkflow", away());
  await page.pass(1_000);
  page.rename("ab");
  await page.pass(5_000);
  assert.deepEqual([page.standing(), (await page.kept()).title], ["saved", "ab"]);
  page.rename("abc");
  page.server.loseNextReply("updateWorkflow", away());
  await page.pass(1_000);
  page.rename("abcd");
  await page.pass(5_000);
  assert.deepEqual([page.standing(), (await page.kept()).title], ["saved", "abcd"]);
});

test("it is known as our own after a crash too, though the page has gone on from there", async () => {
  const world = { disk: new FakeDisk(), clock: new FakeClock(), server: new FakeServer() };
  const page = await open(world);
  page.rename("a");
  world.server.loseNextReply("createWorkflow", away());
  await page.pass(1_000);
  page.rename("ab");
  await page.pass(200);
  page.close();
  const next = await open(world);
  await settled();
  assert.deepEqual([next.standing(), (await next.kept()).title], ["saved", "ab"]);
});

test("a document that was deleted meanwhile comes back with the next change", async () => {
  const page = await open();
  page.rename("a");
  await page.pass(1_000);
  await page.server.api.removeWorkflow(page.workflow.get().id);
  page.workflow.edit((now) => setParam(now, { node: "caption", port: "text" }, "a cone"));
  await page.pass(1_000);
  assert.equal((await page.kept()).revision, 2);
  assert.equal(page.standing(), "saved");
});

test("one that is gone for good is created anew", async () => {
  const page = await open();
  page.rename("a");
  await page.pass(1_000);
  page.server.workflows.forget(page.workflow.get().id);
  page.rename("b");
  await page.pass(1_000);
  assert.deepEqual([(await page.kept()).revision, page.standing()], [1, "saved"]);
});

test("a title that is too long for the server is cut there, and stays whole here", async () => {
  const page = await open();
  page.rename("x".repeat(500));
  await page.pass(1_000);
  const { title, document } = await page.kept();
  assert.deepEqual([title.length, document.meta?.title?.length], [200, 500]);
});
