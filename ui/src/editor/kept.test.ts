import assert from "node:assert/strict";
import { test } from "node:test";
import { setParam } from "../document/edit.ts";
import { painting } from "../testing/catalogue.ts";
import { type Started, settled, startEditor } from "../testing/start-editor.ts";

const caption = { node: "caption", port: "text" };
const picture = (name: string) => ({ kind: "picture", picture: name, width: 8, height: 8 }) as const;

/** Runs the document, or what a node needs, to its end; the nodes named make a picture of that name. */
async function run({ editor, server }: Started, name: string, nodes: readonly string[] = ["paint"]): Promise<string> {
  await editor.runs.submit();
  await settled();
  const { run } = editor.runs.get().shown!;
  server.log(run, { event: "run.started", nodes: 3 });
  for (const node of nodes) server.log(run, { event: "node.value", node, item: 0, port: "image", view: picture(name) });
  server.log(run, { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 3 });
  await settled();
  return run;
}

/** How the card of a node stands, and which picture it shows. */
function card({ editor }: Started, node = "paint"): string | undefined {
  const shown = editor.kept.get().at(node);
  const view = shown?.show.values.at(0)?.view;
  return shown && `${shown.standing} ${view?.kind === "picture" ? view.picture : ""}`;
}

test("what a run made is shown, as made with other parameters once they are others, and again after undo", async () => {
  const started = await startEditor();
  assert.equal(card(started), undefined);
  await run(started, "one");
  assert.equal(card(started), "made one");
  started.editor.workflow.edit((now) => setParam(now, caption, "a ball"));
  assert.equal(card(started), "earlier one");
  started.editor.workflow.undo();
  assert.equal(card(started), "made one");
});

test("after undo the picture of these parameters is shown, although another run came in between", async () => {
  const started = await startEditor();
  await run(started, "one");
  started.editor.workflow.edit((now) => setParam(now, caption, "a ball"));
  await run(started, "two");
  assert.equal(card(started), "made two");
  started.editor.workflow.undo();
  assert.equal(card(started), "kept one");
  started.editor.workflow.edit((now) => setParam(now, caption, "a cone"));
  assert.equal(card(started), "earlier two");
});

test("what a card shows can be looked at closely, however many runs came after the one that made it", async () => {
  const started = await startEditor();
  const first = await run(started, "first");
  for (let i = 0; i < 30; i++) {
    started.editor.workflow.edit((now) => setParam(now, caption, `a ball, ${i}`));
    await run(started, `later ${i}`);
  }
  for (let i = 0; i < 30; i++) started.editor.workflow.undo();
  assert.equal(card(started), "kept first");
  assert.equal(started.editor.kept.get().runOf(first)?.view.shows.get("paint")?.values.size, 1);
});

test("runs in passing take the place of no other run that can be looked at, and what they made stays on the cards", async () => {
  const started = await startEditor();
  const { editor, server } = started;
  const first = await run(started, "first");
  await run(started, "again");
  let last = "";
  for (let i = 0; i < 30; i++) {
    editor.workflow.edit((now) => setParam(now, caption, `a ball, ${i}`));
    await editor.runs.pass(editor.workflow.whole(), ["paint"], "live");
    await settled();
    last = editor.runs.get().shown!.run;
    server.log(last, { event: "run.started", nodes: 2 });
    server.log(last, { event: "node.value", node: "paint", item: 0, port: "image", view: picture(`drawn ${i}`) });
    server.log(last, { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 3 });
    await settled();
  }
  assert.equal(card(started), "made drawn 29");
  editor.workflow.undo();
  assert.equal(card(started), "kept drawn 28");
  const { runOf, at } = editor.kept.get();
  assert.ok(runOf(first)?.document, "its cards show what the run after it made, and it is known");
  const { run: before } = at("paint")!;
  assert.notEqual(before, last);
  assert.ok(runOf(before)?.document, "what a card shows leads to the run that drew it");
});

test("a run of a part takes nothing from the cards of the others", async () => {
  const started = await startEditor();
  await run(started, "one", ["paint", "save"]);
  await run(started, "again", ["paint"]);
  assert.equal(card(started, "save"), "kept one");
  assert.equal(card(started), "made again");
});

test("a document that is opened shows what the server's runs of its title made, if it is what the document says", async () => {
  const first = await startEditor();
  await run(first, "one");
  first.close();
  const second = await startEditor({ server: first.server });
  await settled();
  await settled();
  assert.equal(second.editor.runs.get().shown, undefined);
  assert.equal(card(second), "kept one");
  second.editor.tabs.open(setParam(painting, caption, "something else"));
  await settled();
  assert.equal(card(second), undefined, "another document's picture is no earlier state of this one");
});

test("a card that stays as it is keeps its object, so that nothing is drawn again", async () => {
  const started = await startEditor();
  await run(started, "one", ["paint", "caption"]);
  const before = started.editor.kept.get().at("caption");
  started.editor.workflow.edit((now) => setParam(now, { node: "paint", port: "seed" }, 8));
  assert.equal(card(started), "earlier one");
  assert.equal(started.editor.kept.get().at("caption"), before);
});

test("a run is found with its workflow after another took its place", async () => {
  const started = await startEditor();
  const id = await run(started, "one");
  const { document } = started.editor.kept.get().runOf(id)!;
  started.editor.workflow.edit((now) => setParam(now, caption, "a ball"));
  await run(started, "two");
  const past = started.editor.kept.get().runOf(id)!;
  assert.equal(past.document, document);
  assert.equal(past.view.shows.get("paint")!.values.size, 1);
  assert.equal(started.editor.kept.get().runOf("gone"), undefined);
});
