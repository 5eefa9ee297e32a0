import assert from "node:assert/strict";
import { test } from "node:test";
import { setMode, setParam, setPlace } from "../document/edit.ts";
import { painting } from "../testing/catalogue.ts";
import { pictureOutput, tableOutput } from "../testing/outputs.ts";
import { attributes, html, textOf } from "../testing/render.ts";
import { settled, startEditor } from "../testing/start-editor.ts";

const { NodeCard } = await import("./node-card.tsx");

const picture = (name: string) => ({ kind: "picture", picture: name, width: 8, height: 8 }) as const;
const images = (markup: string) => attributes(markup, "src").map((src) => src.split("/").at(-1));

async function open() {
  const started = await startEditor();
  return { ...started, card: (id: string) => html(started.editor, NodeCard as never, { id } as never) };
}

/** An editor with a run on its nodes that has begun. */
async function running() {
  const started = await open();
  await started.editor.runs.submit();
  await settled();
  const { run } = started.editor.runs.get().shown!;
  started.server.log(run, { event: "run.started", nodes: 3 });
  const log = (body: Parameters<typeof started.server.log>[1]) => started.server.log(run, body);
  return { ...started, run, log };
}

const at = { node: "paint", item: 0 } as const;

test("a card is drawn from the catalogue and the document", async () => {
  const { card } = await open();
  const drawn = card("paint");
  assert.equal(textOf(drawn), "Paint text style image seed 7 3 more");
  assert.deepEqual(attributes(drawn, "data-socket"), ["paint.text", "paint.style", "paint.image", "paint.seed"]);
  assert.deepEqual(attributes(drawn, "data-kind"), ["text", "text", "image", "integer"]);
  assert.match(card("caption"), /<textarea[^>]*>a red cube<\/textarea>/);
  assert.equal(card("gone"), "");
});

test("a card says how its node is: selected, muted, opened", async () => {
  const { editor, card } = await open();
  editor.workflow.select(["paint"]);
  editor.workflow.edit((now) => setPlace(setMode(now, ["paint"], "mute"), "paint", { open: true }));
  const drawn = card("paint");
  assert.match(drawn, /data-selected="true"/);
  assert.match(drawn, /data-mode="mute"/);
  assert.match(textOf(drawn), /seed 7 size 8 finish matt frame off Less$/);
  assert.deepEqual(attributes(drawn, "aria-label")[0], "Paint, mute");
});

test("a problem stands at the card and at its parameter, an error before a warning", async () => {
  const { editor, card } = await open();
  editor.workflow.edit((now) => setParam(now, { node: "paint", port: "size" }, 5_000));
  const drawn = card("paint");
  assert.match(drawn, /data-fault="error"/);
  assert.match(drawn, /data-param="size" data-fault="error" title="[^"]*5000/);
});

test("a card in a run has its state, its steps and its time", async () => {
  const { card, log } = await running();
  const state = () => attributes(card("paint"), "data-state")[0];
  assert.equal(state(), undefined);
  log({ event: "node.started", ...at });
  log({ event: "node.progress", ...at, step: 0, steps: 0, doing: "loading 4.1 GB" });
  assert.match(card("paint"), /<span class="node-status">loading 4\.1 GB<\/span><progress/);
  log({ event: "node.progress", ...at, step: 2, steps: 8 });
  assert.equal(state(), "running");
  assert.match(
    card("paint"),
    /<span class="node-status">2\/8<\/span><progress class="node-progress" max="8" value="2"/,
  );
  log({ event: "node.finished", ...at, ms: 1_500 });
  assert.equal(state(), "finished");
  assert.match(card("paint"), /<span class="node-status">1\.5 s<\/span>/);
  log({ event: "node.cached", node: "caption", item: 0 });
  assert.match(card("caption"), /<span class="node-status">cached<\/span>/);
  log({ event: "node.skipped", node: "save", item: 0, because: "paint" });
  assert.match(card("save"), /<span class="node-status">skipped<\/span>/);
});

test("a failure stands on the card in words, with what to do", async () => {
  const { card, log } = await running();
  log({ event: "node.failed", ...at, message: "Too large.", remedy: "Make it smaller." });
  assert.match(card("paint"), /<strong>Too large\.<\/strong><span>Make it smaller\.<\/span>/);
  assert.match(card("paint"), /data-fault="error"/);
});

test("the squares of the nodes that the next run would compute are marked, and of those that are kept", async () => {
  const { server, clock, card } = await open();
  server.kept = ["caption"];
  clock.pass(300);
  await settled();
  assert.match(card("paint"), /data-next="ahead"/);
  assert.match(card("caption"), /data-next="kept"/);
  assert.deepEqual(attributes(card("paint"), "aria-label")[0], "Paint, the next run computes it");
});

test("while a node samples its newest frame is shown, then what came of it", async () => {
  const { editor, server, run, card, log } = await running();
  log({ event: "node.started", ...at });
  const frame = { run, ...at, port: "image", step: 1, steps: 4, bytes: new Uint8Array(3) };
  server.network.sendToAll("frame", frame);
  assert.deepEqual(images(card("paint")), [editor.frames.get().paint!.url]);
  log({ event: "node.preview", ...at, port: "image", step: 1, view: picture("step-1") });
  log({ event: "node.finished", ...at, ms: 9 });
  assert.deepEqual(images(card("paint")), ["step-1"], "the last step, until the value comes");
  log({ event: "node.value", ...at, port: "image", view: picture("value") });
  assert.deepEqual(images(card("paint")), ["value"]);
  assert.match(card("paint"), /aria-label="Look at Paint closely"/);
});

test("the items of a batch stand in a grid of at most sixteen", async () => {
  const { card, log } = await running();
  for (let item = 0; item < 20; item++)
    log({ event: "node.value", node: "paint", item, port: "image", view: picture(`p${item}`) });
  const drawn = card("paint");
  assert.equal(images(drawn).length, 16);
  assert.match(drawn, /data-columns="4"/);
});

test("steps are replayed by a slider once the node has more than one and runs no more", async () => {
  const { card, log } = await running();
  log({ event: "node.started", ...at });
  for (const step of [1, 2]) log({ event: "node.preview", ...at, port: "image", step, view: picture(`s${step}`) });
  assert.doesNotMatch(card("paint"), /class="scrub"/);
  log({ event: "node.finished", ...at, ms: 9 });
  assert.match(card("paint"), /aria-label="Steps of Paint" aria-valuetext="Result" min="0" max="2" value="2"/);
});

test("an output shows the thumbnails of its results", async () => {
  const { card, log } = await running();
  const output = pictureOutput({ picture: "big", thumbnail: "small" });
  log({ event: "run.output", output });
  assert.deepEqual(images(card("save")), ["small"]);
  log({ event: "run.started", nodes: 3 });
  log({ event: "run.output", output: tableOutput() });
  assert.match(textOf(card("save")), /seed norm 7 0\.123457 8 7 more rows/);
});

test("a node of an unknown type has the ports that its links name, and is text through and through", async () => {
  const { editor, card } = await open();
  const type = "<img src=x>";
  editor.tabs.open({
    ...painting,
    nodes: {
      odd: { type, version: 1, inputs: { in: "caption.text" } },
      next: { type, version: 1, inputs: { in: "odd.out" } },
    },
    exposed: {},
  });
  const drawn = card("odd");
  assert.match(textOf(drawn), /^&lt;img src=x&gt; in out$/);
  assert.doesNotMatch(drawn, /<img/);
});
