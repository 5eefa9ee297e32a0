import assert from "node:assert/strict";
import { test } from "node:test";
import { compareFacts, comparePixels, differentValues, isWithinTolerance } from "./compare-runs.ts";

const picture = (width: number, ...data: number[]) => ({
  width,
  height: data.length / 3 / width,
  data: Uint8Array.from(data),
});

test("pixels: the largest difference and the ratio, none for pictures of different sizes", () => {
  const a = picture(1, 10, 20, 30);
  assert.deepEqual(comparePixels(a, a), { largest: 0, psnr: Number.POSITIVE_INFINITY });
  // One of three values is off by 255: the mean square is 255² / 3.
  const far = comparePixels(picture(1, 0, 0, 0), picture(1, 255, 0, 0))!;
  assert.deepEqual([far.largest, far.psnr.toFixed(4)], [255, (10 * Math.log10(3)).toFixed(4)]);
  assert.equal(comparePixels(a, picture(2, 1, 2, 3, 4, 5, 6)), undefined);
});

test("tolerance takes what nobody sees, and finds one wrong spot in a large picture", () => {
  const grey = (change: (i: number) => number) => ({
    width: 64,
    height: 64,
    data: Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => 128 + change(i)),
  });
  const whole = grey(() => 0);
  const within = (change: (i: number) => number) => isWithinTolerance(comparePixels(whole, grey(change))!);
  assert.equal(
    within((i) => (i % 2 === 0 ? 2 : -2)),
    true,
  );
  assert.equal(
    within((i) => (i % 2 === 0 ? 3 : -3)),
    false,
  );
  assert.equal(
    within((i) => (i === 7 ? 32 : 0)),
    true,
  );
  assert.equal(
    within((i) => (i === 7 ? 33 : 0)),
    false,
  );
});

test("values: what differs comes in the order of the first, then what only the second has", () => {
  const before = [
    ["a", 0, "1"],
    ["b", 0, "2"],
    ["b", 1, "3"],
    ["c", 0, "4"],
  ] as const;
  const now = [
    ["d", 0, "9"],
    ["a", 0, "1"],
    ["b", 0, "2"],
    ["b", 1, "x"],
  ] as const;
  assert.deepEqual(differentValues(before, now), [
    { node: "b", item: 1 },
    { node: "c", item: 0 },
    { node: "d", item: 0 },
  ]);
  assert.deepEqual(differentValues(before, before), []);
});

test("the same value under another name is no difference, a new value under a known name is", () => {
  const before = [
    ["twin", 0, "1"],
    ["b", 0, "2"],
  ] as const;
  assert.deepEqual(
    differentValues(before, [
      ["own", 0, "1"],
      ["b", 0, "2"],
    ]),
    [],
  );
  assert.deepEqual(
    differentValues(before, [
      ["own", 0, "x"],
      ["b", 0, "1"],
    ]),
    [
      { node: "twin", item: 0 },
      { node: "b", item: 0 },
      { node: "own", item: 0 },
    ],
  );
});

type Names = { readonly [name: string]: string };

test("facts: numerics, the stages that count, node packs and versions", () => {
  const run = (numerics: string, stages: Names, versions: Names) => ({
    numerics,
    stages,
    versions,
    nodePacks: [`@studio/film@${numerics} sha256:0`, "same@1 sha256:1"],
  });
  const facts = compareFacts(
    run("cpu; a", { "p/decoder": "1", "p/prior": "2" }, { node: "24", old: "1" }),
    run("cuda; a", { "p/decoder": "x", "p/prior": "y" }, { node: "26" }),
    (stage) => stage === "p/decoder",
  );
  assert.deepEqual(facts, [
    { fact: "numerics", before: "cpu; a", now: "cuda; a" },
    { fact: "model stage p/decoder", before: "1", now: "x" },
    { fact: "node pack @studio/film", before: "@studio/film@cpu; a sha256:0", now: "@studio/film@cuda; a sha256:0" },
    { fact: "version of node", before: "24", now: "26" },
    { fact: "version of old", before: "1", now: undefined },
  ]);
});
