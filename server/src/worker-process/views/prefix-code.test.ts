import assert from "node:assert/strict";
import { test } from "node:test";
import { prefixCode } from "./prefix-code.ts";

/** Kraft's sum, in units of 2^-15: a complete code has 2^15. */
const kraft = (lengths: Uint8Array) => lengths.reduce((sum, length) => sum + (length > 0 ? 2 ** (15 - length) : 0), 0);

test("frequent symbols have short words, canonical as in RFC 1951, and all words together leave no room", () => {
  const { lengths, words } = prefixCode(Uint32Array.of(1, 8, 0, 4, 1));
  assert.deepEqual([...lengths], [3, 1, 0, 2, 3]);
  // 110, 0, 10 and 111, the first bit lowest.
  assert.deepEqual([...words], [0b011, 0b0, 0, 0b01, 0b111]);
  assert.equal(kraft(lengths), 2 ** 15);
});

test("no word is longer than allowed, whatever the counts", () => {
  const fibonacci = new Uint32Array(30);
  fibonacci.forEach((_, i) => {
    fibonacci[i] = i < 2 ? 1 : fibonacci[i - 1]! + fibonacci[i - 2]!;
  });
  for (const longest of [7, 15]) {
    const { lengths } = prefixCode(fibonacci, longest);
    assert.ok(Math.max(...lengths) <= longest && Math.min(...lengths) > 0);
    assert.equal(kraft(lengths), 2 ** 15);
  }
});

test("a symbol that is alone has a word without bits", () => {
  assert.deepEqual([...prefixCode(Uint32Array.of(0, 5, 0)).lengths], [0, 0, 0]);
});
