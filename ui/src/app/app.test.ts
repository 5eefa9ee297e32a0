import assert from "node:assert/strict";
import { test } from "node:test";
import { setTitle } from "../document/edit.ts";
import { attributes, html, textOf } from "../testing/render.ts";
import { settled, startEditor } from "../testing/start-editor.ts";

const { App } = await import("./app.tsx");
const { EmptyCanvas } = await import("./empty-canvas.tsx");
const { Behind } = await import("./behind.tsx");
const { Messages } = await import("../dialogs/messages.tsx");
const { TabStrip } = await import("./tab-strip.tsx");
const { TopBar } = await import("./top-bar.tsx");
const { ZoomBar } = await import("./zoom-bar.tsx");

test("the page has a bar, a canvas and a panel, in the order in which F6 goes through them", async () => {
  const { editor } = await startEditor();
  const page = html(editor, App, {});
  const places = ['class="top-bar"', 'class="canvas-area"', 'class="side"'].map((part) => page.indexOf(part));
  assert.ok(places.every((place) => place > 0));
  assert.deepEqual(
    places.toSorted((a, b) => a - b),
    places,
  );
});

test("nothing of the page is styled or scripted in its HTML, which a Content-Security-Policy would refuse", async () => {
  const { editor } = await startEditor();
  await editor.runs.submit();
  assert.doesNotMatch(html(editor, App, {}), /\sstyle=|\son\w+=|<script/);
});

test("the bar has the title, whether it is saved, and what can be undone", async () => {
  const { editor } = await startEditor();
  const disabled = (label: string) =>
    new RegExp(`aria-label="${label.replace(/[()+]/g, "\\$&")}" disabled=""`).test(html(editor, TopBar, {}));
  assert.match(html(editor, TopBar, {}), /class="title"[^>]*value="Painting"/);
  assert.doesNotMatch(textOf(html(editor, TopBar, {})), /Sav|Only/);
  assert.deepEqual([disabled("Undo (Ctrl+Z)"), disabled("Redo (Ctrl+Shift+Z)")], [true, true]);
  await editor.files.save();
  assert.match(textOf(html(editor, TopBar, {})), / Saved /);
  editor.workflow.edit((now) => setTitle(now, "x"));
  assert.match(textOf(html(editor, TopBar, {})), / Saving … /);
  assert.deepEqual([disabled("Undo (Ctrl+Z)"), disabled("Redo (Ctrl+Shift+Z)")], [false, true]);
  editor.workflow.undo();
  assert.deepEqual([disabled("Undo (Ctrl+Z)"), disabled("Redo (Ctrl+Shift+Z)")], [true, false]);
});

test("every open document has a tab with its title, the one in front marked, and where it is kept", async () => {
  const { editor, socket } = await startEditor();
  editor.workflow.edit((now) => setTitle(now, "First"));
  editor.files.openNew();
  socket.disconnect();
  const strip = html(editor, TabStrip, {});
  assert.deepEqual(attributes(strip, "aria-label"), [
    "Open documents",
    "Close First",
    "Close Untitled",
    "New workflow",
  ]);
  assert.deepEqual(attributes(strip, "data-standing"), ["browser", "untouched"]);
  assert.match(strip, /aria-current="page"[^>]*>Untitled</);
});

test("a document that is behind says so at once, with both ways out", async () => {
  const { editor, server } = await startEditor();
  await editor.files.save();
  assert.equal(html(editor, Behind, {}), "");
  server.workflows.saveElsewhere(editor.workflow.get().id);
  await settled();
  assert.match(textOf(html(editor, Behind, {})), /changed elsewhere.*Show the newest.*Keep mine as a copy/);
});

test("beside the tabs stands who else has the document in front open: at most five, and how many more", async () => {
  const { editor, server, socket } = await startEditor();
  editor.workflow.edit((now) => setTitle(now, "Ours"));
  const { id } = editor.workflow.get();
  const strip = () => html(editor, TabStrip, {});
  const drawn = () => [...strip().matchAll(/class="other" data-colour="(\w+)"/g)].length;
  assert.match(strip(), /class="others" role="status"><\/div>/);
  server.network.visit(id, ["anna", "bert-of-here"]);
  assert.match(textOf(strip()), /anna and bert-of-here also have this document open\. AN BO$/);
  server.network.visit(id, ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]);
  assert.match(textOf(strip()), /, h and 2 more also have this document open\. A B C D E \+5$/);
  assert.equal(drawn(), 6);
  editor.files.openNew();
  assert.equal(drawn(), 0, "of the document in front");
  editor.tabs.show(id);
  assert.equal(drawn(), 6);
  socket.disconnect();
  assert.equal(drawn(), 0, "nobody knows while the server is away");
});

test("the bar says what the next run would do, then how the run is doing, with Cancel beside Run", async () => {
  const { editor, server, clock } = await startEditor();
  clock.pass(300);
  await settled();
  const bar = () => textOf(html(editor, TopBar, {}));
  assert.match(bar(), /Next: 2 nodes, about 1\.4 s Live Auto Run$/);
  await editor.runs.submit();
  await settled();
  assert.match(bar(), /\d s Live Auto Queued Cancel Run$/);
  const { run } = editor.runs.get().shown!;
  server.log(run, { event: "run.started", nodes: 2 });
  server.log(run, { event: "node.cached", node: "caption", item: 0 });
  assert.match(bar(), /50 % Cancel Run$/);
  assert.match(html(editor, TopBar, {}), /<progress class="run-progress" max="100" value="50"/);
  server.log(run, { event: "run.finished", executed: 0, cached: 2, outputs: [], ms: 4 });
  assert.match(bar(), /Finished Run$/);
});

test("the bar says that there is no connection, whatever the run was doing", async () => {
  const { editor, socket } = await startEditor();
  await editor.runs.submit();
  socket.disconnect();
  assert.match(textOf(html(editor, TopBar, {})), /Offline/);
});

test("the button of the theme leads to the other one", async () => {
  const { editor } = await startEditor();
  assert.match(html(editor, TopBar, {}), /title="Dark theme"/);
  editor.theme.toggle();
  assert.match(html(editor, TopBar, {}), /title="Light theme"/);
});

test("messages have their tone, what to do, and something to press if there is something", async () => {
  const { editor } = await startEditor();
  editor.messages.say("It failed.", { tone: "error", more: "Try again.", action: { label: "Save a copy", run() {} } });
  editor.messages.say("<b>Saved.</b>");
  const drawn = html(editor, Messages, {});
  assert.deepEqual(attributes(drawn, "data-tone"), ["error", "info"]);
  assert.equal(textOf(drawn), "It failed. Try again. Save a copy &lt;b&gt;Saved.&lt;/b&gt;");
});

test("the zoom bar has the scale of the canvas", async () => {
  const { editor } = await startEditor();
  editor.canvas.zoomed(0.756);
  assert.match(textOf(html(editor, ZoomBar, {})), /76 %/);
});

test("the reason why a link cannot go somewhere is said, and where a file can be dropped", async () => {
  const { editor } = await startEditor();
  assert.match(html(editor, App, {}), /class="link-hint"[^>]* hidden=""/);
  editor.screen.show({ hint: "It does not fit.", dropping: true });
  const page = html(editor, App, {});
  assert.match(page, /class="link-hint"[^>]*>It does not fit\.</);
  assert.match(page, /class="drop-hint"/);
});

test("what a screen reader announces stands in one polite live region", async () => {
  const { editor, server } = await startEditor();
  await editor.runs.submit();
  server.play(editor.runs.get().shown!.run);
  assert.match(
    html(editor, App, {}),
    /class="spoken" role="status" aria-live="polite">The run has finished in 0\.4 s\.</,
  );
});

test("an empty canvas says how to begin, and offers workflows that run; one with nodes does not", async () => {
  const { editor } = await startEditor();
  assert.equal(html(editor, EmptyCanvas, {}), "");
  editor.files.openNew();
  const drawn = html(editor, EmptyCanvas, {});
  assert.match(textOf(drawn), /Double-click, or press Tab .* Text to image Other$/);
  assert.deepEqual(attributes(drawn, "src"), ["/templates/text-to-image.webp", "/templates/other.webp"]);
});
