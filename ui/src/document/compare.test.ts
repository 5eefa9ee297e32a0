import assert from "node:assert/strict";
import { test } from "node:test";
import type { DefinitionJson, WorkflowJson } from "@clipwork/engine";
import { painting, testCatalogue } from "../testing/catalogue.ts";
import { compare } from "./compare.ts";
import { addNode, connect, disconnect, moveNodes, removeNodes, setMode, setParam, setTitle } from "./edit.ts";
import { nodeNames } from "./names.ts";

const names = nodeNames(painting.nodes, testCatalogue);
const caption = names.get("caption")!;
const paint = names.get("paint")!;
const differences = (change: (workflow: WorkflowJson) => WorkflowJson) =>
  compare(painting, change(painting), testCatalogue);

test("equal workflows do not differ, whatever objects they are", () => {
  assert.deepEqual(
    differences((now) => structuredClone(now)),
    [],
  );
});

test("a parameter is said by the title of its node, with what it was and is; a default counts as a value", () => {
  assert.deepEqual(
    differences((now) => setParam(now, { node: "caption", port: "text" }, "a blue cone")),
    [{ about: `${caption}, text`, before: "a red cube", now: "a blue cone" }],
  );
  const at = { node: "paint", port: "seed" };
  const standard = testCatalogue.get("image.paint")!.params.seed!.default;
  assert.deepEqual(compare(setParam(painting, at, undefined), setParam(painting, at, standard), testCatalogue), []);
  const [long] = differences((now) => setParam(now, { node: "caption", port: "text" }, "x".repeat(500)));
  assert.equal(long!.now, `${"x".repeat(80)} …`);
});

test("nodes that came, went or run otherwise, and links, are said by titles", () => {
  assert.deepEqual(
    differences((now) => addNode(now, "x", { type: "text.prompt", version: 1 }, { x: 0, y: 0 })),
    [{ about: `${caption} 2`, now: "added" }],
  );
  assert.deepEqual(
    differences((now) => removeNodes(now, new Set(["caption"]))),
    [
      { about: `${paint}, text`, before: `${caption}, text`, now: "not linked" },
      { about: caption, before: "removed" },
    ],
  );
  assert.deepEqual(
    differences((now) => setMode(now, ["paint"], "mute")),
    [{ about: paint, before: "runs", now: "muted" }],
  );
  assert.deepEqual(
    differences((now) =>
      connect(
        disconnect(now, { node: "paint", port: "text" }),
        { node: "caption", port: "text" },
        { node: "paint", port: "style" },
      ),
    ),
    [
      { about: `${paint}, text`, before: `${caption}, text`, now: "not linked" },
      { about: `${paint}, style`, before: "not linked", now: `${caption}, text` },
    ],
  );
});

test("a node of another type under the same id is another node", () => {
  const list = differences((now) => ({
    ...now,
    nodes: { ...now.nodes, caption: { type: "image.load", version: 1 } },
  }));
  assert.deepEqual([list[0]!.now, list.at(-1)], ["added", { about: caption, before: "removed" }]);
});

test("the title counts, and places on the canvas if nothing else differs", () => {
  assert.deepEqual(
    differences((now) => setTitle(now, "Other")),
    [{ about: "Title", before: "Painting", now: "Other" }],
  );
  const moved = (now: WorkflowJson) => moveNodes(now, new Map([["paint", { x: 77, y: 7 }]]));
  assert.deepEqual(differences(moved), [{ about: "Places on the canvas" }]);
  assert.equal(differences((now) => setTitle(moved(now), "Other")).length, 1);
});

test("what is exposed counts, by the names of the parameters", () => {
  assert.deepEqual(
    differences((now) => ({ ...now, exposed: { ...now.exposed, size: "paint.size" } })),
    [{ about: "Exposed size", before: "nothing", now: `${paint}, size` }],
  );
});

test("subgraphs that came, went, have another title or other ports, and what differs inside one, are said under its title", () => {
  const inner = (text: string): DefinitionJson => ({
    title: "Captions",
    nodes: { caption: { type: "text.prompt", version: 1, params: { text } } },
    outputs: { text: { from: "caption.text" } },
    exposed: { text: "caption.text" },
  });
  const around = (definitions: WorkflowJson["definitions"]): WorkflowJson => ({
    ...painting,
    nodes: { ...painting.nodes, sub: { type: "subgraph.captions", version: 1 } },
    ...(definitions && { definitions }),
  });
  const between = (before: DefinitionJson, now: DefinitionJson) =>
    compare(around({ captions: before }), around({ captions: now }), testCatalogue);
  const red = inner("a red cube");
  assert.deepEqual(between(red, structuredClone(red)), []);
  assert.deepEqual(between(red, inner("a ball")), [
    { about: `Subgraph Captions: ${caption}, text`, before: "a red cube", now: "a ball" },
  ]);
  assert.deepEqual(between(red, { ...red, title: "Words", inputs: { a: {} }, outputs: {}, exposed: {} }), [
    { about: "Title of Subgraph Words", before: "Captions", now: "Words" },
    { about: "Subgraph Words: inputs", before: "nothing", now: "a" },
    { about: "Subgraph Words: outputs", before: "text", now: "nothing" },
    { about: `Subgraph Words: Exposed text`, before: `${caption}, text`, now: "nothing" },
  ]);
  const fed = { ...inner("x"), nodes: { caption: { ...red.nodes.caption!, inputs: { text: "in.words" } } } };
  assert.deepEqual(between(red, fed), [
    { about: `Subgraph Captions: ${caption}, text`, before: "not linked", now: "Inputs, words" },
  ]);
  assert.deepEqual(between(red, { ...red, layout: { caption: { x: 5, y: 5 } } }), [{ about: "Places on the canvas" }]);
  const group = { title: "G", members: ["caption"] };
  assert.deepEqual(
    between({ ...red, groups: { g: group } }, { ...red, groups: { g: { ...group, collapsed: true } } }),
    [{ about: "Places on the canvas" }],
  );
  assert.deepEqual(compare(painting, around({ captions: red }), testCatalogue), [
    { about: "Captions", now: "added" },
    { about: "Subgraph Captions", now: "added" },
  ]);
  assert.deepEqual(compare(around({ captions: red }), painting, testCatalogue), [
    { about: "Captions", before: "removed" },
    { about: "Subgraph Captions", before: "removed" },
  ]);
});

test("an output of a subgraph that is fed otherwise is said, by the node that feeds it", () => {
  const prompt = { type: "text.prompt", version: 1 };
  const fed = (from?: string): WorkflowJson => ({
    ...painting,
    definitions: {
      captions: { nodes: { caption: prompt, other: prompt }, outputs: { text: from === undefined ? {} : { from } } },
    },
  });
  const between = (before?: string, now?: string) => compare(fed(before), fed(now), testCatalogue);
  const about = "Subgraph Subgraph: Outputs, text";
  assert.deepEqual(between("caption.text", "caption.text"), []);
  assert.deepEqual(between("caption.text", "other.text"), [
    { about, before: `${caption}, text`, now: `${caption} 2, text` },
  ]);
  assert.deepEqual(between("other.text", "in.words"), [{ about, before: `${caption} 2, text`, now: "Inputs, words" }]);
  assert.deepEqual(between("caption.text"), [{ about, before: `${caption}, text`, now: "not linked" }]);
});
