import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { test } from "node:test";
import {
  defineKind,
  type GivenOutput,
  type Kind,
  list,
  memoryCache,
  nodeDefiner,
  type Plan,
  type Published,
  p,
  readValue,
  socketOf,
  type Value,
} from "@clipwork/engine";
import { node, planOf, record, testEnvironment, workflow } from "@clipwork/engine/testing";
import { t } from "@clipwork/nodes";
import sharp from "sharp";
import { readPngRun } from "../documents/carried-run.ts";
import { pass, save } from "../test-nodes.fixture.ts";
import type { Provenance } from "../worker/worker-protocol.ts";
import { outputMaker } from "./make-output.ts";
import { hashPixels } from "./pixels.ts";
import { recordOf } from "./read-output.ts";

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
const two = defineNode({
  type: "test.two",
  version: 1,
  title: "Two",
  summary: "Gives the number 2.",
  outputs: { number: t.integer("2.") },
  run: () => ({ number: 2 }),
});

const json = workflow({
  shades: node("test.shades"),
  paint: node("test.paint", { side: 2 }, { shade: "shades.shades" }),
  pass: node("test.pass", {}, { value: "paint.image" }),
  save: node("output.save", { name: "a/b" }, { value: "pass.value" }),
  number: node("output.save", {}, { value: "paint.shade" }),
});
const environment = testEnvironment([shades, paint, two, pass, save]);
const provenance: Provenance = { numerics: "none", nodePacks: [], stages: { "p/s": "d" }, versions: { clipwork: "1" } };

const plain = { ending: ".txt", media: "text/plain", bytes: new Uint8Array(1) };
const onePixel = await sharp(new Uint8Array(3), { raw: { width: 1, height: 1, channels: 3 } })
  .png()
  .toBuffer();

const blackPixel = { width: 1, height: 1, data: new Uint8Array(3) };

function kindOf(kind: string, publish: () => readonly Published[]): Kind {
  return defineKind<Value>({ kind, check: () => undefined, publish });
}

/** What is kept of a value of that kind. */
async function makeOf(kind: Kind) {
  const give = defineNode({
    type: "test.give",
    version: 1,
    title: "Give",
    summary: "Gives a value.",
    outputs: { value: socketOf(kind, "The value.") },
    run: () => ({ value: "" }),
  });
  const given = workflow({ give: node("test.give"), save: node("output.save", {}, { value: "give.value" }) });
  const plan = planOf(given, testEnvironment([give, save]));
  const { outputs, cache } = await outputsOf(plan);
  return (await outputMaker({ json: given as never, plan, provenance }, cache)(outputs[0]!, ""))!;
}

async function outputsOf(plan: Plan<object>, cache = memoryCache()) {
  const outputs: GivenOutput[] = [];
  await record(plan, { cache, output: (output) => outputs.push(output) });
  return { outputs: outputs.sort((a, b) => a.node.localeCompare(b.node) || a.item - b.item), cache };
}

test("a picture has its pixels, its name, its workflow and the digests of what it was made from", async () => {
  const plan = planOf(json, environment);
  const { outputs, cache } = await outputsOf(plan);
  const make = outputMaker({ json: json as never, plan, provenance }, cache);
  const [, , first, second] = outputs;
  const made = (await make(second!, (await readValue(cache, second!.value))!))!;
  const [file, ...others] = made.files;
  assert.equal(others.length, 0, "the picture carries the record");
  const { data, info } = await sharp(file!.bytes).raw().toBuffer({ resolveWithObject: true });
  assert.deepEqual([made.name, made.kind, file!.ending, info.width, info.channels], ["a_b", "image", ".png", 2, 3]);
  assert.equal(hashPixels(data), file!.content);
  assert.deepEqual(readPngRun(file!.bytes)!.workflow, json);
  const { record: run } = await recordOf(made);
  assert.deepEqual([run.node, run.item, run.kind, run.pixels], ["save", 1, "image", file!.content]);
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
  assert.deepEqual(again, made, "equal runs make equal files");
  assert.notEqual((await make(first!, (await readValue(cache, first!.value))!))!.files[0]!.content, file!.content);
});

test("a parameter that a link feeds is not recorded: its own value counts for nothing", async () => {
  const linked = workflow({
    two: node("test.two"),
    shades: node("test.shades", { count: 1 }),
    paint: node("test.paint", { side: 9 }, { shade: "shades.shades", side: "two.number" }),
    save: node("output.save", { name: "own" }, { value: "paint.image" }),
  });
  const plan = planOf(linked, environment);
  const { outputs, cache } = await outputsOf(plan);
  const [output] = outputs;
  const make = outputMaker({ json: linked as never, plan, provenance }, cache);
  const { record: run } = await recordOf((await make(output!, (await readValue(cache, output!.value))!))!);
  assert.deepEqual([run.parameters.paint, run.parameters.save], [{}, { name: "own" }]);
});

test("a value is written as its kind says, whatever fields it has, with the record in a file beside it", async () => {
  const plan = planOf(json, environment);
  const { outputs, cache } = await outputsOf(plan);
  const make = outputMaker({ json: json as never, plan, provenance }, cache);
  assert.equal(outputs[0]!.node, "number");
  const made = (await make(outputs[0]!, 0.25))!;
  assert.deepEqual([made.name, made.kind], ["number", "number"]);
  assert.deepEqual(
    made.files.map(({ ending, record = false }) => [ending, record]),
    [
      [".json", false],
      [".clipwork.json", true],
    ],
  );
  assert.equal(new TextDecoder().decode(made.files[0]!.bytes), "0.25\n");
  const carried = JSON.parse(new TextDecoder().decode(made.files[1]!.bytes));
  assert.deepEqual([carried.format, carried.workflow], ["clipwork-run/1", json]);
  const { record } = await recordOf(made);
  assert.deepEqual([record.kind, record.files], ["number", { ".json": hash("sha256", "0.25\n") }]);
  assert.ok(!("pixels" in record));
  const image = { width: 1, height: 1, data: new Float32Array(3) };
  await assert.rejects(make(outputs[0]!, image), /cannot be written: the value is not a finite number/);
});

test("a picture beside other files carries the record, and so does a file for those", async () => {
  const both = kindOf("both", () => [
    { ending: ".txt", media: "text/plain", bytes: new TextEncoder().encode("words") },
    { ending: ".png", media: "image/png", bytes: onePixel, picture: true },
  ]);
  const made = await makeOf(both);
  assert.deepEqual(
    made.files.map(({ ending }) => ending),
    [".txt", ".png", ".clipwork.json"],
  );
  const { workflow: _, format: __, ...inside } = readPngRun(made.files[1]!.bytes)!;
  const { record, picture } = await recordOf(made);
  assert.deepEqual(inside, record);
  assert.deepEqual(record.files, { ".txt": hash("sha256", "words") });
  assert.deepEqual([picture!.width, hashPixels(picture!.data)], [1, record.pixels]);
});

test("a picture whose kind gives its pixels along becomes the same file as one that has to be decoded", async () => {
  const file = { ending: ".png", media: "image/png", bytes: onePixel, picture: true } as const;
  const decoded = await makeOf(kindOf("decoded", () => [file]));
  const given = await makeOf(kindOf("decoded", () => [{ ...file, pixels: blackPixel }]));
  assert.deepEqual(given.files, decoded.files);
  assert.equal(given.files[0]!.content, hashPixels(blackPixel.data));
});

for (const [title, publish, sentence] of [
  ["throws", () => assert.fail("no ink left"), /the kind "film strip" failed: no ink left/],
  ["makes nothing", () => [], /made no file/],
  ["leaves the folder", () => [{ ...plain, ending: "/../x" }], /ending "\/\.\.\/x", which is not like/],
  ["takes the record's name", () => [{ ...plain, ending: ".clipwork.json" }], /ending "\.clipwork\.json"/],
  ["has one name twice", () => [plain, plain], /two files with the ending \.txt/],
  ["writes a header", () => [{ ...plain, media: "text/plain\r\nx: y" }], /media type "text\/plain\\r/],
  ["has no bytes", () => [{ ...plain, bytes: "words" }], /\.txt file without bytes/],
  ["calls text a picture", () => [{ ...plain, picture: true }], /picture that is not a PNG/],
  [
    "has pixels of no picture",
    () => [{ ...plain, pixels: blackPixel }],
    /\.txt file whose pixels are not those of a pic/,
  ],
] as const)
  test(`a kind that ${title} when it writes fails its output with the reason`, async () => {
    await assert.rejects(makeOf(kindOf("film-strip", publish as never)), (error: Error) => {
      assert.equal(error.name, "NodeError");
      assert.match(error.message, sentence);
      return true;
    });
  });

test("of a chosen node the first output is kept", async () => {
  const plan = planOf(json, environment, ["paint"]);
  const { outputs, cache } = await outputsOf(plan);
  const make = outputMaker({ json: json as never, plan, provenance }, cache);
  const kept = new Map<string, boolean>();
  for (const output of outputs)
    kept.set(output.port, (await make(output, (await readValue(cache, output.value))!)) !== undefined);
  assert.deepEqual(Object.fromEntries(kept), { image: true, shade: false });
});

test("a bare picture has the same pixels and carries nothing else", async () => {
  const plan = planOf(json, environment);
  const { outputs, cache } = await outputsOf(plan);
  const value = (await readValue(cache, outputs[2]!.value))!;
  const bare = (await outputMaker({ json: json as never, plan, provenance }, cache, { bare: true })(
    outputs[2]!,
    value,
  ))!;
  const full = (await outputMaker({ json: json as never, plan, provenance }, cache)(outputs[2]!, value))!;
  assert.equal(bare.files[0]!.content, full.files[0]!.content);
  assert.equal(readPngRun(bare.files[0]!.bytes), undefined);
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
  const make = outputMaker({ json: many as never, plan, provenance }, { get });
  for (const output of outputs) await make(output, (await readValue(cache, output.value))!);
  assert.equal(reads.size, 10);
  assert.ok([...reads.values()].every((count) => count === 1));
  await cache.delete(outputs[0]!.made[0]!.key);
  const later = outputMaker({ json: many as never, plan, provenance }, cache);
  const picture = outputs.find(({ port }) => port === "image")!;
  const { record: run } = await recordOf((await later(picture, (await readValue(cache, picture.value))!))!);
  assert.deepEqual(
    run.values.map(([of]) => of),
    ["paint"],
  );
});
