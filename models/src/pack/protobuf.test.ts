import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesField, fieldsOf, numberField } from "./protobuf.ts";

test("fields come back as they were written, and whole", () => {
  const long = "x".repeat(300);
  const message = Buffer.concat([
    numberField(1, 150),
    bytesField(2, "testing"),
    numberField(19, 2 ** 40),
    bytesField(4, long),
  ]);
  const fields = [...fieldsOf(message)];
  assert.deepEqual(
    fields.map(({ number, value, content }) => [number, value, Buffer.from(content).toString()]),
    [
      [1, 150, ""],
      [2, 0, "testing"],
      [19, 2 ** 40, ""],
      [4, 0, long],
    ],
  );
  assert.deepEqual(Buffer.concat(fields.map(({ whole }) => whole)), message);
});

test("what the encoding guide writes is what it reads", () => {
  assert.deepEqual([...numberField(1, 150)], [0x08, 0x96, 0x01]);
  assert.deepEqual([...bytesField(2, "testing")], [0x12, 0x07, ...Buffer.from("testing")]);
});

test("numbers of fixed size are passed over", () => {
  const message = Uint8Array.from([0x09, 1, 2, 3, 4, 5, 6, 7, 8, 0x15, 1, 2, 3, 4, 0x08, 5]);
  assert.deepEqual(
    [...fieldsOf(message)].map(({ number, value }) => [number, value]),
    [
      [1, 0],
      [2, 0],
      [1, 5],
    ],
  );
});

test("bytes that are no message are an error", () => {
  for (const [bytes, message] of [
    [[0x08], /does not end/],
    [Array(12).fill(0xff), /does not end/],
    [[0x12, 0x07, 1], /longer than its message/],
    [[0x0b], /longer than its message/],
  ] as const)
    assert.throws(() => [...fieldsOf(Uint8Array.from(bytes))], message);
});
