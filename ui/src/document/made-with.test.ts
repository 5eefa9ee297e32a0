import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import { painting, testCatalogue } from "../testing/catalogue.ts";
import { seedBehind, seedText } from "./made-with.ts";

const fed: WorkflowJson = {
  ...painting,
  nodes: {
    ...painting.nodes,
    seeds: { type: "list.seeds", version: 1 },
    paint: { ...painting.nodes.paint!, inputs: { text: "caption.text", seed: "seeds.seeds" } },
  },
};

test("a picture's seed is the node's own, else the nearest upstream; a caption has none", () => {
  assert.equal(seedBehind(painting, "paint", testCatalogue), 7);
  assert.equal(seedBehind(painting, "save", testCatalogue), 7);
  assert.equal(seedBehind(painting, "caption", testCatalogue), undefined);
  assert.equal(seedBehind(painting, "gone", testCatalogue), undefined);
});

test("a seed that a link feeds is what the link brought to the item, or nobody knows it", () => {
  assert.equal(seedBehind(fed, "save", testCatalogue, [{ node: "paint", param: "seed", value: 12 }]), 12);
  assert.equal(seedBehind(fed, "save", testCatalogue, [{ node: "other", param: "seed", value: 12 }]), undefined);
  assert.equal(seedBehind(fed, "save", testCatalogue), undefined);
});

test("a seed that was swept tells items apart from behind a node that has the same seed for all of them", () => {
  const behind: WorkflowJson = {
    ...fed,
    nodes: {
      ...fed.nodes,
      again: {
        ...painting.nodes.paint!,
        params: { ...painting.nodes.paint!.params, seed: 3 },
        inputs: { image: "paint.image" },
      },
    },
  };
  const settings = [{ node: "paint", param: "seed", value: 12 }];
  assert.equal(seedBehind(behind, "again", testCatalogue, settings), 12);
  assert.equal(seedBehind(behind, "again", testCatalogue, [{ node: "paint", param: "size", value: 64 }]), 3);
  assert.equal(seedBehind(behind, "again", testCatalogue), 3);
  const grid = {
    ...behind,
    nodes: { ...behind.nodes, grid: { type: "output.image", version: 1, inputs: { image: "again.image" } } },
  };
  assert.equal(
    seedBehind(grid, "grid", testCatalogue),
    undefined,
    "what was laid out of all items has none of their seeds",
  );
});

test("seeds of a batch are said in few words", () => {
  assert.equal(seedText([]), "");
  assert.equal(seedText([undefined]), "");
  assert.equal(seedText([7, 7]), "seed 7");
  assert.equal(seedText([9, 7, 8]), "seeds 7–9");
  assert.equal(seedText([0, 7, 90]), "3 seeds");
});
