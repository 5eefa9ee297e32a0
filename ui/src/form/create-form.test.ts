import assert from "node:assert/strict";
import { test } from "node:test";
import { packNodes } from "@clipwork/engine";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describeExposed } from "../document/expose.ts";
import { PageContext } from "../editor/use-editor.ts";
import { createLive } from "../server/live.ts";
import { ServerError } from "../server/server-error.ts";
import { painting } from "../testing/catalogue.ts";
import { FakeBrowser, FakeClock, FakeDisk } from "../testing/fake-ports.ts";
import { FakeServer } from "../testing/fake-server.ts";
import { pictureOutput } from "../testing/outputs.ts";
import { textOf } from "../testing/render.ts";
import { settled } from "../testing/start-editor.ts";
import { readAddress } from "./address.ts";
import { createForm, type Form } from "./create-form.ts";

const { FormPage } = await import("./form-page.tsx");
const { FormContext } = await import("./use-form.ts");

const template = "/form/templates/text-to-image";

/** A form that a person has opened; `disk` is what their browser keeps. */
async function openForm({ server = new FakeServer(), disk = new FakeDisk(), path = template, run = "" } = {}) {
  const socket = server.network.socket();
  const form = createForm(
    {
      api: server.api,
      connect: (listener) => createLive(socket.live, listener),
      storage: disk.page().storage,
      clock: new FakeClock(),
      browser: new FakeBrowser(),
    },
    readAddress(path),
  );
  socket.connect();
  await form.open(run === "" ? undefined : run);
  await settled();
  return { form, server, disk };
}

function drawn(form: Form): string {
  const page = createElement(FormContext, { value: form }, createElement(FormPage));
  return renderToStaticMarkup(createElement(PageContext, { value: form }, page));
}

test("an address names a saved workflow or a shipped one; any other path names none", () => {
  assert.deepEqual(readAddress(template), { of: "templates", id: "text-to-image" });
  assert.deepEqual(readAddress("/form/workflows/0a-b"), { of: "workflows", id: "0a-b" });
  for (const path of ["/", "/form/", "/form/runs/a", "/form/workflows/", "/form/workflows/a/b", "/form/workflows/%2e"])
    assert.equal(readAddress(path), undefined, path);
});

test("a form has fields for what a subgraph exposes", async () => {
  const server = new FakeServer();
  const names = { definition: "inner", instance: "sub", title: "Inner" };
  const document = packNodes(painting, new Set(["caption", "paint"]), names);
  await server.api.createWorkflow("w", { title: "Painting", document, reason: "saved" });
  const { form } = await openForm({ server, path: "/form/workflows/w" });
  assert.match(textOf(drawn(form)), /prompt .*seed.* Run /);
});

test("a form shows the title, what is exposed with its description, and Run", async () => {
  const server = new FakeServer();
  const document = describeExposed(painting, "prompt", "Say what you want to see.");
  await server.api.createWorkflow("w", { title: "Painting", document, reason: "saved" });
  const { form } = await openForm({ server, path: "/form/workflows/w" });
  const text = textOf(drawn(form));
  assert.match(text, /^Painting .*prompt .*Say what you want to see\..*seed.* Run /);
  assert.match(text, /Your pictures appear here/);
});

test("what was typed is run as a run of that workflow, and the workflow itself stays as it was", async () => {
  const server = new FakeServer();
  await server.api.createWorkflow("w", { title: "Painting", document: painting, reason: "saved" });
  const { form } = await openForm({ server, path: "/form/workflows/w" });
  form.workflow.edit((now) => ({
    ...now,
    nodes: { ...now.nodes, caption: { ...now.nodes.caption!, params: { text: "cone" } } },
  }));
  await form.runs.submit();
  const [id] = form.own.get();
  const { document, workflow } = await server.api.run(id!);
  assert.deepEqual([document.nodes.caption!.params, workflow], [{ text: "cone" }, "w"]);
  const kept = await server.api.workflow("w");
  assert.deepEqual([kept.revision, kept.document], [1, painting]);
});

test("its pictures are shown large with a download, and failures in words", async () => {
  const { form, server } = await openForm();
  await form.runs.submit();
  const [id] = form.own.get();
  server.finishWith(id!, pictureOutput());
  assert.match(drawn(form), /<img src="\/api\/v1\/artifacts\/b" alt="x"/);
  assert.match(drawn(form), /download="x\.png"/);
  await form.runs.submit();
  const at = { node: "paint", item: 0 };
  server.log(form.own.get()[0]!, { event: "run.started", nodes: 1 });
  server.log(form.own.get()[0]!, { event: "node.failed", ...at, message: '"paint" ran dry.', remedy: "Refill it." });
  assert.match(textOf(drawn(form)), /Paint failed\. “Paint” ran dry\. Refill it\./);
});

test("everybody sees their own runs alone, also after a reload, and those that were deleted are forgotten", async () => {
  const server = new FakeServer();
  const mine = await openForm({ server });
  const theirs = await openForm({ server });
  await mine.form.runs.submit();
  await theirs.form.runs.submit();
  await mine.form.runs.submit();
  assert.equal(mine.form.runs.get().list.length, 3, "the server lists all of them");
  const [newest, first] = mine.form.own.get();
  assert.deepEqual([mine.form.own.get().length, theirs.form.own.get().length], [2, 1]);
  assert.equal(drawn(mine.form).match(/aria-label="queued, /g)?.length, 2);

  server.remove(first!);
  const again = await openForm({ server, disk: mine.disk, run: newest! });
  assert.equal(again.form.runs.get().shown?.run, newest);
  assert.deepEqual(again.form.own.get(), [newest]);
  const others = await openForm({ server, disk: mine.disk, run: theirs.form.own.get()[0]! });
  assert.equal(others.form.runs.get().shown, undefined, "somebody else's run is not shown");
});

test("a reloaded page has the values of its run", async () => {
  const { form, server, disk } = await openForm();
  form.workflow.edit((now) => ({
    ...now,
    nodes: { ...now.nodes, paint: { ...now.nodes.paint!, params: { seed: 99 } } },
  }));
  await form.runs.submit();
  const again = await openForm({ server, disk, run: form.own.get()[0]! });
  assert.equal(again.form.workflow.present().nodes.paint!.params!.seed, 99);
});

test("what a browser keeps in a broken shape is no obstacle", async () => {
  for (const kept of ["{", '"x"', "[1, null]", "null"]) {
    const disk = new FakeDisk();
    disk.texts.set("clipwork.form templates/text-to-image", kept);
    const { form } = await openForm({ disk });
    assert.deepEqual([form.own.get(), form.get().standing], [[], "ready"]);
  }
});

test("a workflow that is not there, and a server that does not answer, are said in plain words", async () => {
  const gone = await openForm({ path: "/form/workflows/gone" });
  assert.match(textOf(drawn(gone.form)), /There is no workflow at this address/);
  assert.match(textOf(drawn((await openForm({ path: "/form/" })).form)), /There is no workflow/);
  const server = new FakeServer();
  const away = { type: "", title: "", status: 0, detail: "The server does not answer.", remedy: "" };
  server.refuseNext("nodes", new ServerError(away));
  const { form } = await openForm({ server });
  assert.match(textOf(drawn(form)), /The server does not answer/);
});

test("what stands in the way of a run is said, and Run cannot be pressed", async () => {
  const { form } = await openForm();
  form.workflow.edit((now) => ({
    ...now,
    nodes: { ...now.nodes, paint: { ...now.nodes.paint!, params: { seed: -1 } } },
  }));
  assert.match(drawn(form), /class="button primary"[^>]* disabled=""|disabled=""[^>]*class="button primary"/);
  assert.match(textOf(drawn(form)), /“Paint: seed”.* A value above cannot be run/);
  assert.equal(textOf(drawn(form)).match(/“Paint: seed”/g)?.length, 1, "said once, below its field");
  form.workflow.edit(({ exposed: _, ...now }) => now);
  assert.match(textOf(drawn(form)), /There is nothing to set here.* “Paint: seed”/);
});

test("a form of somebody who may only view says why there is no Run", async () => {
  const server = new FakeServer();
  server.may = ["view"];
  const { form } = await openForm({ server });
  const why = "Your token lets you look, and no more. Ask whoever runs the server for one with the scope “run”.";
  assert.match(textOf(drawn(form)), new RegExp(why));
  assert.match(drawn(form), /<button type="button" class="button primary" title="Your token[^>]* disabled=""/);
  await form.runs.submit();
  assert.ok(!server.asked.includes("submit"));
});
