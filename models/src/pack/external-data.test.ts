import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PackError } from "../fields/pack-error.ts";
import { externalDataOf } from "./external-data.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "clipwork-external-"));
});
after(() => rm(folder, { recursive: true }));

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}

/** A protobuf field that holds bytes. */
function field(number: number, ...content: (Uint8Array | string)[]): Buffer {
  const bytes = Buffer.concat(content.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from(varint(number * 8 + 2)), Buffer.from(varint(bytes.length)), bytes]);
}

const external = (location: string) => field(13, field(1, "location"), field(2, location));

async function scan(...fields: Uint8Array[]): Promise<string[]> {
  const path = join(folder, "model.onnx");
  await writeFile(path, Buffer.concat(fields));
  return [...externalDataOf(path)].sort();
}

test("finds locations in initializers, attributes, subgraphs, sparse tensors and functions", async () => {
  const node = (attribute: Uint8Array) => field(1, field(5, attribute));
  const found = await scan(
    Buffer.from([8, 10]),
    field(
      7,
      field(2, "a graph's name is no location"),
      field(5, Buffer.from([16, 1]), field(9, Buffer.alloc(100_000, 0xff)), external("initializer")),
      field(5, field(13, field(1, "offset"), field(2, "64"))),
      node(field(5, external("attribute"))),
      node(field(6, field(5, external("subgraph")))),
      node(field(11, node(field(10, external("in-a-list"))))),
      field(15, field(1, external("sparse"))),
    ),
    field(25, field(7, field(5, field(5, external("../function"))))),
  );
  assert.deepEqual(found, ["../function", "attribute", "in-a-list", "initializer", "sparse", "subgraph"]);
});

test("a file that is no protobuf message is refused with its name", async () => {
  const cut = field(7, field(5, external("weights"))).subarray(0, 12);
  let deep = field(6, Buffer.alloc(0));
  for (let i = 0; i < 200; i++) deep = field(6, field(1, field(5, deep)));
  const files = [Buffer.from("not a model"), cut, Buffer.alloc(64, 0xff), field(7, field(1, field(5, deep)))];
  for (const bytes of files)
    await assert.rejects(scan(bytes), (error) => error instanceof PackError && /model.onnx is not/.test(error.message));
});

test("a model whose weights lie within has none", () => {
  const path = join(import.meta.dirname, "../../../test/fixtures/random-pack/decoder.onnx");
  assert.equal(externalDataOf(path).size, 0);
});
