import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeValue, encodeValue } from "./encode.ts";
import type { Value } from "./value.ts";

const float32 = fc.float32Array();
const value = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.double(),
    fc.string({ unit: "grapheme" }),
    float32,
    fc.int32Array(),
    fc.uint8Array(),
    fc.array(tie("value")),
    fc.dictionary(fc.string({ unit: "grapheme" }), tie("value"), { noNullPrototype: true }),
  ) as fc.Arbitrary<Value>,
})).value;

test("[E1] decoding gives back the value", () => {
  fc.assert(fc.property(value, (value) => assert.deepStrictEqual(decodeValue(encodeValue(value)), value)));
  for (const odd of [-0, Number.NaN, Number.NEGATIVE_INFINITY])
    assert.ok(Object.is(decodeValue(encodeValue(odd)), odd), `${odd}`);
  const nan = new Float32Array([Number.NaN, 1e-45, -0]);
  assert.deepStrictEqual(decodeValue(encodeValue(nan)), nan);
  for (const text of ["\uFEFFmarked", "a\uFEFF", "\0"]) assert.equal(decodeValue(encodeValue(text)), text);
  const proto = JSON.parse('{"__proto__":{"a":1}}') as Value;
  assert.deepStrictEqual(decodeValue(encodeValue(proto)), proto);
});

test("[E1] a part of a larger buffer is kept as that part", () => {
  const part = new Float32Array([1, 2, 3, 4]).subarray(1, 3);
  assert.deepStrictEqual(decodeValue(encodeValue(part)), new Float32Array([2, 3]));
  const shifted = new Uint8Array([9, ...encodeValue("text")]).subarray(1);
  assert.equal(decodeValue(shifted), "text");
});

test("[E2] the order of fields does not count", () => {
  const a = encodeValue({ x: 1, y: { p: null, q: [true] } });
  const b = encodeValue({ y: { q: [true], p: null }, x: 1 });
  assert.deepEqual(a, b);
  assert.notDeepEqual(a, encodeValue({ x: 1, y: { p: null, q: [false] } }));
});

test("[E3] damaged bytes are refused or give another value, and nothing worse", () => {
  const bytes = encodeValue({ image: [{ width: 1, height: 1, data: new Float32Array(3) }], text: "häuser" });
  for (let length = 0; length < bytes.length; length++)
    assert.throws(() => decodeValue(bytes.subarray(0, length)), /These bytes are not a value/, `cut to ${length}`);
  assert.throws(() => decodeValue(new Uint8Array([...bytes, 0])), /1 bytes follow/);
  let refused = 0;
  for (let at = 0; at < bytes.length; at++) {
    const flipped = bytes.slice();
    flipped[at]! ^= 0xff;
    try {
      decodeValue(flipped);
    } catch (error) {
      assert.match((error as Error).message, /These bytes are not a value/, `flipped ${at}`);
      refused++;
    }
  }
  assert.ok(refused > bytes.length / 2, `only ${refused} of ${bytes.length} flips were noticed`);
});

test("[E3] a record that holds a key twice is refused", () => {
  const bytes = encodeValue({ a: 1, b: 2 });
  const second = bytes.lastIndexOf("b".charCodeAt(0));
  bytes[second] = "a".charCodeAt(0);
  assert.throws(() => decodeValue(bytes), /keys are not in order/);
});

test("[E3] bytes that are nested too deep are refused", () => {
  const empty = encodeValue([]);
  const header = empty.subarray(0, empty.length - 5);
  const level = [8, 1, 0, 0, 0];
  const deep = Uint8Array.from([...header, ...Array.from({ length: 100_000 }, () => level).flat(), 0]);
  assert.throws(() => decodeValue(deep), /nested too deep/);
});

test("[E4] what is no value is refused", () => {
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  for (const bad of [undefined, () => 0, 1n, Symbol("s"), new Date(), new Map(), new Float64Array(1), "\ud800", cyclic])
    assert.throws(() => encodeValue({ bad } as never), TypeError);
});

test("[E5] a decoded value shares no memory with the bytes", () => {
  const bytes = Buffer.from(encodeValue(new Uint8Array([1, 2, 3])));
  const decoded = decodeValue(bytes) as Uint8Array;
  decoded.fill(9);
  assert.deepEqual(decodeValue(bytes), new Uint8Array([1, 2, 3]));
});
