import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { nodeDefiner } from "../catalogue/node.ts";
import { p } from "../catalogue/param.ts";
import { list } from "../kinds/socket.ts";
import { node, planOf, record, testEnvironment, workflow } from "../testing/index.ts";
import type { TestImage } from "../testing/test-kinds.ts";
import { t } from "../testing/test-kinds.ts";
import { type TestServices, testNodes } from "../testing/test-nodes.ts";
import type { Cache } from "../values/cache.ts";
import { memoryCache } from "../values/memory-cache.ts";

const defineNode = nodeDefiner<TestServices & { readonly seen?: () => Promise<void> }>();
const picture = (side: number, value: number): TestImage => ({
  width: side,
  height: side,
  data: new Float32Array(3 * side * side).fill(value),
});

/** What the node below gave last, and may still have its hands on. */
const kept: TestImage[] = [];

const paint = defineNode({
  type: "test.paint",
  version: 1,
  title: "Paint",
  summary: "Gives two pictures and keeps hold of them.",
  outputs: { image: t.image("One."), images: list(t.image("Two.")) },
  params: { value: p.number("Its colour.", { default: 0.5, min: -1, max: 1 }) },
  run(_, { value }) {
    kept.push(picture(2, value), picture(2, value));
    return { image: kept.at(-1)!, images: kept.slice(-2) };
  },
});

const spoil = defineNode({
  type: "test.spoil",
  version: 1,
  title: "Spoil",
  summary: "Changes its inputs, and the outputs of the node before it.",
  inputs: { image: t.image("A picture."), images: list(t.image("Pictures.")) },
  outputs: { image: t.image("What it has become.") },
  params: { number: p.integer("Tells one from another.", { default: 0, min: 0, max: 9 }) },
  run({ image, images }) {
    for (const { data } of [image, ...images, ...kept]) data[0] = data[0]! + 1;
    return { image };
  },
});

test("[R15] what a node does to its inputs, or later to its outputs, nobody else sees", async () => {
  const inputs = { image: "paint.image", images: "paint.images" };
  const nodes = {
    paint: node("test.paint"),
    first: node("test.spoil", { number: 1 }, inputs),
    second: node("test.spoil", { number: 2 }, inputs),
    again: node("test.spoil", { number: 3 }, { image: "first.image", images: "paint.images" }),
    a: node("output.show", {}, { value: "first.image" }),
    b: node("output.show", {}, { value: "second.image" }),
    c: node("output.show", {}, { value: "again.image" }),
    whole: node("output.show", {}, { value: "paint.images" }),
  };
  const plan = planOf(workflow(nodes), testEnvironment([...testNodes, paint, spoil]));
  const corners = (values: { readonly [output: string]: readonly unknown[] }) =>
    Object.fromEntries(
      Object.entries(values).map(([output, items]) => [output, items.map((item) => (item as TestImage).data[0])]),
    );
  const expected = { "a.value": [1.5], "b.value": [1.5], "c.value": [2.5], "whole.value": [0.5, 0.5] };
  const memory = memoryCache();
  const forgetful: Cache = { ...memory, has: async () => false };
  for (const cache of [memory, memory, forgetful]) {
    const { values, failures } = await record(plan, { cache });
    assert.deepEqual([failures, corners(values)], [[], expected]);
  }
});

const big = defineNode({
  type: "test.big",
  version: 1,
  title: "Big",
  summary: "A picture of 12 MB.",
  inputs: { after: t.variable("T", "What comes first.") },
  outputs: { image: t.image("A picture.") },
  async run(_, __, { seen }) {
    await seen?.();
    return { image: picture(1000, 0) };
  },
});

test("[R16] a value leaves the memory when nobody needs it any more", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const length = 12;
  const nodes: { [id: string]: object } = { n0: node("math.constant") };
  for (let i = 1; i <= length; i++)
    nodes[`n${i}`] = node("test.big", {}, { after: `n${i - 1}.${i === 1 ? "value" : "image"}` });
  nodes.show = node("output.show", {}, { value: `n${length}.image` });
  const none: Cache = {
    has: async () => false,
    get: async () => undefined,
    put: async () => {},
    delete: async () => {},
  };
  const held: number[] = [];
  const seen = async () => {
    for (let round = 0; round < 3; round++) {
      collect();
      await new Promise((resolve) => setImmediate(resolve));
    }
    held.push(process.memoryUsage().arrayBuffers);
  };
  const plan = planOf(workflow(nodes), testEnvironment<TestServices>([...testNodes, big]));
  await record(plan, { cache: none, services: { seen } as TestServices });
  // The platform may free what is garbage a little later: the least of the last few tells.
  const growth = (Math.min(...held.slice(-4)) - held[0]!) / 12e6;
  assert.equal(held.length, length);
  assert.ok(growth < 5, `${growth} pictures were held of ${length}`);
});
