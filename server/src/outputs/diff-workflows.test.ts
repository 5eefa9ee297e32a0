import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocument } from "@clipwork/engine";
import { type Described, diffWorkflows } from "./diff-workflows.ts";

const nodes = {
  caption: { type: "text.prompt", version: 1, params: { text: "red" } },
  encode: { type: "clip.encode-text", version: 1, inputs: { text: "caption.text" } },
  prior: { type: "prior.diffusion", version: 1, inputs: { text: "encode.embedding" }, params: { seed: 7 } },
};
const described = (json: object, more: object = {}): Described => ({
  document: readDocument({ format: "clipwork/1", nodes: json, ...more }).document!,
});

test("equal workflows, whatever their titles, layout, order and written defaults", () => {
  const written = { ...nodes, prior: { ...nodes.prior, params: { seed: 7, steps: null } } };
  const other = described(Object.fromEntries(Object.entries(written).reverse()), { meta: { title: "x" }, layout: {} });
  assert.deepEqual(diffWorkflows(described(nodes), other), []);
});

test("parameters with both values, nodes added, removed, rewired, of another type, muted", () => {
  const changed = {
    encode: { ...nodes.encode, inputs: { text: "words.text" }, mode: "mute" },
    prior: { ...nodes.prior, params: { steps: 3 } },
    words: { type: "text.prompt", version: 1 },
  };
  assert.deepEqual(diffWorkflows(described(nodes), described(changed)), [
    { change: "removed", node: "caption", type: "text.prompt" },
    { change: "mode", node: "encode", before: "run", now: "mute" },
    { change: "wiring", node: "encode", name: "text", before: "caption.text", now: "words.text" },
    { change: "parameter", node: "prior", name: "seed", before: 7, now: 0 },
    { change: "parameter", node: "prior", name: "steps", before: null, now: 3 },
    { change: "added", node: "words", type: "text.prompt" },
  ]);
  const retyped = { ...nodes, caption: { type: "list.seeds", version: 1, params: { count: 2 } } };
  assert.deepEqual(diffWorkflows(described(nodes), described(retyped)), [
    { change: "type", node: "caption", before: "text.prompt version 1", now: "list.seeds version 1" },
  ]);
});

test("of a parameter that a link feeds only the link is compared", () => {
  const linked = {
    ...nodes,
    seeds: { type: "list.seeds", version: 1 },
    prior: { ...nodes.prior, inputs: { text: "encode.embedding", seed: "seeds.seeds" }, params: { seed: 9 } },
  };
  assert.deepEqual(diffWorkflows(described(nodes), described(linked)), [
    { change: "wiring", node: "prior", name: "seed", before: undefined, now: "seeds.seeds" },
    { change: "added", node: "seeds", type: "list.seeds" },
  ]);
});

test("what a picture records of its parameters goes before the defaults of today", () => {
  const before = { ...described(nodes), parameters: { prior: { seed: 7, steps: 5 } } };
  assert.deepEqual(
    diffWorkflows(before, described({ ...nodes, prior: { ...nodes.prior, params: { seed: 7, steps: 5 } } })).map(
      ({ node }) => node,
    ),
    ["prior"],
  );
});
