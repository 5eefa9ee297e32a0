import assert from "node:assert/strict";
import { test } from "node:test";
import { boxAt } from "../canvas/geometry.ts";
import { copyNodes } from "../document/clipboard.ts";
import { connect, emptyWorkflow, moveNodes, placeOf } from "../document/edit.ts";
import type { Found } from "../document/search.ts";
import { searchNodes } from "../document/search.ts";
import { startEditor } from "../testing/start-editor.ts";

async function open() {
  const started = await startEditor();
  const { edits, workflow, screen, messages } = started.editor;
  const nodes = () => workflow.present().nodes;
  const found = (words: string, seek?: Parameters<typeof searchNodes>[2]): Found =>
    searchNodes(edits.environment(), words, seek)[0]!;
  return { ...started, edits, workflow, screen, messages, nodes, found };
}

const out = (node: string, port: string) => ({ node, port, side: "output" }) as const;
const into = (node: string, port: string) => ({ node, port, side: "input" }) as const;

test("a link that fits is made in one step to undo", async () => {
  const { edits, workflow, nodes } = await open();
  assert.equal(edits.link(out("caption", "text"), into("paint", "style")), true);
  assert.equal(nodes().paint!.inputs!.style, "caption.text");
  workflow.undo();
  assert.equal(nodes().paint!.inputs!.style, undefined);
});

test("a link that does not fit is refused in the engine's words, and nothing changes", async () => {
  const { edits, workflow, messages } = await open();
  const before = workflow.present();
  assert.equal(edits.link(out("caption", "text"), into("save", "image")), false);
  assert.equal(workflow.present(), before);
  const [message] = messages.get();
  assert.equal(message!.tone, "error");
  assert.match(message!.text, /"save\.image" needs image, but "caption\.text" gives text\./);
  assert.match(message!.more!, /image\.paint/);
});

test("a link that is taken off an input and put on another leaves the first, in one step", async () => {
  const { edits, workflow, nodes } = await open();
  assert.equal(edits.link(out("caption", "text"), into("paint", "style"), into("paint", "text")), true);
  assert.deepEqual(nodes().paint!.inputs, { style: "caption.text" });
  workflow.undo();
  assert.deepEqual(nodes().paint!.inputs, { text: "caption.text" });
});

test("a link that was taken off may go where it would close a circle if it had stayed", async () => {
  const { edits, editor } = await open();
  editor.tabs.open({
    ...emptyWorkflow,
    nodes: {
      a: { type: "util.reroute", version: 1 },
      b: { type: "util.reroute", version: 1, inputs: { value: "a.value" } },
    },
  });
  assert.equal(edits.link(out("b", "value"), into("a", "value")), false);
  assert.equal(edits.link(out("b", "value"), into("a", "value"), into("b", "value")), true);
});

test("a link that is dropped on a node goes to the free input that suits it, or to the one that suits best", async () => {
  const { edits, nodes } = await open();
  assert.equal(edits.linkToNode(out("caption", "text"), "paint"), true);
  assert.deepEqual(nodes().paint!.inputs, { text: "caption.text", style: "caption.text" });
  assert.equal(edits.linkToNode(out("caption", "text"), "paint"), true, "with no input free, one is replaced");
  assert.equal(edits.linkToNode(out("paint", "image"), "caption"), false);
  assert.equal(edits.linkToNode(out("caption", "text"), "gone"), false);
});

test("a link dragged from an input and dropped on a node takes the node's output", async () => {
  const { edits, nodes } = await open();
  assert.equal(edits.linkToNode(into("paint", "style"), "caption"), true);
  assert.equal(nodes().paint!.inputs!.style, "caption.text");
});

test("a node that was searched for is added where it was asked for, linked to the loose end, and selected", async () => {
  const { edits, workflow, nodes, found } = await open();
  const id = edits.addFound(
    found("reroute", { side: "input", type: { kind: "image" } }),
    { x: 10.4, y: 20.6 },
    out("paint", "image"),
  );
  assert.equal(id, "reroute");
  assert.deepEqual(nodes().reroute, { type: "util.reroute", version: 1, inputs: { value: "paint.image" } });
  assert.deepEqual(workflow.present().layout!.reroute, { x: 10, y: 21 });
  assert.deepEqual([...workflow.get().selection], ["reroute"]);
  workflow.undo();
  assert.equal(nodes().reroute, undefined, "node and link are one step");
});

test("a node that was searched for without a loose end, or for an input, is linked accordingly", async () => {
  const { edits, nodes, found } = await open();
  edits.addFound(found("prompt"), { x: 0, y: 0 });
  assert.deepEqual(nodes().prompt, { type: "text.prompt", version: 1 });
  edits.addFound(found("prompt", { side: "output", type: { kind: "text" } }), { x: 0, y: 0 }, into("paint", "style"));
  assert.equal(nodes().paint!.inputs!.style, "prompt-2.text");
});

test("a reroute is put into a link: what it led to is fed through it", async () => {
  const { edits, workflow, nodes } = await open();
  edits.reroute("paint.text", { x: 100, y: 50 });
  assert.deepEqual(nodes().reroute!.inputs, { value: "caption.text" });
  assert.deepEqual(nodes().paint!.inputs, { text: "reroute.value" });
  const now = workflow.present();
  edits.reroute("no.link", { x: 0, y: 0 });
  assert.equal(workflow.present(), now);
});

test("a reroute has its middle where it was asked for", async () => {
  const { edits, workflow } = await open();
  edits.reroute("paint.text", { x: 100, y: 50 });
  assert.deepEqual(workflow.present().layout?.reroute, { x: 83, y: 41 });
});

test("an input is fed from the middle of a link through a reroute, as one step; what does not fit is refused in words", async () => {
  const { edits, workflow, nodes, messages } = await open();
  const before = workflow.present();
  edits.branch("paint.text", { x: 100, y: 50 }, { node: "paint", port: "style" });
  assert.deepEqual(nodes().paint!.inputs, { text: "reroute.value", style: "reroute.value" });
  workflow.undo();
  assert.deepEqual(workflow.present(), before);
  edits.branch("paint.text", { x: 100, y: 50 }, { node: "save", port: "image" });
  assert.deepEqual(workflow.present(), before);
  assert.match(messages.get().at(-1)!.text, /needs image, but .* gives text/);
  edits.branch("no.link", { x: 0, y: 0 }, { node: "paint", port: "style" });
  assert.deepEqual(workflow.present(), before);
});

test("selected nodes are brought in line and get the same gaps, one step each; what is in line already changes nothing", async () => {
  const { edits, editor, workflow } = await open();
  const sizes = { width: 100, height: 50 };
  const boxes = () =>
    new Map(Object.keys(workflow.present().nodes).map((id) => [id, boxAt(placeOf(workflow.present(), id), sizes)]));
  editor.canvas.attach({ boxes, camera: () => ({ x: 0, y: 0, k: 1 }) } as never);
  workflow.edit((now) => moveNodes(now, new Map([["paint", { x: 350, y: 70 }]])));
  const before = workflow.present();
  workflow.select(Object.keys(before.nodes));
  edits.align("top");
  const ys = Object.keys(before.nodes).map((id) => placeOf(workflow.present(), id).y);
  assert.deepEqual(new Set(ys).size, 1);
  const aligned = workflow.present();
  edits.align("top");
  assert.equal(workflow.present(), aligned);
  edits.distribute("x");
  const { caption, paint, save } = Object.fromEntries(
    Object.keys(before.nodes).map((id) => [id, placeOf(workflow.present(), id).x]),
  );
  assert.equal(paint! - caption!, save! - paint!);
  workflow.undo();
  workflow.undo();
  assert.equal(workflow.present(), before);
});

test("a collapsed group is one card where cards are brought in line: what is hidden in it keeps its place there", async () => {
  const { edits, editor, workflow } = await open();
  const places = { caption: { x: 0, y: 0 }, paint: { x: 400, y: 200 }, save: { x: 800, y: 90 } };
  workflow.edit((now) => ({
    ...moveNodes(now, new Map(Object.entries(places))),
    groups: { g: { title: "G", members: ["caption", "paint"], collapsed: true } },
  }));
  const boxes = () => {
    const { x, y } = placeOf(workflow.present(), "caption");
    const card = boxAt({ x: x - 16, y: y - 52 }, { width: 208, height: 60 });
    const save = boxAt(placeOf(workflow.present(), "save"), { width: 100, height: 50 });
    return new Map([["caption", card] as const, ["paint", card] as const, ["save", save] as const]);
  };
  editor.canvas.attach({ boxes, camera: () => ({ x: 0, y: 0, k: 1 }) } as never);
  workflow.select(["caption", "paint", "save"]);
  edits.align("bottom");
  const at = (id: string) => placeOf(workflow.present(), id);
  assert.deepEqual([boxes().get("caption")!.bottom, boxes().get("save")!.bottom], [140, 140]);
  assert.deepEqual([at("paint").x - at("caption").x, at("paint").y - at("caption").y], [400, 200]);
  const aligned = workflow.present();
  edits.distribute("x");
  assert.equal(workflow.present(), aligned, "two cards have one gap");
});

test("the selected link is removed before the selected nodes are", async () => {
  const { edits, workflow, screen, nodes } = await open();
  workflow.select(["save"]);
  screen.show({ link: "paint.text" });
  edits.removeSelected();
  assert.deepEqual(nodes().paint!.inputs, {});
  assert.equal(screen.get().link, undefined);
  edits.removeSelected();
  assert.deepEqual(Object.keys(nodes()), ["caption", "paint"]);
  const now = workflow.present();
  edits.removeSelected();
  assert.equal(workflow.present(), now, "with nothing selected nothing is removed");
});

test("nodes are muted together, and run again only if all of them were muted", async () => {
  const { edits, workflow, nodes } = await open();
  const modes = () => [nodes().caption!.mode, nodes().paint!.mode];
  workflow.select(["caption"]);
  edits.toggleMode("mute");
  workflow.select(["caption", "paint"]);
  edits.toggleMode("mute");
  assert.deepEqual(modes(), ["mute", "mute"]);
  edits.toggleMode("mute");
  assert.deepEqual(modes(), [undefined, undefined]);
});

test("copies go by way of text, land beside their originals and are selected", async () => {
  const { edits, workflow, nodes } = await open();
  assert.equal(edits.copySelected(), undefined);
  workflow.select(["caption", "paint"]);
  const copied = JSON.parse(edits.copySelected()!);
  assert.deepEqual(copied, copyNodes(workflow.present(), new Set(["caption", "paint"])));
  edits.paste(copied, { x: 32, y: 32 });
  assert.deepEqual([...workflow.get().selection], ["prompt", "paint-2"]);
  assert.deepEqual(nodes()["paint-2"]!.inputs, { text: "prompt.text" });
  assert.deepEqual(workflow.present().layout!["paint-2"], { x: 332, y: 32 });
  const now = workflow.get();
  edits.paste(emptyWorkflow, { x: 0, y: 0 });
  assert.equal(workflow.get(), now, "pasting nothing is no step");
  edits.duplicateSelected();
  assert.equal(Object.keys(nodes()).length, 7);
});

test("keys move nothing if nothing is selected", async () => {
  const { edits, workflow } = await open();
  const before = workflow.get();
  edits.moveSelected({ x: 1, y: 0 });
  assert.equal(workflow.get(), before);
});

test("a node whose first parameter is fed by a link is edited at the next one; several nodes at none", async () => {
  const { edits, workflow, screen } = await open();
  workflow.edit((now) => connect(now, { node: "seeds", port: "seeds" }, { node: "paint", port: "seed" }));
  workflow.select(["paint"]);
  edits.editSelected();
  assert.deepEqual(screen.get().focusField, { node: "paint", port: "size" });
  screen.show({ focusField: undefined });
  workflow.select(["paint", "caption"]);
  edits.editSelected();
  assert.equal(screen.get().focusField, undefined);
});

test("a socket's type is what the document makes of it", async () => {
  const { edits, nodes } = await open();
  assert.equal(edits.typeOf(out("paint", "image"))?.kind, "image");
  assert.equal(edits.typeOf(into("paint", "seed"))?.kind, "integer");
  assert.equal(edits.typeOf(out("gone", "image")), undefined);
  edits.reroute("save.image", { x: 0, y: 0 });
  assert.ok(nodes().reroute);
  assert.equal(edits.typeOf(out("reroute", "value"))?.kind, "image");
});

test("a link that takes another's place says so, with a way back; a link that succeeds takes back what was said of one that did not", async () => {
  const { edits, workflow, messages, nodes } = await open();
  edits.link(out("caption", "text"), into("save", "image"));
  assert.equal(messages.get().length, 1);
  edits.link(out("caption", "text"), into("paint", "style"));
  assert.deepEqual(messages.get(), []);
  workflow.edit((now) => ({ ...now, nodes: { ...now.nodes, other: { type: "text.prompt", version: 1 } } }));
  edits.link(out("other", "text"), into("paint", "text"));
  const [message] = messages.get();
  assert.equal(message!.text, '"paint.text" is fed by "other.text" now, no longer by "caption.text".');
  message!.action!.run();
  assert.equal(nodes().paint!.inputs!.text, "caption.text");
});

test("what is added, pasted or duplicated goes to a free place of the canvas that is on the page", async () => {
  const { edits, editor, workflow, found } = await open();
  const boxes = new Map([["paint", { left: 0, top: 0, right: 240, bottom: 180 }]]);
  const revealed: string[] = [];
  const reveal = async (...ids: string[]) => void revealed.push(...ids);
  editor.canvas.attach({ boxes: () => boxes, camera: () => ({ x: 0, y: 0, k: 1 }), reveal } as never);
  const id = edits.addFound(found("text.prompt"), { x: 10, y: 0 })!;
  assert.deepEqual(placeOf(workflow.present(), id), { x: 10, y: 204 });
  assert.deepEqual(revealed, [id]);
});

test("words of other programs find our nodes, unless our own words have them", async () => {
  const { edits } = await open();
  const titles = (words: string) => searchNodes(edits.environment(), words).map(({ definition }) => definition.title);
  assert.deepEqual(titles("export"), titles("save"));
  assert.ok(titles("save").length > 0);
  assert.deepEqual(titles("no such thing"), []);
});
