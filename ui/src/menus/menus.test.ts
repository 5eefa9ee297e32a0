import assert from "node:assert/strict";
import { test } from "node:test";
import { copyNodes } from "../document/clipboard.ts";
import { disconnect } from "../document/edit.ts";
import { addGroup } from "../document/groups.ts";
import { addNote } from "../document/notes.ts";
import type { Editor } from "../editor/create-editor.ts";
import { commandsFor } from "../keys/table.ts";
import { startNested } from "../testing/nested.ts";
import { type Started, settled, startEditor } from "../testing/start-editor.ts";
import { menus } from "./index.ts";
import { type Entry, entryOf } from "./menu-kind.ts";

const commands = commandsFor([], [{ id: "documents", label: "Documents", key: "Ctrl+O" }]);

/** The groups of a menu, opened as a pointer does. */
function groupsOf(editor: Editor, id: string, about: string): readonly (readonly Entry[])[] {
  const kind = menus.find((one) => one.id === id)!;
  kind.opening?.(about, editor);
  const command = (label: string) => entryOf(commands, label, editor);
  return kind.entries(about, { editor, at: { x: 1, y: 2 }, command });
}

const entriesOf = (editor: Editor, id: string, about: string) => groupsOf(editor, id, about).flat();

function take({ editor }: Started, id: string, about: string, label: string): void {
  const entry = entriesOf(editor, id, about).find((one) => one.label === label);
  assert.ok(entry, `${label} is not among ${entriesOf(editor, id, about).map((one) => one.label)}`);
  assert.equal(entry.refused, undefined, label);
  entry.run();
}

test("every entry that is a command shows its key, and no menu has two entries of one name", async () => {
  const started = await startEditor();
  const { editor } = started;
  const note = { text: "Why", x: 0, y: 0, width: 200, height: 100 };
  editor.workflow.edit((now) =>
    addNote(addGroup(now, "g", { title: "Stage", members: ["caption", "paint"] }), "n", note),
  );
  await editor.runs.submit();
  await settled();
  const run = editor.runs.get().shown!.run;
  const abouts: { readonly [id: string]: string } = {
    canvas: "canvas",
    node: "paint",
    picture: "paint",
    socket: "output caption.text",
    sockets: "paint",
    fitting: "output caption.text",
    link: "paint.text",
    tab: editor.tabs.get().front,
    run,
    group: "g",
    note: "n",
  };
  for (const { id } of menus) {
    const entries = entriesOf(editor, id, abouts[id]!);
    const labels = entries.map(({ label }) => label);
    assert.ok(labels.length > 0, id);
    assert.equal(new Set(labels).size, labels.length, `${id}: ${labels}`);
    for (const { label, key } of entries) {
      const command = commands.find((one) => one.label === label);
      if (command) assert.equal(key, command.shown ?? command.keys[0], `${id}: ${label}`);
    }
  }
});

test("a node's menu is about all selected nodes if it is one of them, and selects it alone if not", async () => {
  const { editor } = await startEditor();
  const kind = menus.find(({ id }) => id === "node")!;
  editor.workflow.select(["caption", "paint"]);
  kind.opening?.("paint", editor);
  assert.equal(kind.label("paint", editor), "2 nodes");
  kind.opening?.("save", editor);
  assert.equal(kind.label("save", editor), "Save image");
  assert.deepEqual([...editor.workflow.get().selection], ["save"]);
});

test("a node's menu runs, mutes and copies as the keys do, and shows which mode is on", async () => {
  const started = await startEditor();
  const { editor, server, browser } = started;
  take(started, "node", "paint", "Mute");
  const mute = entriesOf(editor, "node", "paint").find(({ label }) => label === "Mute");
  assert.equal(mute?.checked, true);
  take(started, "node", "paint", "Mute");
  assert.equal(editor.workflow.present().nodes.paint!.mode, undefined);
  take(started, "node", "paint", "Copy");
  await settled();
  assert.deepEqual(JSON.parse(browser.clipboard.at(-1)!), copyNodes(editor.workflow.present(), new Set(["paint"])));
  take(started, "node", "paint", "Run to here");
  await settled();
  assert.deepEqual((await server.api.run(editor.runs.get().shown!.run)).targets, ["paint"]);
});

test("what was copied is pasted where the menu was opened, and a clipboard without nodes is said", async () => {
  const started = await startEditor();
  const { editor, browser } = started;
  await editor.copy(JSON.stringify(copyNodes(editor.workflow.present(), new Set(["save"]))), "The copy");
  take(started, "canvas", "canvas", "Paste here");
  await settled();
  assert.deepEqual(editor.workflow.present().layout?.image, { x: 0, y: 0 });
  browser.clipboard.push("a shopping list");
  take(started, "canvas", "canvas", "Paste here");
  await settled();
  assert.match(editor.messages.get().at(-1)!.text, /no nodes/);
  browser.mayCopy = false;
  take(started, "canvas", "canvas", "Paste here");
  await settled();
  assert.match(editor.messages.get().at(-1)!.text, /does not let this page read/);
});

test("a node is linked by menus alone: its socket, then what fits; taken once more, the link goes", async () => {
  const started = await startEditor();
  const { editor } = started;
  editor.workflow.edit((now) => disconnect(now, { node: "paint", port: "text" }));
  assert.deepEqual(
    groupsOf(editor, "sockets", "paint").map((group) => group.map(({ label }) => label)),
    [["Output image"], ["Input text", "Input style"], ["Input seed", "Input size", "Input finish", "Input frame"]],
  );
  take(started, "sockets", "paint", "Input text");
  assert.deepEqual(editor.screen.get().menu, { kind: "fitting", about: "input paint.text" });
  take(started, "fitting", "input paint.text", "Prompt, text");
  assert.equal(editor.workflow.present().nodes.paint!.inputs?.text, "caption.text");
  const fed = entriesOf(editor, "sockets", "paint").map(({ label }) => label);
  assert.ok(fed.includes("Input text, fed by Prompt, text"), `${fed}`);
  take(started, "fitting", "input paint.text", "Prompt, text");
  assert.equal(editor.workflow.present().nodes.paint!.inputs?.text, undefined);
  take(started, "fitting", "output caption.text", "Paint, style");
  assert.equal(editor.workflow.present().nodes.paint!.inputs?.style, "caption.text");
  take(started, "fitting", "output caption.text", "A new node that takes it …");
  assert.deepEqual(editor.screen.get().search?.from, { side: "output", node: "caption", port: "text" });
});

test("a socket's links are taken off as one step, and a link's menu leads to both ends", async () => {
  const started = await startEditor();
  const { editor } = started;
  const before = editor.workflow.present();
  take(started, "fitting", "output caption.text", "Paint, style");
  take(started, "socket", "output caption.text", "Take 2 links off");
  assert.deepEqual(editor.workflow.present().nodes.paint!.inputs, {});
  editor.workflow.undo();
  editor.workflow.undo();
  assert.deepEqual(editor.workflow.present(), before);
  take(started, "link", "paint.text", "Go to Prompt");
  assert.deepEqual([...editor.workflow.get().selection], ["caption"]);
  take(started, "link", "paint.text", "Remove");
  assert.equal(editor.workflow.present().nodes.paint!.inputs?.text, undefined);
});

test("a tab's menu opens a copy and closes the others; a run's shows it on the nodes", async () => {
  const started = await startEditor();
  const { editor } = started;
  await editor.runs.submit();
  await settled();
  const run = editor.runs.get().shown!.run;
  take(started, "tab", editor.tabs.get().front, "Open a copy");
  assert.equal(editor.workflow.present().meta?.title, "Painting (copy)");
  assert.equal(editor.tabs.get().list.length, 2);
  take(started, "run", run, "Show on the nodes");
  assert.equal(editor.runs.get().shown?.run, run);
  take(started, "tab", editor.tabs.get().front, "Close the others");
  await settled();
  assert.deepEqual(
    editor.tabs.all().map(({ history }) => history.present.meta?.title),
    ["Painting (copy)"],
  );
});

test("an entry for a command that is not there is a bug", async () => {
  const { editor } = await startEditor();
  assert.throws(() => entryOf(commands, "Levitate", editor), /no command “Levitate”/);
});

test("a run that waits can be put first, given a priority or cancelled; one that has ended runs again or is deleted", async () => {
  const started = await startEditor();
  const { editor, server } = started;
  await editor.runs.submit();
  await settled();
  const run = editor.runs.get().shown!.run;
  const labels = () => entriesOf(editor, "run", run).map(({ label }) => label);
  const common = ["Show on the nodes", "Look closely", "Open the workflow that made this", "Where the time went"];
  const waiting = ["Run it next", "Priority high", "Priority normal", "Priority low", "Cancel this run"];
  assert.deepEqual(labels(), [...common, ...waiting]);
  const chosen = entriesOf(editor, "run", run).filter(({ label, checked }) => checked && label.startsWith("Priority"));
  assert.deepEqual(
    chosen.map(({ label }) => label),
    ["Priority normal"],
  );
  server.play(run);
  await settled();
  assert.deepEqual(labels(), [...common, "Download the report", "Run the same again", "Delete this run"]);
});

test("a copy of a tab is that of its whole document, whatever is open of it; the sides of a subgraph neither run nor are muted", async () => {
  const started = await startEditor();
  const { workflow, subgraphs, tabs } = started.editor;
  workflow.select(["caption", "paint"]);
  subgraphs.make();
  const whole = workflow.whole();
  subgraphs.open();
  workflow.select(Object.keys(workflow.present().nodes));
  const modes = () => entriesOf(started.editor, "node", "paint").find(({ label }) => label === "Mute")!;
  modes().run();
  assert.equal(modes().checked, true);
  modes().run();
  assert.equal(modes().checked, false);
  workflow.select(["in"]);
  const run = entriesOf(started.editor, "node", "in").find(({ label }) => label === "Run to here")!;
  assert.equal(run.refused, "The sides of a subgraph do not run by themselves.");
  workflow.undo();
  workflow.undo();
  take(started, "tab", tabs.get().front, "Open a copy");
  const { nodes, definitions } = workflow.whole();
  assert.deepEqual(
    [workflow.get().path, { nodes, definitions }],
    [[], { nodes: whole.nodes, definitions: whole.definitions }],
  );
});

test("the menu of a picture looks at what the card shows, at every level", async () => {
  const started = await startNested();
  const { editor, at, inner, outer, run } = started;
  for (const [path, id] of [
    [[], outer],
    [[outer], inner],
    [[outer, inner], "paint"],
  ] as const) {
    editor.workflow.enter(path);
    take(started, "picture", id, "Look closely");
    assert.deepEqual(editor.screen.get().look, { run, node: at, item: 0 }, `at ${path}`);
    editor.screen.show({ look: undefined });
  }
});

test("what a token may not do is refused in menus, with the reason", async () => {
  const { editor, server } = await startEditor();
  await editor.runs.submit();
  await settled();
  const run = editor.runs.get().shown!.run;
  server.may = ["view"];
  await editor.offer.load();
  const why = /^Your token lets you look, and no more\. Ask whoever runs the server for one with the scope “run”\.$/;
  for (const [id, about, label] of [
    ["canvas", "canvas", "Run"],
    ["node", "paint", "Run to here"],
    ["run", run, "Cancel this run"],
  ] as const)
    assert.match(entriesOf(editor, id, about).find((one) => one.label === label)?.refused ?? "", why, label);
});
