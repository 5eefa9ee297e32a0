// The measures of whole sets: Fréchet distance, precision and recall, diversity, the linear probe, CLIP score.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type NodeDefinition, NodeError } from "@clipwork/engine";
import { plot as plotKind } from "../kinds/plot.ts";
import type { PlotValue } from "../kinds/plot-data.ts";
import { type TableValue, table as tableKind } from "../kinds/table.ts";
import type { NodeServices } from "../stage/services.ts";
import { frechet } from "../statistics/frechet.ts";
import { wilson } from "../statistics/interval.ts";
import { moments } from "../statistics/moments.ts";
import { precisionRecall } from "../statistics/precision-recall.ts";
import { runNode, tinyArrays, tinyPack, tinyPackWith } from "../testing/index.ts";
import { cosine } from "../vectors/vectors.ts";
import { aesthetic } from "./aesthetic.ts";
import { clipScore } from "./clip-score.ts";
import { diversity } from "./diversity.ts";
import { frechetDistance } from "./frechet.ts";
import { precisionAndRecall } from "./precision-recall.ts";

const embedding = (i: number, length = 8) => ({
  embedding: Float32Array.from({ length }, (_, k) => Math.sin(i * 7 + k * 3) + (k === i % length ? 1 : 0)),
});
const set = (count: number, first = 0) => Array.from({ length: count }, (_, i) => embedding(first + i));
const vectors = (count: number, first = 0) => set(count, first).map((one) => one.embedding);
const caption = (i: number, length = 8) => ({
  text: `caption ${i}`,
  embedding: embedding(i + 100, length).embedding,
  states: new Float32Array(length),
  mask: new Float32Array(1),
});

type Out = { readonly table: TableValue; readonly plot: PlotValue; readonly items?: TableValue };

async function run(
  node: NodeDefinition<NodeServices>,
  inputs: object,
  params = {},
  options: Parameters<typeof runNode>[3] = {},
) {
  const { outputs, ...more } = await runNode(node, inputs, params, options);
  const { table, plot, items } = outputs as Out;
  for (const value of [table, items]) if (value) assert.equal(tableKind.check(value), undefined);
  assert.equal(plotKind.check(plot), undefined);
  return { table, plot, items, ...more, rows: rowsOf(table) };
}

/** The rows of a table of measures, each as it is, by measure and group. */
function rowsOf({ columns }: TableValue) {
  const values = (name: string) => columns.find((one) => one.name === name)?.values;
  return values("measure")!.map((measure, i) => ({
    measure: measure as string,
    group: values("group")?.[i] as number | undefined,
    value: values("value")![i] as number,
    low: values("low")![i] as number,
    high: values("high")![i] as number,
    items: values("items")![i] as number,
  }));
}

const inside = ({ value, low, high }: { value: number; low: number; high: number }) => low <= value && value <= high;
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)), `${a}, not ${b}`);

test("the Fréchet distance is that of the two sets' moments; a set has none to itself", async () => {
  const { rows } = await run(frechetDistance, { made: set(20), real: set(30, 50) }, { resamples: 20 });
  near(rows[0]!.value, frechet(moments(vectors(30, 50)), moments(vectors(20))));
  assert.equal(rows[0]!.measure, "Fréchet distance (CLIP)");
  assert.ok(inside(rows[0]!) && rows[0]!.low < rows[0]!.high, "the value lies in its interval");
  const few = await run(frechetDistance, { made: set(5), real: set(30, 50) }, { resamples: 40 });
  assert.ok(inside(few.rows[0]!), "repeats of few pictures do not move the interval");
  const same = await run(frechetDistance, { made: set(20), real: set(20) }, { resamples: 20 });
  assert.ok(Math.abs(same.rows[0]!.value) < 1e-6);
});

test("without real pictures the distance is to the pack's own statistics, and counts them in the fingerprint", async () => {
  const { rows } = await run(frechetDistance, { made: set(20) }, { resamples: 20 });
  const { mean, covariance } = tinyArrays["clip-statistics"]!;
  const reference = { mean: Float64Array.from(mean!.data), covariance: Float64Array.from(covariance!.data) };
  near(rows[0]!.value, frechet(reference, moments(vectors(20))));
  assert.deepEqual(frechetDistance.optionalArrays, ["clip-statistics"]);
});

test("each group has a distance of its own; groups that cannot be compared are reported once", async () => {
  const groups = [...Array(12).fill(2), ...Array(5).fill(1)];
  const { rows, notices, progress, previews } = await run(
    frechetDistance,
    { made: set(17), groups },
    { resamples: 20 },
  );
  assert.deepEqual(
    rows.map(({ group, items }) => [group, items]),
    [
      [1, 5],
      [2, 12],
    ],
  );
  const [notice, ...more] = notices;
  assert.match(notice!, /8 dimensions needs more than 8 pictures, and the groups have 5 to 12: .* cannot be compared/);
  assert.deepEqual(more, []);
  assert.deepEqual([progress.length, progress.at(-1)], [40, [40, 40]]);
  assert.equal(previews.length, 2);
});

test("a plot of too few pictures for a full covariance says so; groups of one size are comparable", async () => {
  const { plot, notices } = await run(
    frechetDistance,
    { made: set(10), groups: [1, 1, 1, 1, 1, 2, 2, 2, 2, 2] },
    { resamples: 20 },
  );
  assert.match(plot.title, /5 pictures for 8 dimensions: too large/);
  assert.deepEqual(notices, []);
  assert.doesNotMatch((await run(frechetDistance, { made: set(9) }, { resamples: 20 })).plot.title, /too large/);
});

test("one seed has one interval; another has another", async () => {
  const interval = async (seed: number) => {
    const { rows } = await run(frechetDistance, { made: set(20) }, { seed, resamples: 20 });
    return [rows[0]!.low, rows[0]!.high];
  };
  assert.deepEqual(await interval(3), await interval(3));
  assert.notDeepEqual(await interval(3), await interval(4));
});

test("a bootstrap is cancelled within one resample", async () => {
  const controller = new AbortController();
  const running = run(frechetDistance, { made: set(20) }, { resamples: 10_000 }, { signal: controller.signal });
  setImmediate(() => controller.abort(new Error("enough")));
  await assert.rejects(running, /enough/);
});

test("precision and recall are those of sets of one size, with Wilson's intervals", async () => {
  const { rows } = await run(precisionAndRecall, { made: set(20), real: set(12, 3) });
  const { made, real } = precisionRecall(vectors(12, 3), vectors(12));
  const share = (name: string, right: readonly boolean[]) => {
    const count = right.filter(Boolean).length;
    return { measure: name, group: undefined, value: count / 12, ...wilson(count, 12), items: 12 };
  };
  assert.deepEqual(rows, [share("precision", made), share("recall", real)]);
  const more = await run(precisionAndRecall, { made: set(12), real: set(20, 3) });
  assert.deepEqual(more.rows, rows, "of the larger set the first are taken, on either side");
  const far = set(12).map(({ embedding }) => ({ embedding: embedding.map((value) => value + 100) }));
  assert.deepEqual(
    (await run(precisionAndRecall, { made: far, real: set(12) })).rows.map(({ value }) => value),
    [0, 0],
  );
});

test("precision and recall know the embeddings that the pack keeps, and each group", async () => {
  const { rows, plot } = await run(precisionAndRecall, { made: set(10), groups: [1, 1, 1, 1, 1, 2, 2, 2, 2, 2] });
  assert.deepEqual(
    rows.map(({ measure, group, items }) => [measure, group, items]),
    [
      ["precision", 1, 5],
      ["recall", 1, 5],
      ["precision", 2, 5],
      ["recall", 2, 5],
    ],
  );
  assert.ok(plot.plot === "line" && plot.series.length === 2 && plot.title.includes("5 pictures"));
});

test("diversity is the mean of 1 - cosine over pairs: 0 for copies, 1 for what is at right angles", async () => {
  const { rows } = await run(diversity, { images: set(6) });
  const all = vectors(6);
  const pairs = all.flatMap((a, i) => all.slice(i + 1).map((b) => 1 - cosine(a, b)));
  near(rows[0]!.value, pairs.reduce((sum, one) => sum + one, 0) / 15);
  assert.ok(inside(rows[0]!));
  const unit = (i: number) => ({ embedding: Float32Array.from({ length: 8 }, (_, k) => (k === i ? 2 : 0)) });
  assert.equal((await run(diversity, { images: [0, 1, 2].map(unit) })).rows[0]!.value, 1);
  assert.equal((await run(diversity, { images: [unit(1), unit(1)] })).rows[0]!.value, 0);
  // A picture that is drawn twice is no pair with itself, which would make the distance less.
  const { low, high } = (await run(diversity, { images: [0, 1, 2, 3, 4, 5, 6, 7].map(unit) })).rows[0]!;
  assert.deepEqual([low, high], [1, 1]);
});

test("diversity of two pictures has no interval but all that a distance can be, and of three none that a lone picture widens", async () => {
  const two = (await run(diversity, { images: set(2) })).rows[0]!;
  assert.deepEqual([two.low, two.high], [0, 2]);
  const right = [0, 1, 2].map((i) => ({ embedding: Float32Array.from({ length: 8 }, (_, k) => (k === i ? 1 : 0)) }));
  for (const seed of [0, 1, 2, 3]) {
    const { low, high } = (await run(diversity, { images: right }, { seed })).rows[0]!;
    assert.deepEqual([low, high], [1, 1], `seed ${seed}`);
  }
});

test("the Fréchet distance of a set to itself is 0, and no end of its interval lies below", async () => {
  const { value, low, high } = (await run(frechetDistance, { made: set(20), real: set(20) })).rows[0]!;
  assert.ok(value >= 0 && value < 1e-6, `${value}`);
  assert.equal(low, 0);
  assert.ok(high > 0);
});

test("a mean of one picture is said to have no interval", async () => {
  const scored = await run(clipScore, { images: set(1), captions: [caption(1)] });
  const judged = await run(aesthetic, { images: set(1) });
  for (const { notices } of [scored, judged]) assert.match(notices.join(), /only one of the pictures/);
});

test("the linear probe's score is weight · embedding + bias", async () => {
  const { rows, items } = await run(aesthetic, { images: set(5) });
  const scores = vectors(5).map((vector) => vector.reduce((sum, value, i) => sum + i * value, 10));
  items!.columns[1]!.values.forEach((score, i) => {
    near(score as number, scores[i]!);
  });
  near(rows[0]!.value, scores.reduce((sum, one) => sum + one, 0) / 5);
  assert.ok(inside(rows[0]!));
  assert.deepEqual(aesthetic.arrays, ["aesthetic-probe"]);
});

test("CLIP score is the mean cosine, and 2.5 times its positive part", async () => {
  const images = set(12);
  const captions = images.map((_, i) => caption(i));
  const { rows, items } = await run(clipScore, { images, captions });
  const cosines = images.map(({ embedding }, i) => cosine(embedding, captions[i]!.embedding));
  assert.ok(cosines.some((one) => one < 0) && cosines.some((one) => one > 0));
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  near(rows[0]!.value, mean(cosines));
  near(rows[1]!.value, mean(cosines.map((one) => 2.5 * Math.max(0, one))));
  assert.ok(rows.every(inside));
  assert.deepEqual(
    items!.columns[1]!.values,
    captions.map(({ text }) => text),
  );
  const one = await run(clipScore, { images, captions: [captions[0]], groups: images.map((_, i) => 1 + (i % 6)) });
  near(one.rows[0]!.value, mean([0, 6].map((i) => cosine(images[i]!.embedding, captions[0]!.embedding))));
});

const without = { ...tinyPack, manifest: { ...tinyPackWith({}).manifest, arrays: {} } };
const wide = {
  "clip-statistics": {
    mean: { shape: [3], data: new Float64Array(3) },
    covariance: { shape: [3, 3], data: new Float64Array(9) },
  },
};
const uneven = { "clip-statistics": { mean: { shape: [3], data: new Float64Array(3) } } };
const mixed = [embedding(1), embedding(2), embedding(3, 4), embedding(4), embedding(5)];
const refusals: readonly [
  node: NodeDefinition<NodeServices>,
  what: string,
  inputs: object,
  message: RegExp,
  options?: object,
][] = [
  [frechetDistance, "no pictures", { made: [] }, /There are 0 of the made pictures, but at least 2/],
  [frechetDistance, "one picture", { made: set(1) }, /There is 1 of the made pictures, but at least 2/],
  [frechetDistance, "one real picture", { made: set(3), real: set(1) }, /There is 1 of the real pictures/],
  [
    frechetDistance,
    "one picture in a group",
    { made: set(3), groups: [1, 1, 2] },
    /There is 1 of the made pictures in group 2/,
  ],
  [frechetDistance, "two sizes", { made: mixed }, /Embedding 3 has 4 numbers, but the first has 8/],
  [
    frechetDistance,
    "real ones of another size",
    { made: set(3), real: [embedding(1, 4), embedding(2, 4)] },
    /has 4 numbers, but the first has 8/,
  ],
  [
    frechetDistance,
    "a pack without statistics",
    { made: set(3) },
    /"toybox" has no statistics of real pictures/,
    { pack: without },
  ],
  [
    frechetDistance,
    "statistics of another size",
    { made: set(3) },
    /8 numbers, but the statistics .* are of 3/,
    { arrays: wide },
  ],
  [frechetDistance, "statistics that are not whole", { made: set(3) }, /are not of one size/, { arrays: uneven }],
  [
    precisionAndRecall,
    "fewer than four pictures",
    { made: set(3) },
    /There are 3 of the made pictures, but at least 4/,
  ],
  [
    precisionAndRecall,
    "fewer than four real ones",
    { made: set(5), real: set(3) },
    /There are 3 of the real pictures, but at least 4/,
  ],
  [
    precisionAndRecall,
    "a pack that keeps no embeddings",
    { made: set(5) },
    /There are 0 of the real pictures/,
    { arrays: { "clip-statistics": { ...tinyArrays["clip-statistics"], embeddings: undefined } } },
  ],
  [precisionAndRecall, "two sizes", { made: mixed }, /Embedding 3 has 4 numbers/],
  [diversity, "one picture", { images: set(1) }, /There is 1 of the pictures, but at least 2/],
  [diversity, "one picture in a group", { images: set(3), groups: [1, 1, 7] }, /1 of the pictures in group 7/],
  [
    diversity,
    "more pictures than it can compare",
    { images: set(2001) },
    /There are 2001 pictures, but at most 2,000 can be compared pair by pair/,
  ],
  [
    precisionAndRecall,
    "more pictures than it can compare",
    { made: set(2001), real: set(2001) },
    /There are 2001 made and real pictures, but at most 2,000/,
  ],
  [diversity, "two sizes", { images: mixed }, /Embedding 3 has 4 numbers/],
  [aesthetic, "no pictures", { images: [] }, /There are 0 of the pictures/],
  [
    aesthetic,
    "another space",
    { images: [embedding(1, 4)] },
    /have 4 numbers, but the probe of the pack "toybox" is of 8/,
  ],
  [
    clipScore,
    "what stands for no image",
    { images: [{ embedding: new Float32Array(8), none: true }], captions: [caption(1)] },
    /stands for no image/,
  ],
  [clipScore, "no pictures", { images: [], captions: [caption(1)] }, /There are 0 of the pictures/],
  [
    clipScore,
    "captions of another number",
    { images: set(3), captions: [caption(1), caption(2)] },
    /3 pictures, but 2 captions/,
  ],
  [
    clipScore,
    "captions of another space",
    { images: set(1), captions: [caption(1, 4)] },
    /of 8 numbers, but its caption one of 4/,
  ],
  [
    clipScore,
    "groups of another number",
    { images: set(2), captions: [caption(1)], groups: [1] },
    /2 pictures, but 1 item in/,
  ],
];
for (const [node, what, inputs, message, options] of refusals)
  test(`${node.type} refuses ${what}, with what to do`, () =>
    assert.rejects(run(node, inputs, { pack: "toybox" }, options), (error) => {
      assert.ok(error instanceof NodeError && error.remedy, String(error));
      assert.match(error.message, message);
      return true;
    }));
