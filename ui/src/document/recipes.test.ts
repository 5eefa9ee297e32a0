import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import { painting, testCatalogue } from "../testing/catalogue.ts";
import { moveNodes, setMode, setParam, setTitle } from "./edit.ts";
import { Recipes } from "./recipes.ts";

const recipes = new Recipes();
const of = (document: WorkflowJson) => Object.fromEntries(recipes.of(document, testCatalogue));
const before = of(painting);
const changed = (document: WorkflowJson) =>
  Object.entries(of(document)).flatMap(([id, recipe]) => (recipe === before[id] ? [] : [id]));

test("a parameter concerns its node and all behind it", () => {
  assert.deepEqual(changed(painting), []);
  assert.deepEqual(changed(setParam(painting, { node: "caption", port: "text" }, "a ball")), [
    "caption",
    "paint",
    "save",
  ]);
  assert.deepEqual(changed(setParam(painting, { node: "save", port: "name" }, "ball")), ["save"]);
  assert.deepEqual(changed(setMode(painting, ["paint"], "mute")), ["paint", "save"]);
});

test("titles, places, names of nodes and defaults that are written out do not count", () => {
  assert.deepEqual(changed(setTitle(painting, "Other")), []);
  assert.deepEqual(changed(moveNodes(painting, new Map([["paint", { x: 5, y: 5 }]]))), []);
  assert.deepEqual(changed(setParam(painting, { node: "paint", port: "size" }, 8)), []);
  const { caption, paint } = painting.nodes;
  const renamed = { ...painting, nodes: { words: caption!, picture: { ...paint!, inputs: { text: "words.text" } } } };
  assert.equal(of(renamed).picture, before.paint);
});

test("of two links into each other's place each has its own recipe; a parameter under a link is inert", () => {
  const linked = (seed: number): WorkflowJson => ({
    ...painting,
    nodes: {
      ...painting.nodes,
      seeds: { type: "list.seeds", version: 1 },
      paint: {
        ...painting.nodes.paint!,
        params: { seed },
        inputs: { text: "caption.text", seed: "seeds.seeds" },
      },
    },
  });
  assert.notEqual(of(linked(1)).paint, before.paint);
  assert.equal(of(linked(1)).paint, of(linked(2)).paint);
});

test("nodes in a circle have no recipe and keep no others from theirs; a long chain is no trouble", () => {
  const node = (source: string) => ({ type: "util.reroute", version: 1, inputs: { value: source } });
  const circle = of({ ...painting, nodes: { ...painting.nodes, a: node("b.value"), b: node("a.value") } });
  assert.deepEqual(Object.keys(circle).sort(), Object.keys(before).sort());
  const chain = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`n${i}`, node(`n${i + 1}.value`)]));
  assert.equal(Object.keys(of({ format: "clipwork/1", nodes: chain })).length, 20_000);
});

test("what was typed on the way is forgotten in time, what the document has now is not, and no number is given twice", () => {
  const few = new Recipes(40);
  const typed = (text: string) => few.of(setParam(painting, { node: "caption", port: "text" }, text), testCatalogue);
  const first = typed("first");
  const seen = new Set(first.values());
  for (let i = 0; i < 200; i++) {
    for (const number of typed(`letter ${i}`).values()) {
      assert.equal(seen.has(number), false);
      seen.add(number);
    }
    assert.ok(few.size <= 44, `${few.size} are remembered`);
  }
  const last = typed("letter 199");
  assert.deepEqual(typed("letter 199"), last);
  assert.notDeepEqual(typed("first"), first, "it is made anew");
});
