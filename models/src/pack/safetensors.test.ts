import assert from "node:assert/strict";
import { test } from "node:test";
import { PackError } from "../fields/pack-error.ts";
import { bytesOf, safetensors, withHeader } from "./safetensors.fixture.ts";
import { readSafetensors } from "./safetensors.ts";

const read = (bytes: Uint8Array) => readSafetensors(bytes, "basis.safetensors in toybox");
const single = (more: object = {}) => ({ a: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...more } });
const eight = new Uint8Array(8);

test("arrays of float32, float64 and int32 come back bit for bit, with their shapes, wherever the numbers begin", () => {
  const [f32, f64, i32] = [
    Float32Array.of(1.5, -0, 3e-40, 1, 2, 3),
    Float64Array.of(Math.PI, -1e300),
    Int32Array.of(-7),
  ];
  for (const pad of [0, 1, 2, 3]) {
    const header = {
      __metadata__: { pad: "x".repeat(pad) },
      f64: { dtype: "F64", shape: [2], data_offsets: [24, 40] },
      f32: { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] },
      scalar: { dtype: "I32", shape: [], data_offsets: [40, 44] },
      nothing: { dtype: "F32", shape: [0, 4], data_offsets: [44, 44] },
    };
    const numbers = Buffer.concat([f32, f64, i32].map(bytesOf));
    assert.deepEqual(read(safetensors(header, numbers)), {
      f64: { shape: [2], data: f64 },
      f32: { shape: [2, 3], data: f32 },
      scalar: { shape: [], data: i32 },
      nothing: { shape: [0, 4], data: new Float32Array() },
    });
  }
});

test("arrays are in memory of their own", () => {
  const bytes = safetensors(single(), bytesOf(Float32Array.of(1, 2)));
  const { a } = read(bytes);
  a!.data[0] = 9;
  assert.deepEqual(read(bytes).a!.data, Float32Array.of(1, 2));
});

test("a name that every object has is a name like any other", () => {
  const bytes = withHeader(
    new TextEncoder().encode('{"__proto__":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}}'),
    bytesOf(Int32Array.of(5)),
  );
  assert.deepEqual(Object.entries(read(bytes)), [["__proto__", { shape: [1], data: Int32Array.of(5) }]]);
});

const long = new Uint8Array(8);
new DataView(long.buffer).setBigUint64(0, 2n ** 63n, true);
const many = Object.fromEntries(
  Array.from({ length: 1001 }, (_, i) => [`a${i}`, single({ shape: [0], data_offsets: [0, 0] }).a]),
);

const refusals: readonly [what: string, bytes: Uint8Array, message: RegExp][] = [
  ["no bytes", new Uint8Array(), /it has 0 bytes/],
  ["a header longer than the file", long, /its header would have 9223372036854775808 bytes, and may have 0/],
  ["a header of more than 1 MiB", withHeader(new Uint8Array(2 ** 20 + 1)), /and may have 1048576/],
  ["a header that is no JSON", withHeader(Uint8Array.of(0x7b, 0x7b)), /its header is not JSON/],
  ["a header that is no UTF-8", withHeader(Uint8Array.of(0x22, 0xff, 0x22)), /its header is not JSON/],
  ["a header that is a list", safetensors([]), /its header is not an object/],
  ["too many arrays", safetensors(many), /it has 1001 arrays, and at most 1000 are read/],
  ["an entry that is no object", safetensors({ a: 1 }), /"a" is not an object/],
  ["a field that is not known", safetensors(single({ strides: [1] }), eight), /"a" has the field "strides"/],
  ["half precision", safetensors(single({ dtype: "F16" }), eight), /"a" has numbers of type "F16", .* F32, F64, I32/],
  ["a type that every object has", safetensors(single({ dtype: "toString" }), eight), /of type "toString"/],
  ["a negative axis", safetensors(single({ shape: [-2] }), eight), /no shape of at most 8 axes/],
  ["a shape that is text", safetensors(single({ shape: "2" }), eight), /no shape/],
  ["nine axes", safetensors(single({ shape: Array(9).fill(1) }), eight), /no shape/],
  ["three offsets", safetensors(single({ data_offsets: [0, 8, 8] }), eight), /no two data_offsets/],
  [
    "a shape of another size",
    safetensors(single({ shape: [3] }), eight),
    /"a" has 8 bytes, which its shape \[3\] of F32/,
  ],
  ["offsets that go backwards", safetensors(single({ shape: [0], data_offsets: [8, 0] }), eight), /has -8 bytes/],
  ["a shape that overflows", safetensors(single({ shape: [2 ** 40, 2 ** 40] }), eight), /which its shape/],
  [
    "a gap in front",
    safetensors(single({ data_offsets: [4, 12] }), new Uint8Array(12)),
    /"a" begins at byte 4 .*, not at 0/,
  ],
  [
    "numbers that two arrays share",
    safetensors({ ...single(), b: single().a }, eight),
    /"b" begins at byte 0 .*, not at 8/,
  ],
  ["bytes behind the numbers", safetensors(single(), new Uint8Array(9)), /its arrays take 8 bytes, but 9 are there/],
  ["too few numbers", safetensors(single(), new Uint8Array(7)), /its arrays take 8 bytes, but 7 are there/],
];

for (const [what, bytes, message] of refusals)
  test(`refuses ${what}`, () => {
    assert.throws(
      () => read(bytes),
      (error) => {
        assert.ok(error instanceof PackError && error.remedy.length > 0, String(error));
        assert.match(error.message, /^basis\.safetensors in toybox is not a safetensors file that can be read: /);
        assert.match(error.message, message);
        return true;
      },
    );
  });
