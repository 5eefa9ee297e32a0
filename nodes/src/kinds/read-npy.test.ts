import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { writeNpy } from "./npy.ts";
import { isNpy, maxNpyBytes, maxNpyRows, readNpy } from "./read-npy.ts";

/** What numpy saves: training/export/npy_goldens.py wrote it. */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, "../../../test/parity/goldens/npy.json"), "utf8")) as {
  readonly rows: readonly (readonly number[])[];
  readonly good: { readonly [version: string]: string };
  readonly others: { readonly [what: string]: string };
};
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));

function refused(bytes: Uint8Array, message: RegExp, remedy = /./): void {
  const found = readNpy(bytes);
  assert.ok("reason" in found);
  assert.match(found.reason, message);
  assert.match(found.remedy, remedy);
}

for (const [version, base64] of Object.entries(golden.good))
  test(`what numpy saves in its format ${version} is read bit for bit`, () => {
    const data = Float32Array.from(golden.rows.flat());
    assert.deepEqual(readNpy(bytesOf(base64)), { rows: 2, columns: 3, data });
  });

const others: readonly [what: string, message: RegExp, remedy: RegExp][] = [
  ["float64", /float64 \("<f8"\), not float32/, /astype\("<f4"\)/],
  ["float16", /float16 \("<f2"\), not float32/, /astype\("<f4"\)/],
  ["int64", /int64 \("<i8"\), not float32/, /astype\("<f4"\)/],
  ["big-endian", /big-endian float32 \(">f4"\)/, /astype\("<f4"\)/],
  ["objects", /of the type "\|O"/, /latent\.export/],
  ["records", /records/, /latent\.export/],
  ["columns first", /column by column/, /ascontiguousarray/],
  ["one row", /shape is \(3\), but/, /array\[None\]/],
  ["no sides", /shape is \(\), but/, /reshape/],
  ["three sides", /shape is \(1, 2, 3\), but/, /reshape/],
  ["no rows", /shape is \(0, 3\), so it holds no/, /at least one/],
  ["not a number", /row 1 has NaN at place 2/, /Leave that row out/],
  ["infinite", /row 0 has -Infinity at place 1/, /Leave that row out/],
];
for (const [what, message, remedy] of others)
  test(`an array with ${what} is refused by name, with what to do`, () =>
    refused(bytesOf(golden.others[what]!), message, remedy));

test("every array that numpy saved for these tests is read or refused here", () => {
  assert.deepEqual(others.map(([what]) => what).sort(), Object.keys(golden.others).sort());
});

test("a file that is none, is cut off or has more than its shape says is refused", () => {
  const whole = bytesOf(golden.good["1.0"]!);
  refused(new Uint8Array(), /does not begin as one/);
  refused(new TextEncoder().encode("PK\u0003\u0004 an archive"), /does not begin as one/, /numpy\.save/);
  refused(whole.subarray(0, 8), /no header/);
  refused(whole.with(6, 9), /no header of NumPy's format 1, 2 or 3/);
  refused(whole.subarray(0, 60), /ends within its header/);
  refused(whole.subarray(0, whole.length - 1), /takes 24 bytes of numbers, and there are 23/);
  refused(Uint8Array.from([...whole, 0]), /takes 24 bytes of numbers, and there are 25/);
  refused(
    whole.map((byte, i) => (i > 10 && i < 40 ? 32 : byte)),
    /no "descr" that can be read/,
  );
});

test("sizes are bounded before anything is read", () => {
  const claims = (shape: string) => {
    const bytes = writeNpy(new Float32Array(4), 1000000, 1000000);
    return Uint8Array.from(bytes, (byte, i) => {
      const at = i - 10 - "{'descr': '<f4', 'fortran_order': False, 'shape': (".length;
      return at >= 0 && at < 16 ? shape.padEnd(16, " ").charCodeAt(at) : byte;
    });
  };
  refused(claims("100001, 1"), /has 100001 embeddings, but at most 100,000/, /array\[:100000\]/);
  refused(claims("99999999999, 999"), /at most 100,000/);
  refused(claims("3, 99999999999"), /takes 1199999999988 bytes of numbers, and there are 16/);
  assert.ok(maxNpyRows * 4 * 128 < maxNpyBytes, "as many of the toybox's embeddings fit");
  const large = new Uint8Array(maxNpyBytes + 1);
  large.set(bytesOf(golden.good["1.0"]!));
  refused(large, /more than 256 MiB/);
});

test("what is written is read again, also out of the middle of other bytes", () => {
  const matrix = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([rows, columns]) =>
    fc.tuple(
      fc.constant([rows, columns] as const),
      fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
        minLength: rows * columns,
        maxLength: rows * columns,
      }),
      fc.nat(7),
    ),
  );
  fc.assert(
    fc.property(matrix, ([[rows, columns], numbers, offset]) => {
      const data = Float32Array.from(numbers);
      const bytes = writeNpy(data, rows, columns);
      const inside = new Uint8Array(bytes.length + offset + 3);
      inside.set(bytes, offset);
      assert.ok(isNpy(bytes));
      assert.deepEqual(readNpy(inside.subarray(offset, offset + bytes.length)), { rows, columns, data });
    }),
  );
});

test("whatever bytes are changed, it is read or refused with what to do", () => {
  const whole = bytesOf(golden.good["1.0"]!);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      (changes) => {
        const bytes = whole.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        const found = readNpy(bytes);
        assert.ok("reason" in found ? found.reason && found.remedy : found.data.length === found.rows * found.columns);
      },
    ),
    { numRuns: 2000 },
  );
});
