import fc from "fast-check";

/** Bytes that were right, with some changed, cut out or put in: most readers refuse what is arbitrary at its first byte. */
export function mutants(right: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    at: fc.nat(),
    cut: fc.nat({ max: 16 }),
    put: fc.uint8Array({ maxLength: 16 }),
  });
  return fc
    .tuple(fc.constantFrom(...right), fc.array(change, { minLength: 1, maxLength: 6 }))
    .map(([bytes, changes]) => {
      let now = Buffer.from(bytes);
      for (const { at, cut, put } of changes) {
        const place = at % (now.length + 1);
        now = Buffer.concat([now.subarray(0, place), put, now.subarray(place + cut)]);
      }
      return new Uint8Array(now);
    });
}

const digits = 10 ** 5;
/** Numerals at the edges of what JSON and numbers can say, and beyond them. */
export const numerals: readonly string[] = [
  ...["1e400", "-1e400", "1e-400", "-0", "-0.0e-0", "1E+308", "9007199254740993", "00", "1.", ".5", "+1", "0x1", "NaN"],
  ...["9".repeat(digits), `0.${"1".repeat(digits)}`, `1e${"9".repeat(digits)}`, `1e-${"9".repeat(digits)}`],
];

/** JSON texts that were right, with one of their numbers written otherwise. */
export function oddNumerals(right: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(right, fc.nat(), fc.constantFrom(...numerals)).map(([text, which, numeral]) => {
    const found = [...text.matchAll(/(?<=[:[,] ?)-?\d+/g)];
    const one = found[which % Math.max(1, found.length)];
    return one ? text.slice(0, one.index) + numeral + text.slice(one.index + one[0].length) : text;
  });
}

/** Values that were right, with one part replaced by anything that JSON has. */
export function changedJson(right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(right, fc.array(fc.nat(), { minLength: 1, maxLength: 8 }), fc.jsonValue())
    .map(([value, path, put]) => replaced(value, path, put));
}

function replaced(value: unknown, [step, ...rest]: readonly number[], put: unknown): unknown {
  if (step === undefined || typeof value !== "object" || value === null) return put;
  const entries = Object.entries(value);
  if (entries.length === 0) return put;
  const [name, inner] = entries[step % entries.length]!;
  const changed = replaced(inner, rest, put);
  if (Array.isArray(value)) return value.map((one, i) => (String(i) === name ? changed : one));
  return { ...value, [name]: changed };
}
