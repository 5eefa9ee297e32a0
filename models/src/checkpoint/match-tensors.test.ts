import assert from "node:assert/strict";
import { test } from "node:test";
import { matchTensors, refuseExtra } from "./match-tensors.ts";
import type { Graph, Template } from "./template.ts";
import type { StoredTensor } from "./tensor-file.ts";

const stored = (shape: readonly number[], offset = 100): StoredTensor => ({
  ...{ file: "model.safetensors", type: "F32", shape, offset },
  bytes: 4 * shape.reduce((product, size) => product * size, 1),
});
const weights = (tensors: { readonly [name: string]: StoredTensor }) => ({
  files: ["model.safetensors"],
  tensors: new Map(Object.entries(tensors)),
});
const template: Template = {
  ...{ name: "tiny", class: ["Tiny"], role: "prior", config: {}, defaults: {} },
  beside: { mean: { shape: [1, 2], goes: "normalisation.mean" } },
  ignored: ["^position_ids$"],
  layouts: [
    { name: "other", rules: [{ parameter: "^q$", tensor: "query" }] },
    {
      name: "joined",
      rules: [
        { parameter: "^q$", tensor: "qk", part: [0, 2] },
        { parameter: "^k$", tensor: "qk", part: [1, 2] },
        { parameter: "^block\\.(\\d+)\\.out$", tensor: "blocks.$1.proj", transposed: true },
      ],
    },
  ],
};
const graph: Graph = {
  bytes: new Uint8Array(),
  parameters: new Map([
    ["q", [2, 3]],
    ["k", [2, 3]],
    ["block.7.out", [4, 2]],
  ]),
};
const match = (tensors: { readonly [name: string]: StoredTensor }) =>
  matchTensors(template, graph, weights(tensors), "prior");
const plain = { mean: stored([1, 2]), q: stored([2, 3]), k: stored([2, 3]), "block.7.out": stored([4, 2]) };

test("the network's own names come first", () => {
  const { bound, beside, used } = match(plain);
  assert.deepEqual([...bound.keys()], ["q", "k", "block.7.out"]);
  assert.deepEqual([...beside], [["mean", plain.mean]]);
  assert.deepEqual([...used].sort(), ["block.7.out", "k", "mean", "q"]);
});

test("then those of a layout: renamed, a part of a joined tensor, or turned", () => {
  const { q, ...rest } = plain;
  assert.deepEqual(match({ ...rest, query: q }).bound.get("q"), q);
  const joined = { mean: plain.mean, qk: stored([4, 3], 1000), "blocks.7.proj": stored([2, 4]) };
  const { bound } = match(joined);
  assert.deepEqual(
    ["q", "k"].map((name) => [bound.get(name)!.shape, bound.get(name)!.offset, bound.get(name)!.bytes]),
    [
      [[2, 3], 1000, 24],
      [[2, 3], 1024, 24],
    ],
  );
  assert.deepEqual(bound.get("block.7.out"), { ...stored([2, 4]), transposed: true });
});

test("every tensor that is missing or of another shape is named, of the layout that is nearest", () => {
  const refused = (tensors: { readonly [name: string]: StoredTensor }, message: RegExp) =>
    assert.throws(() => match(tensors), { name: "PackError", message });
  refused({ mean: plain.mean, qk: stored([4, 3]) }, /prior are not .*: 1 missing \(blocks\.7\.proj\)\.$/);
  refused({ ...plain, k: stored([3, 2]) }, /1 of another shape \(k is \[3, 2\], but must be \[2, 3\]\)/);
  refused({ ...plain, mean: stored([2]) }, /mean is \[2\], but must be \[1, 2\]/);
  const joined = { mean: plain.mean, "blocks.7.proj": stored([2, 4]) };
  refused({ ...joined, qk: stored([5, 3]) }, /qk is \[5, 3\], but must be \[4, 3\]/);
  refused({ ...joined, qk: stored([6, 3]) }, /qk is \[6, 3\], but must be \[4, 3\]/);
  refused({}, /4 missing \(q, k, block\.7\.out, mean\)/);
});

test("what no template takes is extra, unless one of them ignores it", () => {
  const tensors = { ...plain, position_ids: stored([1]) };
  refuseExtra(weights(tensors), [[template, match(tensors)]], "prior");
  const more = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`lora.${i}`, stored([1])]));
  assert.throws(() => refuseExtra(weights({ ...tensors, ...more }), [[template, match(tensors)]], "prior"), {
    message: /7 extra \(lora\.0, lora\.1, lora\.2, lora\.3, lora\.4, and 2 more\)/,
  });
});
