import assert from "node:assert/strict";
import { test } from "node:test";
import { setParam, setPlace } from "../document/edit.ts";
import { addGroup } from "../document/groups.ts";
import { addNote } from "../document/notes.ts";
import { painting } from "../testing/catalogue.ts";
import { pictureOutput, tableOutput } from "../testing/outputs.ts";
import { attributes, html, textOf } from "../testing/render.ts";
import { settled, startEditor } from "../testing/start-editor.ts";

const { Inspector } = await import("./inspector.tsx");
const { Outline } = await import("./outline.tsx");
const { RunsPanel } = await import("./runs-panel.tsx");

const output = pictureOutput({ picture: "b".repeat(64) });

/** An editor with a run on its nodes. */
async function running() {
  const started = await startEditor();
  await started.editor.runs.submit();
  await settled();
  return { ...started, run: started.editor.runs.get().shown!.run };
}

test("with nothing selected the details are the workflow's: what it exposes, and what is wrong with it", async () => {
  const { editor } = await startEditor();
  const plain = html(editor, Inspector, {});
  assert.match(textOf(plain), /^Painting prompt/);
  assert.deepEqual(
    attributes(plain, "id").filter((id) => /^setting:\w+$/.test(id)),
    ["setting:prompt", "setting:seed"],
  );
  assert.doesNotMatch(plain, /Problems/);
  editor.workflow.edit((now) => setParam(now, { node: "paint", port: "seed" }, -1));
  const wrong = html(editor, Inspector, {});
  assert.match(textOf(wrong), /Problems .*“Paint: seed”.* Go to Paint/);
  assert.match(wrong, /id="setting:seed-said" class="field-problem"/);
});

test("a name that is exposed for several parameters says so; one that leads nowhere is left out", async () => {
  const { editor } = await startEditor();
  editor.tabs.open({ ...painting, exposed: { all: ["caption.text", "save.name"], lost: "gone.text" } });
  const panel = html(editor, Inspector, {});
  assert.match(textOf(panel), /Sets Prompt, text; Save image, name\./);
  assert.doesNotMatch(panel, /setting:lost/);
});

test("a selected node is shown in full: inputs with what feeds them, parameters with their values", async () => {
  const { editor } = await startEditor();
  editor.workflow.select(["paint"]);
  const panel = html(editor, Inspector, {});
  assert.match(textOf(panel), /^Paint Paints a caption\. Run to here Inputs text not linked yet Prompt, text/);
  assert.match(panel, /<option value="caption\.text" selected="">Prompt, text<\/option>/);
  assert.deepEqual(attributes(panel, "data-field"), ["seed", "size", "finish", "frame"]);
  assert.match(panel, /id="field:paint:seed"[^>]*value="7"/);
  assert.match(panel, /aria-label="seed: back to the default"/, "its own value can be taken away");
  assert.doesNotMatch(panel, /aria-label="size: back to the default"/);
});

test("a parameter that a link feeds has the list of what could feed it in place of its control", async () => {
  const { editor } = await startEditor();
  editor.tabs.open({
    ...painting,
    nodes: {
      ...painting.nodes,
      seeds: { type: "list.seeds", version: 1 },
      paint: { type: "image.paint", version: 1, inputs: { text: "caption.text", seed: "seeds.seeds" } },
    },
  });
  editor.workflow.select(["paint"]);
  const panel = html(editor, Inspector, {});
  assert.match(panel, /aria-label="What feeds seed of Paint" data-linked="true"/);
  assert.doesNotMatch(panel, /id="field:paint:seed"[^>]*type="text"/);
});

test("an input that something unfit feeds still shows it, and says that it does not fit", async () => {
  const { editor } = await startEditor();
  editor.tabs.open({
    ...painting,
    nodes: { ...painting.nodes, save: { type: "output.image", version: 1, inputs: { image: "caption.text" } } },
  });
  editor.workflow.select(["save"]);
  assert.match(html(editor, Inspector, {}), />Prompt, text \(does not fit\)<\/option>/);
});

test("a seed says whether it changes after each run", async () => {
  const { editor } = await startEditor();
  editor.workflow.select(["paint"]);
  assert.match(html(editor, Inspector, {}), /aria-pressed="false" title="Kept as it is"/);
  editor.workflow.edit((now) => setPlace(now, "paint", { fresh: ["seed"] }));
  assert.match(html(editor, Inspector, {}), /aria-pressed="true" title="A new seed after each run"/);
});

test("a node of a type that the server does not know is said to be kept as it is", async () => {
  const { editor } = await startEditor();
  editor.tabs.open({ ...painting, nodes: { odd: { type: "future.node", version: 1 } }, exposed: {} });
  editor.workflow.select(["odd"]);
  const text = textOf(html(editor, Inspector, {}));
  assert.match(text, /^future\.node This server does not know this type of node\./);
  assert.doesNotMatch(text, /Run to here/);
});

test("several selected nodes are acted on together", async () => {
  const { editor } = await startEditor();
  editor.workflow.select(["paint", "save"]);
  assert.match(textOf(html(editor, Inspector, {})), /^2 nodes Run to here/);
});

test("how a node did in the run, and why it failed or was skipped, stands with it", async () => {
  const { editor, server, run } = await running();
  server.log(run, { event: "run.started", nodes: 3 });
  server.log(run, { event: "node.started", node: "paint", item: 0 });
  server.log(run, { event: "node.started", node: "paint", item: 1 });
  server.log(run, { event: "notice", node: "paint", item: 0, message: "Words were cut." });
  server.log(run, { event: "node.failed", node: "paint", item: 0, message: "Too large.", remedy: "Make it smaller." });
  server.log(run, { event: "node.finished", node: "paint", item: 1, ms: 1_500 });
  server.log(run, { event: "node.skipped", node: "save", item: 0, because: "paint" });
  const panelOf = (id: string) => {
    editor.workflow.select([id]);
    return textOf(html(editor, Inspector, {}));
  };
  assert.match(panelOf("paint"), /failed in 1\.5 s, 2 items Too large\. Make it smaller\. Words were cut\./);
  assert.match(panelOf("save"), /skipped Skipped, since Paint failed\./);
  editor.workflow.select([]);
  assert.match(textOf(html(editor, Inspector, {})), /Failed in the run Too large\. Make it smaller\. Go to Paint/);
});

test("the outline has groups with their nodes, and notes by their first words", async () => {
  const { editor } = await startEditor();
  const note = { text: "Why", x: 0, y: 0, width: 200, height: 100 };
  editor.workflow.edit((now) => addNote(addGroup(now, "g", { title: "Words", members: ["caption"] }), "n", note));
  assert.match(textOf(html(editor, Outline, {})), /^3 nodes Words group of 1 Prompt Paint .* Note Why$/);
});

test("the outline is a tree of all nodes with their states and problems", async () => {
  const { editor, server, run } = await running();
  server.play(run);
  editor.workflow.edit((now) => setParam(now, { node: "paint", port: "size" }, 5_000));
  editor.workflow.select(["save"]);
  const outline = html(editor, Outline, {});
  assert.match(textOf(outline), /^3 nodes Prompt finished Paint finished · 1 problem Save image/);
  assert.deepEqual(attributes(outline, "aria-selected"), ["false", "false", "true"]);
  assert.deepEqual(attributes(outline, "tabindex"), ["-1", "-1", "0"], "Tab leads to the selected node");
  assert.deepEqual(attributes(outline, "aria-expanded"), ["false", "false"], "what nothing feeds has nothing to open");
});

test("before anything is run the list of runs says what will be there", async () => {
  const { editor } = await startEditor();
  assert.match(textOf(html(editor, RunsPanel, {})), /What you run appears here, with its pictures\./);
});

test("a run in the list has its state, and a way to cancel it while it lives", async () => {
  const { editor, server, run } = await running();
  assert.match(textOf(html(editor, RunsPanel, {})), /Painting next high normal low/);
  assert.match(html(editor, RunsPanel, {}), /Cancel Painting/);
  server.play(run);
  const ended = html(editor, RunsPanel, {});
  assert.match(textOf(ended), /Painting finished in/);
  assert.doesNotMatch(ended, /Cancel Painting/);
  assert.match(ended, /data-shown="true"/);
});

test("a run with a result shows its picture, and offers it for download and comparison", async () => {
  const { editor, server, run, socket } = await running();
  const { outputs: _, ...summary } = editor.runs.get().list[0]!;
  socket.hear("run", { ...summary, state: "finished", outputs: [output, { ...output, item: 1 }] });
  const panel = html(editor, RunsPanel, {});
  assert.deepEqual(attributes(panel, "src"), ["/api/v1/artifacts/c"]);
  assert.deepEqual(attributes(panel, "download"), ["x.png"]);
  assert.match(panel, /<span class="run-count">2<\/span>/);
  assert.match(panel, /Compare Painting/);
  socket.hear("run", { ...summary, state: "finished", outputs: [tableOutput()] });
  const table = html(editor, RunsPanel, {});
  assert.deepEqual(attributes(table, "src"), []);
  assert.deepEqual(attributes(table, "download"), ["numbers.csv"]);
  assert.doesNotMatch(table, /Compare Painting/);
  socket.hear("run", { ...summary, state: "finished", outputs: [tableOutput(), output] });
  assert.deepEqual(
    attributes(html(editor, RunsPanel, {}), "src"),
    ["/api/v1/artifacts/c"],
    "the picture stands for all",
  );
  socket.hear("run", { ...summary, state: "failed", outputs: [], error: "It is too large." });
  assert.match(
    html(editor, RunsPanel, {}),
    /<span class="run-error" title="It is too large\.">It is too large\.<\/span>/,
  );
  server.remove(run);
  assert.doesNotMatch(html(editor, RunsPanel, {}), /run-row/);
});

test("a run that has come to its end offers its report; one that goes on does not yet", async () => {
  const { editor, server, run } = await running();
  assert.doesNotMatch(html(editor, RunsPanel, {}), /\/report"/);
  server.finishWith(run, output);
  assert.match(html(editor, RunsPanel, {}), new RegExp(`href="/api/v1/runs/${run}/report"`));
});

test("what a token may not do with runs is disabled, with the reason", async () => {
  const { editor, server } = await running();
  await editor.runs.cancel();
  await settled();
  server.may = ["view"];
  await editor.offer.load();
  const refused = attributes(html(editor, RunsPanel, {}), "title").filter((title) => title.startsWith("Your token"));
  const why = (scope: string) =>
    `Your token lets you look, and no more. Ask whoever runs the server for one with the scope “${scope}”.`;
  assert.deepEqual(refused, ["administer", "run", "edit"].map(why));
});
