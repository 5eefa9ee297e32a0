import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { PackError } from "../fields/pack-error.ts";
import { tensorFile } from "./tensors.fixture.ts";
import { findWeights } from "./weights.ts";

const one = (name: string) => tensorFile({ [name]: { shape: [1], values: [1] } });

function folderWith(context: TestContext, files: { readonly [name: string]: Uint8Array | object }): string {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-weights-"));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), content instanceof Uint8Array ? content : JSON.stringify(content));
  return folder;
}

const index = (weight_map: object) => ({ metadata: { total_size: 8 }, weight_map });
const [first, second] = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"] as const;
const shards = { [first]: one("a"), [second]: one("b") };

test("one file, whatever the libraries call it; full precision before half", async (context) => {
  for (const names of [
    ["diffusion_pytorch_model.safetensors"],
    ["model.safetensors", "model.fp16.safetensors"],
    ["diffusion_pytorch_model.fp16.safetensors"],
    ["open_clip_model.safetensors"],
    ["eclipse_prior.safetensors"],
  ]) {
    const folder = folderWith(context, Object.fromEntries(names.map((name) => [name, one("a")])));
    const { files, tensors } = await findWeights(folder);
    assert.deepEqual([files.map((file) => basename(file)), [...tensors.keys()]], [[names[0]], ["a"]]);
  }
});

test("shards are one network, each tensor in the shard that the index says", async (context) => {
  const folder = folderWith(context, { ...shards, "model.safetensors.index.json": index({ a: first, b: second }) });
  const { files, tensors } = await findWeights(folder);
  assert.deepEqual(
    files.map((file) => basename(file)),
    [first, second],
  );
  assert.deepEqual(
    [...tensors].map(([name, { file }]) => [name, basename(file)]),
    [
      ["a", first],
      ["b", second],
    ],
  );
});

const wrong: readonly [what: string, files: { readonly [name: string]: Uint8Array | object }, message: RegExp][] = [
  [
    "an index whose shard is missing",
    { [first]: one("a"), "model.safetensors.index.json": index({ a: first, b: second }) },
    /names model-00002-of-00002\.safetensors, which is not there/,
  ],
  [
    "an index that leads out of the folder",
    { ...shards, "model.safetensors.index.json": index({ a: "../a.safetensors" }) },
    /names "\.\.\/a\.safetensors"/,
  ],
  ["an index that names no file", { ...shards, "model.safetensors.index.json": index({ a: 7 }) }, /names 7/],
  [
    "an index that is wrong",
    { ...shards, "model.safetensors.index.json": index({ a: second, b: first }) },
    /says that "a" is in model-00002/,
  ],
  [
    "an index that leaves one out",
    {
      [first]: tensorFile({ a: { shape: [1], values: [1] }, c: { shape: [1], values: [1] } }),
      "model.safetensors.index.json": index({ a: first }),
    },
    /does not name "c"/,
  ],
  ["an index that is no index", { "model.safetensors.index.json": {} }, /has no "weight_map"/],
  ["an index that is no JSON", { "model.safetensors.index.json": Buffer.from("{") }, /is not JSON/],
  [
    "a tensor in two shards",
    { [first]: one("a"), [second]: one("a"), "model.safetensors.index.json": index({ a: first, b: second }) },
    /"a" is both in .*00001.* and in model-00002/,
  ],
  ["a pickle alone", { "pytorch_model.bin": Buffer.from("x") }, /are a pickle, pytorch_model\.bin/],
  ["no weights at all", { "config.json": {} }, /has no weights/],
];

for (const [what, files, message] of wrong)
  test(`refuses ${what}`, async (context) => {
    const folder = folderWith(context, files);
    await assert.rejects(findWeights(folder), (error) => {
      assert.ok(error instanceof PackError && error.message.includes(folder) && error.remedy !== "", String(error));
      assert.match(error.message, message);
      return true;
    });
  });

test("a pickle's remedy is the one command that makes safetensors of it", async (context) => {
  const folder = folderWith(context, { "prior.pth": Buffer.from("x") });
  await assert.rejects(findWeights(folder), {
    remedy: `Make safetensors of it: python -m training.export.safetensors_of ${JSON.stringify(join(folder, "prior.pth"))}`,
  });
});
