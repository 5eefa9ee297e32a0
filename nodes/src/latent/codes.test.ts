import assert from "node:assert/strict";
import { test } from "node:test";
import type { CodesValue } from "../kinds/codes.ts";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import { runNode } from "../testing/index.ts";
import { decodeCodesNode } from "./decode-codes.ts";
import { editCodes } from "./edit-codes.ts";
import { encodeCodesNode } from "./encode-codes.ts";

const value = (...codes: number[]): CodesValue => ({ codes: Int32Array.from(codes), buckets: 8 });
const decode = async (codes: CodesValue) =>
  ((await runNode(decodeCodesNode, { codes })).outputs.embedding as ImageEmbeddingValue).embedding;
const encode = async (embedding: Float32Array) =>
  (await runNode(encodeCodesNode, { embedding: { embedding } })).outputs.codes as CodesValue;

test("codes are decoded to an embedding which has these codes", async () => {
  const embedding = await decode(value(0, 7, 4));
  assert.deepEqual([...embedding], [-3, 4, 1, 0.5, 0.5, 0.5, 0.5, 0.5]);
  assert.deepEqual(await encode(embedding), value(0, 7, 4));
});

test("codes of another codebook and embeddings of another length are refused by number", async () => {
  await assert.rejects(decode(value(0, 7)), {
    message: /2 codes of 8 buckets, but the pack "toybox" has 3 of 8/,
    remedy: /Choose the pack/,
  });
  await assert.rejects(decode({ codes: Int32Array.of(0, 0, 0), buckets: 9 }), /3 codes of 9 buckets/);
  await assert.rejects(encode(new Float32Array(4)), /has 4 numbers, but the codes of the pack "toybox" are of 8/);
});

test("what stands for no image has no codes", async () => {
  const embedding = { embedding: new Float32Array(8), none: true };
  await assert.rejects(runNode(encodeCodesNode, { embedding }), /stands for no image/);
});

test("one code is set, and what came in stays as it was", async () => {
  const before = value(1, 2, 3);
  const { outputs } = await runNode(editCodes, { codes: before }, { code: 2, bucket: 7 });
  assert.deepEqual(outputs.codes, value(1, 7, 3));
  assert.deepEqual(before, value(1, 2, 3));
});

test("a code or a bucket that is not there is refused, and the message says what there is", async () => {
  const edit = (params: object) => runNode(editCodes, { codes: value(1, 2, 3) }, params);
  await assert.rejects(async () => edit({ code: 4 }), { message: /"code" is 4, but there are 3/, remedy: /at most 3/ });
  await assert.rejects(async () => edit({ bucket: 8 }), { message: /8 buckets, counted/, remedy: /at most 7/ });
});
