import assert from "node:assert/strict";
import { test } from "node:test";
import { tinyArrays } from "../testing/index.ts";
import { codebookOf, decodeCodes, encodeCodes } from "./codebook.ts";

const { "image-basis": basis, "image-codes": codes } = tinyArrays;
/** Coordinates are z - 0.5 along the first three axes; buckets are of width 1 and centred at -3.5 to 3.5. */
const book = codebookOf("tiny", basis!, codes!);
const z = (...coordinates: number[]) => Float32Array.from({ length: 8 }, (_, i) => 0.5 + (coordinates[i] ?? 0));

test("a code is the bucket of a coordinate; an edge belongs to the bucket above it", () => {
  assert.deepEqual([...encodeCodes(book, z(0.4, -1.2, 2.9))], [4, 2, 6]);
  assert.deepEqual([...encodeCodes(book, z(0, 1, -3))], [4, 5, 1]);
  assert.deepEqual([...encodeCodes(book, z(-99, 99, 0, 5, 5))], [0, 7, 4]);
});

test("codes are decoded at the centres of their buckets, with 0 along the components that have none", () => {
  assert.deepEqual(decodeCodes(book, Int32Array.of(4, 2, 6)), z(0.5, -1.5, 2.5));
  assert.deepEqual(decodeCodes(book, Int32Array.of(7)), z(3.5));
  assert.deepEqual(decodeCodes(book, Int32Array.of()), z());
});

test("what codes are decoded to has these codes", () => {
  for (let first = 0; first < 8; first++) {
    const drawn = Int32Array.of(first, 7 - first, (3 * first) % 8);
    assert.deepEqual(encodeCodes(book, decodeCodes(book, drawn)), drawn);
  }
});

test("arrays that do not fit together are named", () => {
  const { components: _, ...without } = basis!;
  assert.throws(() => codebookOf("tiny", without, codes!), /pack "tiny" cannot be read: "components" is missing/);
  const edges = { shape: [3, 8], data: new Float32Array(24) };
  assert.throws(() => codebookOf("tiny", basis!, { ...codes!, edges }), {
    message: /"edges" is Float32Array \[3, 8\], but must be Float32Array \[3, 7\]/,
    remedy: /Export/,
  });
  const mean = { shape: [8], data: new Float64Array(8) };
  assert.throws(() => codebookOf("tiny", { ...basis!, mean }, codes!), /"mean" is Float64Array \[8\]/);
});
