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

/** A loop that joins its text to itself, round after round; `more` changes the definition. */
function looped(rounds: number, kind: "repeat" | "while" = "repeat", more: object = {}, text = "add.text"): Described {
  const json = {
    caption: nodes.caption,
    grow: { type: `loop.${kind}.grow`, version: 1, inputs: { text: "caption.text" }, params: { rounds } },
    encode: { type: "clip.encode-text", version: 1, inputs: { text: "grow.text" } },
    all: { type: "clip.encode-text", version: 1, inputs: { text: "grow.all" } },
  };
  const grow = {
    title: "Grow",
    nodes: {
      add: { type: "text.template", version: 1, inputs: { first: "in.text" }, params: { template: "{first}!" } },
      short: { type: "logic.compare", version: 1, inputs: { a: "in.round" }, params: { comparison: "less", b: 3 } },
      ...more,
    },
    inputs: { text: {}, round: {} },
    outputs: {
      text: { from: text },
      all: { from: "add.text" },
      ...(kind === "while" ? { again: { from: "short.holds" } } : {}),
    },
  };
  return described(json, { definitions: { grow } });
}

const toRounds = (before: number, now: number) =>
  [{ change: "parameter", node: "grow", name: "rounds", before, now }] as const;

test("of a loop with other rounds just that is said, whatever stands in and between them", () => {
  for (const kind of ["repeat", "while"] as const)
    for (const [before, now] of [
      [3, 4],
      [1, 2],
      [2, 9],
      [9, 2],
    ] as const)
      assert.deepEqual(diffWorkflows(looped(before, kind), looped(now, kind)), toRounds(before, now), kind);
});

test("of a loop with other rounds the rounds that both have are compared", () => {
  const add = { type: "text.template", version: 1, inputs: { first: "in.text" }, params: { template: "{first}?" } };
  const found = diffWorkflows(looped(2), looped(3, "repeat", { add }));
  const template = { change: "parameter", name: "template", before: "{first}!", now: "{first}?" } as const;
  assert.deepEqual(found, [
    ...toRounds(2, 3),
    { ...template, node: "grow/1/add" },
    { ...template, node: "grow/2/add" },
  ]);
});

test("what a loop with other rounds gives is compared too", () => {
  for (const kind of ["repeat", "while"] as const) {
    const found = diffWorkflows(looped(1, kind), looped(2, kind, {}, "in.text"));
    const wiring = {
      change: "wiring",
      node: "encode",
      name: "text",
      before: "grow/last/add.text",
      now: "caption.text",
    };
    assert.deepEqual(found, [...toRounds(1, 2), wiring], kind);
  }
});

test("what collects the values of rounds is compared in the rounds that both have", () => {
  const other = { type: "text.prompt", version: 1, params: { text: "red" } };
  const [a, b] = [looped(2, "repeat", { other }), looped(3, "repeat", { other })];
  const all = b.document.nodes.get("grow/out/2")!;
  const inputs = all.inputs.map((link, i) =>
    i === 0 ? { ...link, source: { node: "grow/1/other", port: "text" } } : link,
  );
  const document = { ...b.document, nodes: new Map(b.document.nodes).set(all.id, { ...all, inputs }) };
  assert.deepEqual(diffWorkflows(a, { document }), [
    ...toRounds(2, 3),
    { change: "wiring", node: "grow/out/2", name: "value1", before: "grow/1/add.text", now: "grow/1/other.text" },
  ]);
});

test("of a loop inside a round that only one side has nothing is said", () => {
  const nested = (outer: number, inner: number) =>
    described(
      {
        caption: nodes.caption,
        out: { type: "loop.repeat.outer", version: 1, inputs: { text: "caption.text" }, params: { rounds: outer } },
        encode: { type: "clip.encode-text", version: 1, inputs: { text: "out.text" } },
      },
      {
        definitions: {
          outer: {
            title: "Outer",
            nodes: {
              loop: { type: "loop.repeat.inner", version: 1, inputs: { text: "in.text" }, params: { rounds: inner } },
            },
            inputs: { text: {} },
            outputs: { text: { from: "loop.text" } },
          },
          inner: {
            title: "Inner",
            nodes: { add: { type: "text.template", version: 1, inputs: { first: "in.text" } } },
            inputs: { text: {} },
            outputs: { text: { from: "add.text" } },
          },
        },
      },
    );
  const rounds = { change: "parameter", name: "rounds" } as const;
  assert.deepEqual(diffWorkflows(nested(1, 2), nested(2, 3)), [
    { ...rounds, node: "out", before: 1, now: 2 },
    { ...rounds, node: "out/1/loop", before: 2, now: 3 },
  ]);
});
