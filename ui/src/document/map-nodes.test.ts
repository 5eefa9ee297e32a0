import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import { mapCatalogue as catalogue, mapNode, mapping } from "../testing/map-catalogue.ts";
import { decoderOf, mapSource, targetsFor } from "./map-nodes.ts";
import { addPoint, movePoint, pointsOf } from "./map-points.ts";
import { addStrip, endsOn, moveStrip, stripsOf } from "./map-strips.ts";

const withNodes = (nodes: WorkflowJson["nodes"]): WorkflowJson => ({
  ...mapping,
  nodes: { ...mapping.nodes, ...nodes },
});
const at = { x: 1.5, y: -2 };

test("the map of a node is its own output, or what is linked to an output node; other nodes have none", () => {
  assert.equal(mapSource(mapping, "map", catalogue), "map.map");
  assert.equal(mapSource(mapping, "show", catalogue), "map.map");
  for (const id of ["prior", "no such", "constructor"]) assert.equal(mapSource(mapping, id, catalogue), undefined);
});

test("a place is added with its decoder and an output behind the map, by the pack that the map was made with", () => {
  const added = addPoint(mapping, "map.map", at, catalogue)!;
  assert.deepEqual(added.nodes.point, mapNode("latent.point", { map: "map.map" }, at));
  const quick = { steps: 8, sampler: "ddim", pack: "karlo" };
  assert.deepEqual(added.nodes.sample, mapNode("decoder.sample", { image: "point.embedding" }, quick));
  assert.deepEqual(added.nodes.image, mapNode("output.image", { image: "sample.image" }, { name: "place" }));
  assert.deepEqual(added.layout!.point, { x: 600, y: 340 });
  assert.deepEqual(pointsOf(added, "map.map", catalogue), [{ node: "point", at, decoder: "sample" }]);
  assert.equal(addPoint(mapping, "map.map", at, new Map()), undefined);
});

test("a place that is moved keeps all else; at its place it is the same document", () => {
  const added = addPoint(mapping, "map.map", at, catalogue)!;
  const moved = movePoint(added, "point", { x: 3, y: 4 });
  assert.deepEqual(pointsOf(moved, "map.map", catalogue)[0]!.at, { x: 3, y: 4 });
  assert.equal(movePoint(added, "point", at), added);
});

test("a place belongs to its map alone, has none while a link feeds it, and is none while it is muted", () => {
  const nodes = {
    plain: mapNode("latent.point", { map: "map.map" }),
    other: mapNode("latent.point", { map: "elsewhere.map" }),
    fed: mapNode("latent.point", { map: "map.map", y: "range.numbers" }, at),
    wrong: mapNode("latent.point", { map: "map.map" }, { x: "left" }),
    muted: { ...mapNode("latent.point", { map: "map.map" }), mode: "mute" as const },
  };
  assert.deepEqual(pointsOf(withNodes(nodes), "map.map", catalogue), [
    { node: "plain", at: { x: 0, y: 0 }, decoder: undefined },
    { node: "fed", at: undefined, decoder: undefined },
    { node: "wrong", at: undefined, decoder: undefined },
  ]);
});

test("the decoder is the nearest node that makes an image, in a circle of links too; its outputs are what runs", () => {
  const nodes = {
    point: mapNode("latent.point", { map: "map.map" }),
    far: mapNode("latent.slerp", { from: "point.embedding", to: "far.embedding" }),
    decode: mapNode("decoder.sample", { image: "far.embedding" }),
    save: mapNode("output.image", { image: "decode.image" }),
    muted: { ...mapNode("output.image", { image: "decode.image" }), mode: "mute" as const },
    again: mapNode("output.any", { value: "decode.image" }),
  };
  const workflow = withNodes(nodes);
  assert.equal(decoderOf(workflow, "point", catalogue), "decode");
  assert.equal(decoderOf(mapping, "map", catalogue), undefined);
  assert.deepEqual(targetsFor(workflow, "decode", catalogue), ["save", "again"]);
  const { save: _, again: __, ...alone } = nodes;
  assert.deepEqual(targetsFor(withNodes(alone), "decode", catalogue), ["decode"]);
});

test("a strip is added between two points, with its positions, decoder and output, and is moved to other points", () => {
  const added = addStrip(mapping, "map.map", 3, 7, catalogue)!;
  const [strip, ...more] = stripsOf(added, "map.map", catalogue);
  assert.deepEqual([strip!.items, strip!.decoder, more.length], [[3, 7], "sample", 0]);
  assert.deepEqual(added.nodes[strip!.node]!.inputs, {
    from: "pick.embedding",
    to: "pick-2.embedding",
    position: "range.numbers",
  });
  assert.deepEqual(added.nodes.range!.params, { from: 0, to: 1, count: 6 });
  const places = Object.values(added.layout!).map((place) => JSON.stringify(place));
  assert.equal(new Set(places).size, places.length, "no node lies on another");
  assert.deepEqual(stripsOf(moveStrip(added, strip!, 5, 0), "map.map", catalogue)[0]!.items, [5, 0]);
  assert.equal(addStrip(mapping, "map.map", 0, 1, new Map()), undefined);
});

test("a strip's points below 0 count from the end of the map; one that the map lacks, or a link decides, is none", () => {
  assert.deepEqual(endsOn(48, { items: [0, -1] }), [0, 47]);
  assert.deepEqual(endsOn(48, { items: [-48, 47] }), [0, 47]);
  for (const items of [[0, 48], [-49, 0], undefined] as const) assert.equal(endsOn(48, { items }), undefined);
});

test("what goes between other things than two points of the map is no strip of it; one that a link decides has no points", () => {
  const pick = (inputs: object) => mapNode("latent.pick", { map: "map.map", ...inputs });
  const slerp = (from: string, to: string) => mapNode("latent.slerp", { from, to });
  const nodes = {
    a: pick({}),
    b: pick({ item: "range.numbers" }),
    c: mapNode("latent.pick", { map: "other.map" }),
    good: slerp("a.embedding", "b.embedding"),
    half: slerp("a.embedding", "prior.embedding"),
    other: slerp("a.embedding", "c.embedding"),
    loose: mapNode("latent.slerp", { from: "a.embedding" }),
  };
  const strips = stripsOf(withNodes(nodes), "map.map", catalogue);
  assert.deepEqual(strips, [{ node: "good", ends: ["a", "b"], items: undefined, decoder: undefined }]);
});
