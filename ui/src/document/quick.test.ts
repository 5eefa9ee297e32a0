import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createCatalogue,
  describeDefinition,
  flatWorkflow,
  nodeDefiner,
  p,
  readDocument,
  type WorkflowJson,
} from "@clipwork/engine";
import { t } from "@clipwork/engine/testing";
import { inFewSteps, pictureToDraw, upstreamOf } from "./quick.ts";

const noPixels = { width: 1, height: 1, data: new Float32Array(3) };
const sampler = nodeDefiner<unknown>()({
  type: "test.sampler",
  version: 1,
  title: "Sampler",
  summary: "Paints.",
  inputs: { image: t.image("Before.") },
  outputs: { image: t.image("After.") },
  params: { steps: p.integer("How many.", { default: null, min: 1, max: 1000 }) },
  run: () => ({ image: noPixels }),
});
const source = nodeDefiner<unknown>()({
  type: "test.source",
  version: 1,
  title: "Source",
  summary: "Gives.",
  outputs: { image: t.image("It."), count: t.integer("A number.") },
  run: () => ({ image: noPixels, count: 1 }),
});
const catalogue = createCatalogue([sampler, source]);

const workflow: WorkflowJson = {
  format: "clipwork/1",
  nodes: {
    large: { type: "test.sampler", version: 1, inputs: { image: "small.image" }, params: { steps: 40 } },
    small: { type: "test.sampler", version: 1, inputs: { image: "source.image" } },
    short: { type: "test.sampler", version: 1, inputs: { image: "source.image" }, params: { steps: 2 } },
    source: { type: "test.source", version: 1 },
    strange: { type: "test.unknown", version: 1, inputs: { image: "gone.image" } },
  },
};
const stepsIn = ({ nodes }: WorkflowJson) => Object.entries(nodes).map(([id, { params }]) => [id, params?.steps]);

test("few steps are set in the samplers that the picture is made from alone, and never more than they had", () => {
  const { nodes } = inFewSteps(workflow, "large", 4, catalogue);
  assert.deepEqual(stepsIn({ format: "clipwork/1", nodes }), [
    ["large", 4],
    ["small", 4],
    ["short", 2],
    ["source", undefined],
    ["strange", undefined],
  ]);
  assert.equal(nodes.short, workflow.nodes.short, "it is not made from that one");
  assert.equal(
    inFewSteps({ ...workflow, nodes: { short: workflow.nodes.short! } }, "short", 4, catalogue).nodes.short!.params!
      .steps,
    2,
  );
  assert.deepEqual(stepsIn(workflow)[0], ["large", 40], "the document is as it was");
});

test("a sampler whose steps a link decides keeps them", () => {
  const linked = { ...workflow.nodes.large!, inputs: { image: "small.image", steps: "source.count" } };
  const { nodes } = inFewSteps({ ...workflow, nodes: { ...workflow.nodes, large: linked } }, "large", 4, catalogue);
  assert.deepEqual([nodes.large, nodes.small!.params], [linked, { steps: 4 }]);
});

/** Two instances of a subgraph that contains one of two samplers, and samplers of its own; the first gives the second its picture. */
const packed: WorkflowJson = {
  format: "clipwork/1",
  nodes: {
    source: { type: "test.source", version: 1 },
    first: { type: "subgraph.outer", version: 1, inputs: { image: "source.image" } },
    second: { type: "subgraph.outer", version: 1, inputs: { image: "first.image" }, params: { both: 30 } },
    aside: { type: "subgraph.pair", version: 1, inputs: { image: "source.image" } },
  },
  definitions: {
    outer: {
      nodes: {
        pair: { type: "subgraph.pair", version: 1, inputs: { image: "in.image" } },
        alone: { type: "test.sampler", version: 1, inputs: { image: "pair.image" }, params: { steps: 50 } },
        linked: { type: "test.sampler", version: 1, inputs: { image: "alone.image", steps: "count.count" } },
        short: { type: "test.sampler", version: 1, inputs: { image: "linked.image" }, params: { steps: 2 } },
        count: { type: "test.source", version: 1 },
      },
      inputs: { image: {} },
      outputs: { image: { from: "short.image" } },
      exposed: { both: "pair.steps" },
    },
    pair: {
      nodes: {
        small: { type: "test.sampler", version: 1, inputs: { image: "in.image" } },
        large: { type: "test.sampler", version: 1, inputs: { image: "small.image" }, params: { steps: 40 } },
      },
      inputs: { image: {} },
      outputs: { image: { from: "large.image" } },
      exposed: { steps: ["small.steps", "large.steps"] },
    },
  },
};

test("few steps reach the samplers inside subgraphs, alone or by the name that several share", () => {
  const { document, problems } = readDocument(inFewSteps(packed, "second", 4, catalogue));
  assert.deepEqual(problems, []);
  const { nodes } = flatWorkflow(document!);
  const steps = (id: string) => nodes[id]!.params?.steps;
  for (const instance of ["first", "second"])
    assert.deepEqual(
      ["pair/small", "pair/large", "alone", "linked", "short"].map((inner) => steps(`${instance}/${inner}`)),
      [4, 4, 4, undefined, 2],
    );
  assert.equal(steps("aside/large"), 40, "it is not made from that one");
});

test("the picture to draw is the selected one, else the first that a sampler paints", () => {
  assert.equal(pictureToDraw(workflow, new Set(["large"]), catalogue), "large");
  assert.equal(pictureToDraw(workflow, new Set(["strange"]), catalogue), "small");
  assert.equal(pictureToDraw(workflow, new Set(["large", "short"]), catalogue), "small", "several are no choice");
  const { source } = workflow.nodes;
  assert.equal(pictureToDraw({ format: "clipwork/1", nodes: { source: source! } }, new Set(), catalogue), "source");
  assert.equal(pictureToDraw({ format: "clipwork/1", nodes: {} }, new Set(), catalogue), undefined);
  const environment = { catalogue, packs: {}, files: {}, numerics: "", hash: () => "" };
  const types = ["outer", "pair"].map((id) => describeDefinition(packed, id, environment)!);
  const all = new Map([...catalogue, ...types.map((type) => [type.type, type] as const)]);
  assert.equal(pictureToDraw(packed, new Set(), all), "first", "a subgraph paints if a sampler inside it does");
});

test("what a node is made from is found in a circle as well", () => {
  const circle = {
    a: { type: "test.sampler", version: 1, inputs: { image: "b.image" } },
    b: { type: "test.sampler", version: 1, inputs: { image: "a.image" } },
  };
  assert.deepEqual([...upstreamOf({ format: "clipwork/1", nodes: circle }, "a")].sort(), ["a", "b"]);
});
