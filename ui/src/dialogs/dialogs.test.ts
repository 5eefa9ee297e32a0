import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyWorkflow } from "../document/edit.ts";
import { groups } from "../keys/command.ts";
import { commandsFor } from "../keys/table.ts";
import { painting } from "../testing/catalogue.ts";
import { pictureOutput, tableOutput } from "../testing/outputs.ts";
import { attributes, html, textOf } from "../testing/render.ts";
import { settled, startEditor } from "../testing/start-editor.ts";

const { CompareDialog } = await import("../viewer/compare.tsx");
const { Dialogs } = await import("./dialogs.tsx");
const { dialogs } = await import("./index.ts");
const { ViewerDialog } = await import("../viewer/viewer.tsx");
const { SearchPalette } = await import("./search-palette.tsx");
const { Sketch } = await import("./sketch.tsx");
const { WorkersDialog } = await import("./workers.tsx");

const picture = { kind: "picture", picture: "ab", width: 8, height: 8 } as const;
const embedding = { kind: "embedding", size: 512, bars: [0.5, -1], norm: 1 } as const;
const output = pictureOutput({ height: 9, picture: "big", thumbnail: "small" });

/** An editor with a run on its nodes, and what looks at a node of it. */
async function running() {
  const started = await startEditor();
  const { editor, server } = started;
  await editor.runs.submit();
  await settled();
  const { run } = editor.runs.get().shown!;
  server.log(run, { event: "run.started", nodes: 3 });
  const look = (node: string, item = 0) => {
    editor.screen.show({ look: { run, node, item } });
    return html(editor, ViewerDialog, {});
  };
  return { ...started, run, look };
}

test("each dialog of the list opens by its id, with its name as title; none is open at first", async () => {
  const { editor } = await startEditor();
  assert.equal(html(editor, Dialogs, {}), "");
  for (const { id, label } of dialogs) {
    editor.screen.show({ dialog: id });
    const drawn = html(editor, Dialogs, {}, commandsFor([], dialogs));
    assert.deepEqual(attributes(drawn, "aria-label")[0], label);
    assert.match(drawn, new RegExp(`<h2[^>]*>${label}</h2>`));
  }
  editor.screen.show({ dialog: "no such" });
  assert.equal(html(editor, Dialogs, {}), "");
});

test("every dialog has an id and a key of its own", () => {
  assert.equal(new Set(dialogs.map(({ id }) => id)).size, dialogs.length);
  assert.equal(new Set(dialogs.map(({ key }) => key)).size, dialogs.length);
});

test("the shortcuts sheet lists every command under its group, by its key", async () => {
  const { editor } = await startEditor();
  editor.screen.show({ dialog: "shortcuts" });
  const commands = commandsFor([{ id: "x", label: "A panel", key: "9" }], dialogs);
  const sheet = html(editor, Dialogs, {}, commands);
  const sections = sheet.split("<section>").slice(1);
  assert.equal(sections.length, groups.length + 1);
  for (const { group, label, keys, shown = keys[0]! } of commands) {
    const section = sections[groups.indexOf(group)]!;
    const written = (shown === "+" ? ["+"] : shown.split("+")).map((key) => `<kbd>${key}</kbd>`).join("");
    assert.ok(section.includes(`<dt>${label.replace("'", "&#x27;")}</dt><dd>${written}</dd>`), label);
  }
  assert.match(textOf(sections[1]!), /Copy, cut, paste Ctrl C \/ X \/ V/);
  assert.match(textOf(sections.at(-1)!), /^Mouse Pan drag the canvas/);
});

test("templates are shown under what they are for, with a picture, title, file name and a whole sentence", async () => {
  const { editor } = await startEditor();
  editor.screen.show({ dialog: "templates" });
  const gallery = html(editor, Dialogs, {});
  assert.deepEqual(attributes(gallery, "src"), ["/templates/text-to-image.webp", "/templates/other.webp"]);
  assert.match(
    textOf(gallery),
    /Caption to picture Text to image text-to-image The first\. Priors Other other Another\.$/,
  );
});

test("a sketch shows every node where it stands, with a margin; an empty workflow has one too", async () => {
  const { editor } = await startEditor();
  const sketch = html(editor, Sketch, { document: painting });
  assert.deepEqual(attributes(sketch, "viewBox"), ["-60 -60 950 290"]);
  assert.deepEqual(attributes(sketch, "x"), ["0", "300", "600"]);
  assert.deepEqual(attributes(sketch, "data-group"), ["text", "image", "output"]);
  assert.doesNotMatch(html(editor, Sketch, { document: emptyWorkflow }), /Infinity|NaN/);
});

test("a run that is gone, and a node that made nothing, are said in words over the canvas, which can be closed", async () => {
  const { editor, run, look } = await running();
  assert.equal(html(editor, ViewerDialog, {}), "");
  assert.match(look("save"), /There is nothing to see yet\..*>Close</);
  editor.screen.show({ look: { run: "another", node: "save", item: 0 } });
  assert.match(html(editor, ViewerDialog, {}), /This run is gone.*>Close</);
  editor.screen.show({ look: undefined });
  assert.equal(html(editor, ViewerDialog, {}), "");
  assert.ok(run);
});

test("a picture that is marked for comparing is no longer once nothing is looked at, however that was closed", async () => {
  const { editor, run, look } = await running();
  const { viewer, screen, files } = editor;
  const mark = () => {
    look("paint");
    viewer.mark({ run, picture: "ab", title: "Paint, item 1" });
  };
  const marked = () => viewer.get().marked;
  mark();
  screen.show({ look: { run: "gone", node: "paint", item: 0 } });
  assert.equal(marked()?.run, run, "another one is looked at: the mark is for it");
  screen.show({ look: undefined });
  assert.equal(marked(), undefined);
  mark();
  viewer.toggle();
  assert.equal(marked(), undefined);
  mark();
  files.openDocument(painting);
  assert.equal(marked(), undefined);
});

test("a result is looked at in full size, and can be downloaded", async () => {
  const { server, run, look } = await running();
  server.log(run, { event: "run.output", output });
  const drawn = look("save");
  assert.deepEqual(attributes(drawn, "src"), ["/api/v1/artifacts/big"]);
  assert.deepEqual(attributes(drawn, "download"), ["x.png"]);
  assert.match(textOf(drawn), /8 × 9/);
  assert.match(drawn, /class="zoomable"/);
});

test("an output without a picture is looked at as its view, with a link for each of its files", async () => {
  const { server, run, look } = await running();
  server.log(run, { event: "run.output", output: tableOutput() });
  const drawn = look("save");
  assert.doesNotMatch(drawn, /class="zoomable"/);
  assert.match(textOf(drawn), /Loading the table/);
  assert.deepEqual(attributes(drawn, "href"), [
    `/api/v1/runs/${run}/report`,
    `/api/v1/runs/${run}/files/csv`,
    `/api/v1/runs/${run}/files/json`,
  ]);
  assert.deepEqual(attributes(drawn, "download"), ["numbers.csv", "numbers.json"]);
  assert.deepEqual(attributes(drawn, "title").slice(-2), ["numbers.csv, 900 bytes", "numbers.json, 2.0 KB"]);
});

test("an embedding is looked at with its numbers and is not zoomed into", async () => {
  const { server, run, look } = await running();
  server.log(run, { event: "node.value", node: "paint", item: 0, port: "image", view: embedding });
  const drawn = look("paint");
  assert.match(drawn, /aria-label="Values, pooled"/);
  assert.doesNotMatch(drawn, /class="zoomable"|download/);
});

test("the steps of the item that is looked at have a slider; one step alone has none", async () => {
  const { server, run, look } = await running();
  const preview = (item: number, step: number) =>
    server.log(run, { event: "node.preview", node: "paint", item, port: "image", step, view: picture });
  preview(0, 1);
  assert.doesNotMatch(look("paint"), /look-steps/);
  preview(0, 2);
  preview(1, 1);
  assert.match(look("paint"), /class="slider" min="0" max="2" value="2"/);
  assert.match(textOf(look("paint")), /Result/);
});

test("all items of a batch stand in a grid, in their order, the selected one marked", async () => {
  const { server, run, look } = await running();
  for (const item of [2, 0, 1])
    server.log(run, {
      event: "node.value",
      node: "paint",
      item,
      port: "image",
      view: { ...picture, picture: `p${item}` },
    });
  const drawn = look("paint", 1);
  assert.deepEqual(attributes(drawn, "aria-current"), ["false", "true", "false"]);
  assert.deepEqual(
    attributes(drawn, "src").map((src) => src.split("/").at(-1)),
    ["p1", "p0", "p1", "p2"],
  );
});

test("two pictures are compared under their titles", async () => {
  const { editor } = await startEditor();
  assert.equal(html(editor, CompareDialog, {}), "");
  editor.screen.show({
    compare: [
      { run: "a", picture: "one", title: "First" },
      { run: "b", picture: "two", title: "Second" },
    ],
  });
  const drawn = html(editor, CompareDialog, {});
  assert.deepEqual(attributes(drawn, "src"), ["/api/v1/artifacts/two", "/api/v1/artifacts/one"]);
  assert.match(textOf(drawn), /First Second$/);
});

test("the search offers all nodes, or those that a loose link fits, with the port it would go to", async () => {
  const { editor } = await startEditor();
  assert.equal(html(editor, SearchPalette, {}), "");
  const at = { x: 0, y: 0 };
  editor.screen.show({ search: { at, place: at } });
  const all = html(editor, SearchPalette, {});
  assert.equal(attributes(all, "role").filter((role) => role === "option").length, editor.offer.get().catalogue.size);
  assert.deepEqual(attributes(all, "placeholder"), ["Search nodes"]);
  editor.screen.show({
    search: { at, place: at, from: { node: "paint", port: "image", side: "output" }, type: { kind: "image" } },
  });
  const fitting = html(editor, SearchPalette, {});
  assert.deepEqual(attributes(fitting, "placeholder"), ["What takes image?"]);
  assert.match(textOf(fitting), /^Save image image Keeps a picture\. Reroute value Passes on\.$/);
  assert.deepEqual(attributes(fitting, "aria-selected"), ["true", "false"]);
});

test("each worker says what it has and does; one that is gone when it was last heard of", async () => {
  const { editor, server } = await startEditor();
  const [one] = server.models.workers;
  const packs = [{ name: "toybox", warm: true }];
  server.models.workers = [
    { ...one!, packs, state: "busy", runs: [{ run: "0123456789", since: 0 }] },
    { ...one!, id: "2", name: "other", packs: [], state: "gone" },
  ];
  const drawn = () => textOf(html(editor, WorkersDialog, {}));
  assert.match(drawn(), /Asking the server/);
  const leave = editor.workers.watch();
  await settled();
  assert.match(
    drawn(),
    /host.*at work.*Model packs: toybox \(loaded\).*Has the run 01234567.*other.*gone without a word.*Last heard of on/,
  );
  leave();
});
