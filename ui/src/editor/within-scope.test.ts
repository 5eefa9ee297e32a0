import assert from "node:assert/strict";
import { test } from "node:test";
import type { AccessReply } from "@clipwork/server/wire";
import { setParam, setTitle } from "../document/edit.ts";
import { FakeServer } from "../testing/fake-server.ts";
import { settled, startEditor } from "../testing/start-editor.ts";
import { standingOf } from "./standing.ts";

const noRun = "Your token lets you look, and no more. Ask whoever runs the server for one with the scope “run”.";

/** An editor of somebody whose token may do that. */
async function start(...may: AccessReply["may"]) {
  const server = new FakeServer();
  server.may = may;
  return startEditor({ server });
}

/** What is said on the page, with its way out. */
const said = ({ editor }: Awaited<ReturnType<typeof start>>) =>
  editor.messages.get().map(({ text, more }) => [text, more].join(" "));

test("whoever may only view is told why by every key and menu, and the server is asked for nothing", async () => {
  const page = await start("view");
  const { editor, server } = page;
  editor.workflow.edit((now) => setParam(now, { node: "caption", port: "text" }, "a cone"));
  editor.drawing.toggle();
  for (let i = 0; i < 20; i++) {
    page.clock.pass(1_000);
    await settled();
  }
  assert.equal(editor.drawing.get().waits, "Your token lets you look, and no more.");
  await editor.runs.submit();
  assert.deepEqual(said(page), [noRun]);
  await editor.files.save();
  assert.equal(said(page).at(-1), noRun.replace("“run”", "“edit”"));
  await editor.queue.setPaused(true);
  assert.equal(said(page).at(-1), noRun.replace("“run”", "“administer”"));
  const asked = server.asked.filter((name) => /submit|forecast|create|update|pause/.test(name));
  assert.deepEqual(asked, []);
});

test("whoever may not save is told at closing to download the document, not to wait for the server", async () => {
  const page = await start("view");
  page.editor.workflow.edit((now) => setTitle(now, "Mine"));
  await page.editor.files.close();
  assert.match(said(page).at(-1)!, /stays open.* Your token lets you look, and no more\. Download it to keep it\.$/);
});

test("whoever may run and not save runs, and what is not kept is said to be in this browser", async () => {
  const page = await start("view", "run");
  const { editor, server, clock } = page;
  editor.workflow.edit((now) => setTitle(now, "Mine"));
  for (let i = 0; i < 3; i++) {
    clock.pass(1_000);
    await settled();
  }
  assert.equal(standingOf(editor.workflow.get(), editor.autosave.get(), true), "browser");
  assert.ok(await editor.runs.submit());
  assert.deepEqual(
    server.asked.filter((name) => /create|update|submit/.test(name)),
    ["submit"],
  );
});
