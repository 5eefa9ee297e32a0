import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleManifest } from "./example.fixture.ts";
import { nullEmbedding } from "./null-embedding.ts";

const pack = { ...exampleManifest, roles: {} };
const read = (value: unknown, section: unknown = { space: "clip" }) =>
  nullEmbedding(section, "stages.tell", pack)(value, "stages.tell.nullImageEmbedding");

test("a null embedding has the dimension of its section's space, and numbers up to a million either way", () => {
  assert.deepEqual(read([-1e6, 1e6]), [-1e6, 1e6]);
  assert.throws(() => read([1]), /nullImageEmbedding is "a list of 1", but must be a list of 2 numbers/);
  assert.throws(() => read(0), /nullImageEmbedding is 0, but must be a list of 2 numbers/);
  assert.throws(() => read([0, 1e6 + 1]), /nullImageEmbedding\[1\] is 1000001/);
  assert.throws(() => read([null, 0]), /nullImageEmbedding\[0\] is null/);
});

test("of a wider space the null embedding is as wide", () => {
  const spaces = { clip: { id: "a".repeat(64), dimension: 3 } };
  const wide = nullEmbedding({ space: "clip" }, "at", { ...pack, spaces });
  assert.deepEqual(wide([1, 2, 3], "at"), [1, 2, 3]);
});

test("a null embedding without a space is refused at the space, not at the embedding", () => {
  assert.throws(() => read([0, 0], {}), /stages.tell.space is missing/);
  assert.throws(() => read([0, 0], { space: "vision" }), /stages.tell.space is "vision"/);
});
