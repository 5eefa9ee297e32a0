import assert from "node:assert/strict";
import { test } from "node:test";
import { createCatalogue, nodeDefiner, p, whenPack } from "@clipwork/engine";
import { t } from "@clipwork/engine/testing";
import { painting, testCatalogue } from "../testing/catalogue.ts";
import { faceOf, hasCertainOutputs, shortValue, usedOutputs } from "./describe.ts";

const known = { catalogue: testCatalogue, packs: [] };
const faceFor = (node: object, open = false) => faceOf({ version: 1, ...node } as never, known, open, []);
const shown = (node: object, open = false) => faceFor(node, open).params.map(({ name }) => name);

test("a card shows its ports as the node type declares them", () => {
  const { title, group, known, inputs, outputs } = faceFor({ type: "image.paint" });
  assert.deepEqual([title, group, known], ["Paint", "image", true]);
  assert.deepEqual(
    inputs.map(({ name, kind, optional, list }) => [name, kind, optional, list]),
    [
      ["text", "text", false, false],
      ["style", "text", true, false],
    ],
  );
  assert.deepEqual(
    outputs.map(({ name, kind }) => [name, kind]),
    [["image", "image"]],
  );
  assert.equal(faceFor({ type: "list.seeds" }).outputs[0]!.list, true);
});

test("parameters that keep to their defaults are left out and counted; seeds, files and captions are not", () => {
  assert.deepEqual(shown({ type: "image.paint" }), ["seed"]);
  assert.equal(faceFor({ type: "image.paint" }).hidden, 3);
  assert.deepEqual(shown({ type: "image.load" }), ["file"]);
  assert.deepEqual(shown({ type: "text.prompt" }), ["text"]);
  assert.deepEqual(shown({ type: "clip.encode-text", params: { pack: "karlo" } }), [], "the pack is never shown");
});

test("a parameter is shown once it has another value or a link feeds it, and all of them on an open card", () => {
  assert.deepEqual(shown({ type: "image.paint", params: { size: 9 } }), ["seed", "size"]);
  assert.deepEqual(shown({ type: "image.paint", params: { size: 8 } }), ["seed"]);
  assert.deepEqual(shown({ type: "image.paint", inputs: { frame: "a.b" } }), ["seed", "frame"]);
  assert.deepEqual(shown({ type: "image.paint" }, true), ["seed", "size", "finish", "frame"]);
  assert.equal(faceFor({ type: "image.paint" }, true).hidden, 3, "so that they can be hidden again");
});

test("a parameter has its own value or the default, what feeds it, and whether it can be fed at all", () => {
  const { params } = faceFor({ type: "image.paint", params: { size: 9 }, inputs: { seed: "seeds.seeds" } }, true);
  const byName = Object.fromEntries(params.map((param) => [param.name, param]));
  assert.deepEqual([byName.size!.value, byName.finish!.value], [9, "matt"]);
  assert.equal(byName.seed!.link, "seeds.seeds");
  assert.equal("link" in byName.size!, false);
  assert.equal(byName.seed!.linkable, true);
  assert.equal(faceFor({ type: "image.load" }).params[0]!.linkable, false);
});

test("a name of JavaScript's own is no value and no link of a parameter", () => {
  assert.deepEqual(shown({ type: "image.paint", params: JSON.parse('{ "__proto__": { "size": 3 } }') }), ["seed"]);
});

test("a card has room for a picture, a strip of numbers or nothing, from its outputs or what it keeps", () => {
  assert.equal(faceFor({ type: "image.paint" }).hero, "square");
  assert.equal(faceFor({ type: "output.image" }).hero, "square");
  assert.equal(faceFor({ type: "clip.encode-text" }).hero, "strip");
  assert.equal(faceFor({ type: "text.prompt" }).hero, undefined);
});

test("a node of an unknown type shows what the document says of it", () => {
  const node = { type: "future.node", version: 3, inputs: { in: "a.b" } };
  const face = faceOf(node as never, known, false, ["out"]);
  assert.deepEqual([face.title, face.group, face.known], ["future.node", "unknown", false]);
  assert.deepEqual([face.inputs[0]!.name, face.outputs[0]!.name, face.inputs[0]!.kind], ["in", "out", "unknown"]);
});

test("the outputs of a node that links lead from are each listed once", () => {
  const nodes = { ...painting.nodes, twin: { ...painting.nodes.paint } };
  assert.deepEqual(usedOutputs({ ...painting, nodes }, "caption"), ["text"]);
  assert.deepEqual(usedOutputs(painting, "save"), []);
  assert.deepEqual(usedOutputs(painting, "capt"), [], "the beginning of a name is not the name");
});

test("values are said in few words", () => {
  const words: [unknown, string][] = [
    [null, "default"],
    ["", "default"],
    [true, "on"],
    [false, "off"],
    [7, "7"],
    [0.123456789, "0.12346"],
    ["gloss", "gloss"],
    [`asset:${"a".repeat(64)}`, "picture"],
    [[1, "x"], '[1,"x"]'],
  ];
  for (const [value, text] of words) assert.equal(shortValue(value), text);
});

const define = nodeDefiner<unknown>();
const latents = define({
  type: "decoder.paint",
  version: 1,
  title: "Paint",
  summary: "Paints.",
  outputs: { image: t.image("."), latent: whenPack("decoder.latent", t.image(".")) },
  params: { pack: p.pack() },
  run: () => ({}) as never,
});

test("an output that the node's pack does not give is left out, unless a link leads from it or the pack is not known", () => {
  const pack = (name: string, refinements: object) => ({ name, facts: { name, refinements, stages: {} } }) as never;
  const packs = [pack("pixels", {}), pack("kandinsky", { "decoder.latent": { id: "1", name: "movq" } })];
  const outputs = (name: string, used: readonly string[] = []) => {
    const node = { type: "decoder.paint", version: 1, params: { pack: name } } as never;
    return faceOf(node, { catalogue: createCatalogue([latents]) as never, packs }, false, used).outputs.map(
      (port) => port.name,
    );
  };
  assert.deepEqual(outputs("pixels"), ["image"]);
  assert.deepEqual(outputs("pixels", ["latent"]), ["image", "latent"]);
  assert.deepEqual(outputs("kandinsky"), ["image", "latent"]);
  assert.deepEqual(outputs("nothing"), ["image", "latent"]);
  assert.deepEqual(
    [hasCertainOutputs(latents as never), hasCertainOutputs(testCatalogue.get("image.paint"))],
    [false, true],
  );
  assert.equal(hasCertainOutputs(undefined), false);
});
