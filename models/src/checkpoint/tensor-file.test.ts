import assert from "node:assert/strict";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { PackError } from "../fields/pack-error.ts";
import { safetensors, withHeader } from "../pack/safetensors.fixture.ts";
import { readNumbers, readTensorFile } from "./tensor-file.ts";
import { tensorFile } from "./tensors.fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "clipwork-tensors-"));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, "model.safetensors");

const put = (bytes: Uint8Array) => {
  writeFileSync(path, bytes);
  return path;
};

test("only the header is read: a tensor is a type, a shape and a place in the file", async () => {
  const bytes = tensorFile({
    "a.weight": { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] },
    "a.bias": { shape: [3], type: "BF16", bytes: new Uint8Array(6) },
  });
  const start = bytes.length - 30;
  assert.deepEqual(Object.fromEntries(await readTensorFile(put(bytes))), {
    "a.weight": { file: path, type: "F32", shape: [2, 3], offset: start, bytes: 24 },
    "a.bias": { file: path, type: "BF16", shape: [3], offset: start + 24, bytes: 6 },
  });
});

test("a file of many gigabytes costs no more than its header", async () => {
  const size = 13 * 2 ** 30;
  const header = safetensors({ w: { dtype: "F32", shape: [size / 4], data_offsets: [0, size] } });
  put(header);
  truncateSync(path, header.length + size);
  const before = process.memoryUsage().rss;
  const { bytes } = (await readTensorFile(path)).get("w")!;
  assert.equal(bytes, size);
  assert.ok(process.memoryUsage().rss - before < 64 * 2 ** 20);
});

const place = (more: object = {}) => ({ dtype: "F32", shape: [2], data_offsets: [0, 8], ...more });
const text = (header: string, rest = 8) => withHeader(Buffer.from(header), new Uint8Array(rest));
const own = JSON.stringify(place());
const hostile: readonly [what: string, bytes: () => Uint8Array, message: RegExp][] = [
  ["a file that was cut", () => tensorFile({ w: { shape: [4], values: [1, 2, 3, 4] } }).slice(0, -3), /13 are there/],
  ["an empty file", () => new Uint8Array(), /it has 0 bytes/],
  ["a header of 100 MB", () => withHeader(new Uint8Array(100 * 2 ** 20).fill(0x20)), /would have 104857600 bytes/],
  [
    "offsets outside",
    () => safetensors({ w: place({ data_offsets: [8, 16] }) }, new Uint8Array(8)),
    /begins at byte 8/,
  ],
  ["overlapping tensors", () => safetensors({ a: place(), b: place() }, new Uint8Array(8)), /"b" begins at byte 0/],
  [
    "a size that is no multiple",
    () => safetensors({ w: place({ data_offsets: [0, 7] }) }, new Uint8Array(7)),
    /has 7 by/,
  ],
  ["one name twice", () => text(`{"w":${own},"\\u0077":${own}}`), /its header has "w" twice/],
  ["one field twice", () => text(`{"w":{"dtype":"F16",${own.slice(1)}}`), /its header has "dtype" twice/],
  ["an unknown type", () => safetensors({ w: place({ dtype: "F4" }) }, new Uint8Array(8)), /of type "F4"/],
  ["deep nesting", () => text(`{"w":${'[1,{"w":'.repeat(5e5)}`), /its header is nested 7 deep/],
  ["a header that is cut", () => text(`{"w":${own},"w`), /its header is not JSON/],
  ["a list of lists", () => text(`{"w":${"[".repeat(1e6)}${"]".repeat(1e6)}}`), /its header is nested 7 deep/],
  ["a list", () => text('{"w":[]}'), /"w" is not an object/],
  ["a pickle", () => Uint8Array.from([...Buffer.from("PK\x03\x04"), ...new Uint8Array(99)]), /header would have/],
];

for (const [what, bytes, message] of hostile)
  test(`refuses ${what} by name, within a second and 64 MB`, async (t) => {
    put(bytes());
    const [clock, memory] = [process.cpuUsage(), process.memoryUsage().rss];
    await assert.rejects(readTensorFile(path), (error) => {
      assert.ok(error instanceof PackError && error.message.startsWith(path), String(error));
      assert.match(error.message, message);
      return true;
    });
    const { user, system } = process.cpuUsage(clock);
    const [seconds, bytesMore] = [(user + system) / 1e6, process.memoryUsage().rss - memory];
    t.diagnostic(`${seconds.toFixed(2)} s, ${(bytesMore / 2 ** 20).toFixed(0)} MB`);
    assert.ok(seconds < 1 && bytesMore < 64 * 2 ** 20);
  });

test("a header with the most tensors that are read takes less than a second", async () => {
  const names = Array.from({ length: 20_000 }, (_, i) => [
    `layer.${i}.weight`,
    place({ shape: [0], data_offsets: [0, 0] }),
  ]);
  const before = process.cpuUsage();
  assert.equal((await readTensorFile(put(safetensors(Object.fromEntries(names))))).size, 20_000);
  const { user, system } = process.cpuUsage(before);
  assert.ok((user + system) / 1e6 < 1);
});

const halves = Uint8Array.from([0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00]);
const upper = Uint8Array.from([0x80, 0x3f, 0x40, 0xc0]);

test("numbers of 16, 32 and 64 bits are read where they lie", async () => {
  const doubles = new Uint8Array(Float64Array.of(Math.PI).buffer);
  put(
    tensorFile({
      f16: { shape: [2, 2], type: "F16", bytes: halves },
      f64: { shape: [1], type: "F64", bytes: doubles },
      bf16: { shape: [2], type: "BF16", bytes: upper },
      f32: { shape: [1, 2], values: [0.5, -3] },
    }),
  );
  const tensors = await readTensorFile(path);
  const read = (name: string) => readNumbers(name, tensors.get(name)!);
  assert.deepEqual(await read("f16"), [1, -2, 65504, 2 ** -24]);
  assert.deepEqual(await read("f64"), [Math.PI]);
  assert.deepEqual(await read("bf16"), [1, -3]);
  assert.deepEqual(await read("f32"), [0.5, -3]);
});

test("numbers for a manifest are finite, few and of floating point", async () => {
  const halfInfinity = Uint8Array.from([0x00, 0x7c]);
  put(
    tensorFile({
      nan: { shape: [2], values: [1, NaN] },
      infinite: { shape: [1], type: "F16", bytes: halfInfinity },
      many: { shape: [20_000], values: Array(20_000).fill(1) },
      whole: { shape: [1], type: "I64", bytes: new Uint8Array(8) },
    }),
  );
  const tensors = await readTensorFile(path);
  const refused = (name: string, message: RegExp) => assert.rejects(readNumbers(name, tensors.get(name)!), message);
  await refused("nan", /"nan" in .*model\.safetensors holds NaN at place 1/);
  await refused("infinite", /holds Infinity at place 0/);
  await refused("many", /has 20000 numbers, and at most 16384/);
  await refused("whole", /of type I64, but must have F32, F64, F16, BF16/);
});
