import assert from "node:assert/strict";
import { test } from "node:test";
import { readManifest } from "../manifest/read-manifest.ts";
import { changed, example } from "./example.fixture.ts";
import { partsOf } from "./parts.ts";
import type { Score } from "./score.ts";

const read = (path: string, value: unknown) => readManifest(changed(`stages/${path}`, value));

for (const [path, value, message] of [
  ["read/features", 0, /stages.read.features is 0, but must be a whole number from 1 to 16384/],
  ["read/heads", ["red", "blue"], /stages.read.heads is .*, but must be an object/],
  ["read/heads/relation", "on", /stages.read.heads.relation is "on", but must be a list/],
  [
    "read/heads/relation",
    Array(1001).fill("on"),
    /heads.relation is "a list of 1001", but must be a list of at most 1000/,
  ],
  [
    "read/heads/relation",
    ["on", "x".repeat(201)],
    /heads.relation\[1\] is .*, but must be text of 1 to 200 characters/,
  ],
  ["read/wording/nouns", ["thing", ""], /stages.read.wording.nouns\[1\] is ""/],
  ["read/wording/converse", ["under"], /stages.read.wording.converse is \["under"\], but must be an object/],
  ["read/wording/words/colour", ["red"], /stages.read.wording.words.colour is \["red"\], but must be an object/],
  ["read/wording/verbs", [], /stages.read.wording has the field "verbs"/],
  ["read/image/std", [1, 1, 0], /stages.read.image.std\[2\] is 0/],
  ["rate/wording", example.stages.read.wording, /stages.rate.wording is .*, but must be left out without "heads"/],
  ["rate/space", "vision", /stages.rate.space is "vision"/],
] as const) {
  test(`a score is refused with ${path} as ${JSON.stringify(value).slice(0, 40)}`, () => {
    assert.throws(() => read(path, value), message);
  });
}

test("a classifier needs to say neither its features nor its wording, and a head may have two labels", () => {
  const { features: _, wording: __, ...plain } = example.stages.read;
  assert.deepEqual(read("read", plain).stages.read, plain);
});

test("an attribute or a converse may have no wordings", () => {
  const { wording } = read("read/wording", { words: {}, converse: {}, nouns: [], says: [] }).stages.read as Score;
  assert.deepEqual(wording, { words: {}, converse: {}, nouns: [], says: [] });
});

test("a score of embeddings and captions says its text to types, and with heads it is a classifier of its space", () => {
  const rated = partsOf(read("rate/text", "tags")).get("score")!;
  assert.deepEqual(rated.facts.text, { id: "d".repeat(64), name: "tags" });
  const { read: _, ...stages } = example.stages;
  const headed = { ...stages, rate: { ...stages.rate, heads: { colour: ["red", "blue"] } } };
  const parts = partsOf(readManifest({ ...example, stages: headed }));
  assert.deepEqual(parts.get("classifier"), { stage: "rate", facts: { space: { id: "a".repeat(64), name: "clip" } } });
  assert.equal(parts.has("score"), false);
});
