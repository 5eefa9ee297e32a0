import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeJson, WorkflowJson } from "@clipwork/engine";
import type { ForecastReply } from "@clipwork/server/wire";
import { testCatalogue } from "../testing/catalogue.ts";
import { cheapNodes } from "./cheap.ts";

const node = (type: string, inputs: NodeJson["inputs"] = {}): NodeJson => ({ type, version: 1, inputs });

/** A caption that is encoded and painted, the picture painted over and saved. */
const workflow: WorkflowJson = {
  format: "clipwork/1",
  nodes: {
    over: node("image.paint", { text: "pass.value" }),
    caption: node("text.prompt"),
    pass: node("util.reroute", { value: "caption.text" }),
    encode: node("clip.encode-text", { text: "caption.text" }),
    save: node("output.image", { image: "over.image" }),
  },
};

type State = ForecastReply["nodes"][number]["state"];

/** A forecast of those states, each node a kind of its own. */
function foreseen(states: { readonly [node: string]: State }, items = 1): ForecastReply["nodes"] {
  return Object.entries(states).map(([node, state]) => {
    return state === "would run" ? { node, state, kind: node, items } : { node, state };
  });
}

const all = { caption: "would run", encode: "would run", over: "would run" } as const;
const warm = (ms: number) => ({ ms, warm: true });

function cheap(nodes: ForecastReply["nodes"], kinds: ForecastReply["kinds"], budget = 150) {
  return cheapNodes(workflow, { nodes, kinds }, testCatalogue, budget);
}

test("cheap is what takes no more than the budget together, in the order of values", () => {
  const kinds = { caption: warm(10), encode: warm(50), over: warm(60) };
  assert.deepEqual(cheap(foreseen(all), kinds), { nodes: ["caption", "encode", "over"], dear: 0 });
  assert.deepEqual(cheap(foreseen(all), kinds, 100), { nodes: ["caption", "encode"], dear: 1 });
  assert.deepEqual(cheap(foreseen(all), kinds, 5), { nodes: [], dear: 3 });
});

test("a node takes as long as all of its items", () => {
  const kinds = { caption: warm(10), encode: warm(50), over: warm(60) };
  assert.deepEqual(cheap(foreseen({ over: "would run", caption: "cached" }, 2), kinds).nodes, ["over"]);
  assert.deepEqual(cheap(foreseen({ over: "would run", caption: "cached" }, 3), kinds), { nodes: [], dear: 1 });
});

test("what needs a dear node waits with it, also behind a node that computes nothing", () => {
  const kinds = { caption: warm(1_000), encode: warm(1), over: warm(1) };
  assert.deepEqual(cheap(foreseen(all), kinds), { nodes: [], dear: 3 });
  const kept = foreseen({ ...all, caption: "cached" });
  assert.deepEqual(cheap(kept, kinds), { nodes: ["encode", "over"], dear: 0 });
});

test("a node whose model is not loaded, or whose time with a model nobody knows, is dear", () => {
  const kept = foreseen({ ...all, caption: "cached" });
  assert.deepEqual(cheap(kept, { encode: { ms: 1, warm: false }, over: warm(1) }), { nodes: ["over"], dear: 1 });
  assert.deepEqual(cheap(kept, { over: warm(1) }), { nodes: ["over"], dear: 1 });
});

test("without a model a node that never ran counts as short, and one that ran in another process as it was", () => {
  const kept = foreseen({ caption: "would run", over: "would run" });
  assert.deepEqual(cheap(kept, {}).nodes, ["caption", "over"]);
  assert.deepEqual(cheap(kept, {}, 30), { nodes: ["caption"], dear: 1 });
  assert.deepEqual(cheap(kept, { over: { ms: 100, warm: false } }).nodes, ["caption", "over"]);
});

test("behind a list whose length nobody knows all is dear; what is not needed or would fail is nothing to run", () => {
  const states = foreseen({ caption: "cached", pass: "unknown", over: "would run", encode: "not needed" });
  assert.deepEqual(cheap(states, {}), { nodes: [], dear: 2 });
  assert.deepEqual(cheap(foreseen({ caption: "would fail", over: "not needed" }), {}), { nodes: [], dear: 0 });
  assert.deepEqual(cheap([], {}), { nodes: [], dear: 0 });
});

test("the nodes inside a subgraph are judged one by one, by their ids in the graph that runs", () => {
  const inside: WorkflowJson = {
    format: "clipwork/1",
    definitions: {
      write: {
        title: "Write",
        nodes: {
          caption: node("text.prompt"),
          encode: node("clip.encode-text", { text: "caption.text" }),
        },
        outputs: { embedding: "encode.embedding", text: "caption.text" },
      },
    },
    nodes: { words: node("subgraph.write"), over: node("image.paint", { text: "words.text" }) },
  } as WorkflowJson;
  const nodes = foreseen({ "words/caption": "would run", "words/encode": "would run", over: "would run" });
  const { nodes: chosen, dear } = cheapNodes(inside, { nodes, kinds: {} }, testCatalogue, 150);
  assert.deepEqual([[...chosen].sort(), dear], [["over", "words/caption"], 1]);
});

test("a document that cannot be read has nothing cheap", () => {
  const broken = { format: "clipwork/1", nodes: { a: 3 } } as unknown as WorkflowJson;
  assert.deepEqual(cheapNodes(broken, { nodes: [], kinds: {} }, testCatalogue, 150), { nodes: [], dear: 0 });
});
