import assert from "node:assert/strict";
import { test } from "node:test";
import { type FileValue, file } from "../kinds/file.ts";
import { runNode } from "../testing/index.ts";
import { exportEmbeddings } from "./export.ts";

const vector = (...numbers: number[]) => ({ embedding: new Float32Array(numbers) });

test("the file is NumPy's format 1.0: a header padded to 64 bytes, then the rows in little-endian float32", async () => {
  const { file: written } = (await runNode(exportEmbeddings, { embeddings: [vector(1, -2), vector(0.5, 3)] }))
    .outputs as {
    file: FileValue;
  };
  assert.equal(file.check(written), undefined);
  const { bytes } = written;
  assert.deepEqual([...bytes.subarray(0, 8)], [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const length = bytes[8]! + 256 * bytes[9]!;
  assert.equal((10 + length) % 64, 0);
  const header = new TextDecoder().decode(bytes.subarray(10, 10 + length));
  assert.match(header, /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 2\), \} *\n$/);
  const view = new DataView(bytes.buffer, bytes.byteOffset + 10 + length);
  assert.deepEqual(
    [0, 1, 2, 3].map((i) => view.getFloat32(4 * i, true)),
    [1, -2, 0.5, 3],
  );
  assert.equal(view.byteLength, 16);
});

test("embeddings of two lengths are refused by number", async () => {
  await assert.rejects(
    async () => runNode(exportEmbeddings, { embeddings: [vector(1, 2), vector(1)] }),
    /Embedding 2 has 1/,
  );
});
