import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import type { MapValue } from "../kinds/map.ts";
import { runWorkflow } from "../testing/index.ts";

const node = (type: string, params: object = {}, inputs: object = {}) => ({ type, version: 1, params, inputs });

/** Captions of one to eight words, whose embeddings by the fake models differ, as a map. */
const mapped = {
  captions: node("text.lines", { text: Array.from({ length: 8 }, (_, i) => "cube ".repeat(i + 1)).join("\n") }),
  encode: node("clip.encode-text", {}, { text: "captions.texts" }),
  prior: node("prior.diffusion", { steps: 2 }, { text: "encode.embedding" }),
  map: node("probe.map", {}, { embeddings: "prior.embedding", labels: "captions.texts" }),
};

test("captions become a map, and a list of places one picture each, whose decoders run in company", async () => {
  const { status, values, calls } = await runWorkflow(
    {
      ...mapped,
      across: node("list.range", { from: -1, to: 1, count: 3 }),
      point: node("latent.point", { y: 0.5 }, { map: "map.map", x: "across.numbers" }),
      decode: node("decoder.sample", { steps: 2 }, { image: "point.embedding" }),
    },
    ["map", "point", "decode"],
  );
  assert.equal(status, "finished");
  const [map] = values["map.map"] as readonly MapValue[];
  assert.equal(map!.points.length, 16);
  assert.equal(map!.labels[2], "cube cube cube");
  const places = values["point.embedding"] as readonly ImageEmbeddingValue[];
  assert.equal(places.length, 3);
  // Evenly spaced places lie on a line: the one in the middle is the mean of the two others.
  for (let i = 0; i < 8; i++) {
    const [a, b, c] = places.map(({ embedding }) => embedding[i]!);
    assert.ok(Math.abs(b! - (a! + c!) / 2) < 1e-4);
  }
  assert.equal((values["decode.image"] as readonly ImageValue[]).length, 3);
  assert.ok(calls.some(({ stage }) => stage === "decoder"));
});

test("two points of a map are the ends of the way between them, bit for bit", async () => {
  const { values } = await runWorkflow(
    {
      ...mapped,
      from: node("latent.pick", { item: 0 }, { map: "map.map" }),
      to: node("latent.pick", { item: 7 }, { map: "map.map" }),
      positions: node("list.range", { from: 0, to: 1, count: 4 }),
      between: node("latent.slerp", {}, { from: "from.embedding", to: "to.embedding", position: "positions.numbers" }),
    },
    ["prior", "between"],
  );
  const made = values["prior.embedding"] as readonly ImageEmbeddingValue[];
  const way = values["between.embedding"] as readonly ImageEmbeddingValue[];
  assert.equal(way.length, 4);
  assert.deepEqual(way[0]!.embedding, made[0]!.embedding);
  assert.deepEqual(way[3]!.embedding, made[7]!.embedding);
});

test("points that were outlined make a map of their own, by their numbers", async () => {
  const { values } = await runWorkflow(
    {
      ...mapped,
      some: node("list.take", { numbers: "1, 3-5" }, { items: "prior.embedding" }),
      names: node("list.take", { numbers: "1, 3-5" }, { items: "captions.texts" }),
      closer: node("probe.map", {}, { embeddings: "some.items", labels: "names.items" }),
    },
    ["map", "closer"],
  );
  const [whole] = values["map.map"] as readonly MapValue[];
  const [closer] = values["closer.map"] as readonly MapValue[];
  assert.deepEqual(
    closer!.labels,
    [1, 3, 4, 5].map((item) => whole!.labels[item]),
  );
  assert.deepEqual(closer!.embeddings.subarray(0, 8), whole!.embeddings.subarray(8, 16));
});
