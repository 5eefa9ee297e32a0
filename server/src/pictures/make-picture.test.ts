import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { test } from "node:test";
import { type GivenOutput, list, memoryCache, nodeDefiner, type Plan, p, readValue } from "@clipwork/engine";
import { node, planOf, record, testEnvironment, workflow } from "@clipwork/engine/testing";
import { t } from "@clipwork/nodes";
import sharp from "sharp";
import { readPngRun } from "../documents/read-workflow.ts";
import type { Provenance } from "../worker/worker-protocol.ts";
import { pictureMaker } from "./make-picture.ts";
import { kindFinder } from "./output-kind.ts";
import { hashPixels, readPicture } from "./picture-run.ts";

const defineNode = nodeDefiner<object>();
const shades = defineNode({
  type: "test.shades",
  version: 1,
  title: "Shades",
  summary: "Emits numbers.",
  outputs: { shades: list(t.number("The numbers.")) },
  params: { count: p.integer("How many.", { default: 2, min: 1, max: 9 }) },
  run: (_, { count }) => ({ shades: Array.from({ length: count }, (_, i) => i / 10) }),
});
const paint = defineNode({
  type: "test.paint",
  version: 1,
  title: "Paint",
  summary: "Gives a picture.",
  inputs: { shade: t.number("How light.") },
  outputs: { image: t.image("The picture."), shade: t.number("The same number.") },
  params: { side: p.integer("Pixels.", { default: 2, min: 1, max: 9 }) },
  run: ({ shade }, { side }) => ({
    image: { width: side, height: side, data: new Float32Array(3 * side * side).fill(shade) },
    shade,
  }),
});
const pass = defineNode({
  type: "test.pass",
  version: 1,
  title: "Pass",
  summary: "Passes on what is linked.",
  inputs: { value: t.variable("T", "Anything.") },
  outputs: { value: t.variable("T", "The same.") },
  moves: true,
  run: ({ value }) => ({ value }),
});
const save = defineNode({
  type: "output.save",
  version: 1,
  title: "Save",
  summary: "Saves.",
  inputs: { value: t.variable("T", "Anything.") },
  params: { name: p.text("Its name.") },
});

const json = workflow({
  shades: node("test.shades"),
  paint: node("test.paint", { side: 2 }, { shade: "shades.shades" }),
  pass: node("test.pass", {}, { value: "paint.image" }),
  save: node("output.save", { name: "a/b" }, { value: "pass.value" }),
  number: node("output.save", {}, { value: "paint.shade" }),
});
const environment = testEnvironment([shades, paint, pass, save]);
const provenance: Provenance = { numerics: "none", nodePacks: [], stages: { "p/s": "d" }, versions: { clipwork: "1" } };

async function outputsOf(plan: Plan<object>, cache = memoryCache()) {
  const outputs: GivenOutput[] = [];
  await record(plan, { cache, output: (output) => outputs.push(output) });
  return { outputs: outputs.sort((a, b) => a.node.localeCompare(b.node) || a.item - b.item), cache };
}

test("a picture has its pixels, its name, its workflow and the digests of what it was made from", async () => {
  const plan = planOf(json, environment);
  const { outputs, cache } = await outputsOf(plan);
  const make = pictureMaker({ json: json as never, plan, provenance }, cache);
  const [, , first, second] = outputs;
  const made = (await make(second!, (await readValue(cache, second!.value))!))!;
  const { data, info } = await sharp(made.bytes).raw().toBuffer({ resolveWithObject: true });
  assert.deepEqual([made.name, made.width, made.height, info.width, info.channels], ["a_b", 2, 2, 2, 3]);
  assert.equal(hashPixels(data), made.pixels);
  assert.deepEqual(readPngRun(made.bytes)!.workflow, json);
  const { run } = await readPicture(made.bytes);
  assert.deepEqual([run.node, run.item, run.pixels], ["save", 1, made.pixels]);
  assert.deepEqual(run.parameters, {
    shades: { count: 2 },
    paint: { side: 2 },
    pass: {},
    save: { name: "a/b" },
    number: { name: "" },
  });
  assert.deepEqual(
    [run.numerics, run.nodePacks, run.stages, run.versions],
    ["none", [], { "p/s": "d" }, { clipwork: "1" }],
  );
  const digests = await Promise.all(
    second!.made.map(async ({ key }) => hash("sha256", (await cache.get(key))!).slice(0, 16)),
  );
  assert.deepEqual(run.values, [
    ["shades", 0, digests[0]],
    ["paint", 1, digests[1]],
  ]);
  const again = (await make(second!, (await readValue(cache, second!.value))!))!;
  assert.deepEqual(again.bytes, made.bytes, "equal runs give equal files");
  assert.notEqual((await make(first!, (await readValue(cache, first!.value))!))!.pixels, made.pixels);
});

test("what is no picture by its declared kind makes none, whatever fields it has", async () => {
  const plan = planOf(json, environment);
  const { outputs, cache } = await outputsOf(plan);
  const make = pictureMaker({ json: json as never, plan, provenance }, cache);
  const image = { width: 1, height: 1, data: new Float32Array(3) };
  assert.equal(outputs[0]!.node, "number");
  assert.equal(await make(outputs[0]!, image), undefined);
});

test("a bare picture has the same pixels and tells nothing", async () => {
  const plan = planOf(json, environment);
  const { outputs, cache } = await outputsOf(plan);
  const value = (await readValue(cache, outputs[2]!.value))!;
  const bare = (await pictureMaker({ json: json as never, plan, provenance }, cache, { bare: true })(
    outputs[2]!,
    value,
  ))!;
  const full = (await pictureMaker({ json: json as never, plan, provenance }, cache)(outputs[2]!, value))!;
  assert.equal(bare.pixels, full.pixels);
  assert.equal(readPngRun(bare.bytes), undefined);
});

test("an entry that many outputs share is read once, and one that the cache no longer has is left out", async () => {
  const many = { ...json, nodes: { ...json.nodes, shades: node("test.shades", { count: 9 }) } };
  const plan = planOf(many, environment, ["paint"]);
  const { outputs, cache } = await outputsOf(plan);
  const reads = new Map<string, number>();
  const get = (key: string) => {
    reads.set(key, (reads.get(key) ?? 0) + 1);
    return cache.get(key);
  };
  const make = pictureMaker({ json: many as never, plan, provenance }, { get });
  for (const output of outputs) await make(output, (await readValue(cache, output.value))!);
  assert.equal(reads.size, 10);
  assert.ok([...reads.values()].every((count) => count === 1));
  await cache.delete(outputs[0]!.made[0]!.key);
  const later = pictureMaker({ json: many as never, plan, provenance }, cache);
  const picture = outputs.find(({ port }) => port === "image")!;
  const { run } = await readPicture((await later(picture, (await readValue(cache, picture.value))!))!.bytes);
  assert.deepEqual(
    run.values.map(([of]) => of),
    ["paint"],
  );
});

test("the kind of a value is the declared one; where a socket takes anything, that of what is linked", () => {
  const kindOf = kindFinder(planOf(json, environment));
  assert.equal(kindOf("save", "value"), "image");
  assert.equal(kindOf("number", "value"), "number");
  assert.equal(kindOf("pass", "value"), "image");
  assert.equal(kindOf("paint", "image"), "image");
});
