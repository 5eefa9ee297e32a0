import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kind, ViewContext } from "@clipwork/engine";
import { basis } from "./basis.ts";
import { codes } from "./codes.ts";
import { file } from "./file.ts";
import { guidance } from "./guidance.ts";
import { image } from "./image.ts";
import { imageEmbedding } from "./image-embedding.ts";
import { json } from "./json.ts";
import { map } from "./map.ts";
import { mask } from "./mask.ts";
import { noise } from "./noise.ts";
import { plot } from "./plot.ts";
import { table } from "./table.ts";
import { textEmbedding } from "./text-embedding.ts";
import { tokens } from "./tokens.ts";

const f = (...numbers: number[]) => new Float32Array(numbers);
const alone: ViewContext = { source: async () => undefined };
const labels = { title: "Plot", xLabel: "x", yLabel: "y" };
const column = (name: string, type: string, values: readonly unknown[]) => ({ name, type, values });

const flat = {
  method: "pca",
  points: f(0, 1, 2, 3),
  embeddings: f(1, 2, 3, 4),
  labels: [] as readonly string[],
  plane: { mean: f(1, 2), axes: f(1, 0, 0, 1), shares: [0.75, 0.25] },
};

const cases: readonly (readonly [
  kind: Kind,
  right: readonly unknown[],
  wrong: readonly (readonly [unknown, RegExp])[],
])[] = [
  [
    image as Kind,
    [{ width: 2, height: 1, data: f(0, 0, 0, 0, 0, 0) }],
    [
      [{ width: 2, height: 2, data: f(0) }, /2 × 2 pixels need 12 numbers, and it has 1/],
      [{ width: 0, height: 0, data: f() }, /sides are not whole numbers/],
      [{ width: 1, height: 1, data: [0, 0, 0] }, /no float32 data/],
      [null, /no float32 data/],
    ],
  ],
  [
    mask as Kind,
    [{ width: 2, height: 1, data: f(0, 1) }],
    [
      [{ width: 2, height: 2, data: f(0) }, /2 × 2 pixels need 4 numbers, and it has 1/],
      [{ width: 0, height: 0, data: f() }, /sides are not whole numbers/],
      [{ width: 1, height: 1, data: [0] }, /no float32 data/],
      [{ width: 2, height: 1, data: f(0, 1.5) }, /1.5 does not lie between 0 and 1/],
      [{ width: 1, height: 1, data: f(Number.NaN) }, /NaN does not lie/],
    ],
  ],
  [
    codes as Kind,
    [{ codes: Int32Array.of(0, 255, 7), buckets: 256 }],
    [
      [{ codes: [0, 1], buckets: 2 }, /no int32 codes/],
      [{ codes: new Int32Array(), buckets: 2 }, /no int32 codes/],
      [{ codes: Int32Array.of(0) }, /buckets are no whole number/],
      [{ codes: Int32Array.of(0, 2), buckets: 2 }, /code 2 is 2, and there are 2 buckets/],
      [{ codes: Int32Array.of(-1), buckets: 2 }, /code 1 is -1/],
    ],
  ],
  [
    noise as Kind,
    [
      { channels: 3, height: 1, width: 2, data: f(0, 0, 0, 0, 0, 9) },
      { channels: 1, height: 1, width: 1, data: f(0) },
    ],
    [
      [{ channels: 3, height: 2, width: 2, data: f(0) }, /3 × 2 × 2 need 12 numbers, and it has 1/],
      [{ channels: 0, height: 1, width: 1, data: f() }, /channels and sides are not whole numbers/],
      [{ channels: 1, height: 1, width: 1, data: [0] }, /no float32 data/],
    ],
  ],
  [
    textEmbedding as Kind,
    [{ text: "", embedding: f(1), states: f(1, 2, 3, 4), mask: f(1, 0) }],
    [
      [{ embedding: f(1), states: f(1), mask: f(1) }, /no text/],
      [{ text: "", embedding: f(1), states: f(1, 2, 3), mask: f(1, 0) }, /2 tokens do not share 3 numbers/],
      [{ text: "", embedding: f(), states: f(1), mask: f(1) }, /float32/],
    ],
  ],
  [
    tokens as Kind,
    [{ pieces: ["a", "b"], cut: "" }],
    [
      [{ pieces: ["a", 1], cut: "" }, /list of pieces/],
      [{ pieces: [] }, /what was cut/],
    ],
  ],
  [
    imageEmbedding as Kind,
    [{ embedding: f(1) }],
    [
      [{ embedding: [1] }, /no float32/],
      [undefined, /no float32/],
    ],
  ],
  [
    map as Kind,
    [
      flat,
      { ...flat, labels: ["a", "b"], sheet: { side: 8, columns: 2, webp: new Uint8Array(1) } },
      { method: "umap", points: f(0, 1), embeddings: f(1, 2, 3), labels: [] },
    ],
    [
      [{ ...flat, method: "tsne" }, /its method is tsne/],
      [{ ...flat, points: f(1, 2, 3) }, /x and y of each point/],
      [{ ...flat, points: [0, 1, 2, 3] }, /x and y of each point/],
      [{ ...flat, points: f() }, /x and y of each point/],
      [{ ...flat, points: new Float32Array(20_002) }, /more than 10000 points/],
      [{ ...flat, embeddings: f(1, 2, 3) }, /2 points do not share its embeddings/],
      [{ ...flat, labels: ["a"] }, /2 points have 1 labels/],
      [{ ...flat, labels: ["a", 2] }, /not a list of texts/],
      [{ ...flat, method: "umap" }, /a map by PCA is a plane/],
      [{ ...flat, plane: undefined }, /a map by PCA is a plane/],
      [{ ...flat, plane: { ...flat.plane, axes: f(1, 0) } }, /two axes of 2 numbers/],
      [{ ...flat, plane: { ...flat.plane, shares: [1] } }, /no two shares/],
      [{ ...flat, sheet: { side: 8, columns: 0, webp: new Uint8Array(1) } }, /no side or no columns/],
      [{ ...flat, sheet: { side: 8, columns: 2, webp: new Uint8Array() } }, /no bytes/],
      [{ ...flat, sheet: { side: 9_000, columns: 2, webp: new Uint8Array(1) } }, /more than 16383 pixels a side/],
    ],
  ],
  [
    basis as Kind,
    [{ mean: f(0, 0), components: f(1, 0, 0, 1), eigenvalues: f(2, 1) }],
    [
      [{ mean: f(), components: f(), eigenvalues: f() }, /no float32 mean/],
      [{ mean: f(0, 0), components: f(1, 0), eigenvalues: f(2, 1) }, /2 directions of 2 numbers need 4/],
      [{ mean: f(0, 0), components: f(1, 0, 0, 1), eigenvalues: f(2) }, /needs 2 float32 eigenvalues/],
      [{ mean: f(0, 0), components: f(1, 0, 0, 1), eigenvalues: f(1, 2) }, /do not fall/],
      [{ mean: f(0, 0), components: f(1, 0, 0, 1), eigenvalues: f(1, -1) }, /do not fall/],
    ],
  ],
  [
    guidance as Kind,
    [
      { scale: 2, negative: "" },
      { scale: 2, negative: "", course: { from: 0, to: 1, schedule: "linear" } },
    ],
    [
      ...[{}, { from: 0.5, to: 0.2 }, { from: -1 }, { to: 2 }, { to: Number.NaN }, { schedule: "sine" }].map(
        (wrong, i) =>
          [
            { scale: 2, negative: "", course: i === 0 ? {} : { from: 0, to: 1, schedule: "linear", ...wrong } },
            /course/,
          ] as const,
      ),
      [{ scale: Number.NaN, negative: "" }, /finite scale/],
      ["", /guidance/],
    ],
  ],
  [
    table as Kind,
    [
      { columns: [column("a", "integer", [1, null]), column("b", "text", ["x", "y"])] },
      { columns: [column("a", "text", [])] },
    ],
    [
      [{ columns: [] }, /no columns/],
      [{ columns: [null] }, /a column has no name/],
      [{ columns: [column("a", "float", [])] }, /the column "a" has the type float/],
      [{ columns: [column("a", "text", ["x"]), column("b", "text", [])] }, /"b" does not have as many values/],
      [{ columns: [column("a", "text", []), column("a", "text", [])] }, /two columns are called "a"/],
      [
        { columns: [column("a", "number", [1, Number.POSITIVE_INFINITY])] },
        /row 2 of the column "a" is not of this type: number/,
      ],
    ],
  ],
  [
    json as Kind,
    [null, { a: [1, "b", { c: true }] }],
    [
      [{ a: { b: [Number.NaN] } }, /NaN at \/a\/b\/0/],
      [{ a: f(1) }, /Float32Array at \/a/],
      [Array.from({ length: 70 }).reduce<unknown>((inner) => [inner], 1), /deeper than 64/],
    ],
  ],
  [
    file as Kind,
    [{ media: "application/zip", ending: ".zip", bytes: new Uint8Array(3) }],
    [
      [{ media: "text/html; charset=utf-8", ending: ".html", bytes: new Uint8Array() }, /media type/],
      [{ media: "text/plain", ending: "../x", bytes: new Uint8Array() }, /ending/],
      [{ media: "text/plain", ending: ".txt", bytes: "text" }, /no bytes/],
    ],
  ],
  [
    plot as Kind,
    [
      { ...labels, plot: "line", series: [{ name: "a", x: [1, 2], y: [3, 4] }] },
      { ...labels, plot: "bar", categories: ["a"], series: [{ name: "a", values: [1] }] },
      { ...labels, plot: "bar", categories: ["a"], series: [{ name: "a", values: [1], low: [0], high: [1] }] },
      { ...labels, plot: "line", series: [{ name: "a", x: [1], y: [3], low: [2], high: [4] }] },
      { ...labels, plot: "histogram", edges: [0, 1, 2], series: [{ name: "a", values: [1, 0] }] },
      { ...labels, plot: "heat-map", columns: ["a", "b"], rows: ["c"], values: [0, 1] },
    ],
    [
      [{ plot: "line", series: [] }, /title and labels/],
      [{ ...labels, plot: "line", series: [] }, /no series/],
      [{ ...labels, plot: "pie", series: [{ name: "a" }] }, /there is no plot called pie/],
      [{ ...labels, plot: "scatter", series: [{ name: "a", x: [1, 2], y: [3] }] }, /"a" has 2 x and 1 y/],
      [
        { ...labels, plot: "line", series: [{ name: "a", x: [1], y: [3], low: [2] }] },
        /as many intervals, from low to high/,
      ],
      [{ ...labels, plot: "line", series: [{ name: "a", x: [1], y: [3], low: [4], high: [2] }] }, /from low to high/],
      [
        {
          ...labels,
          plot: "bar",
          categories: ["a"],
          series: ["a", "b"].map((name) => ({ name, values: [1], low: [0], high: [1] })),
        },
        /"a" has intervals, which only one series of bars may have/,
      ],
      [{ ...labels, plot: "line", series: [{ name: "a", x: [1], y: [Number.NaN] }] }, /finite numbers/],
      [
        { ...labels, plot: "bar", categories: ["a", "b"], series: [{ name: "a", values: [1] }] },
        /a finite number per category/,
      ],
      [{ ...labels, plot: "histogram", edges: [0, 0], series: [{ name: "a", values: [1] }] }, /increasing edges/],
      [{ ...labels, plot: "heat-map", columns: ["a"], rows: ["c"], values: [0, 1] }, /1 × 1 cells/],
    ],
  ],
];

for (const [kind, right, wrong] of cases) {
  test(`a ${kind.noun} is checked, and anything else is refused with a reason`, () => {
    for (const value of right) assert.equal(kind.check(value), undefined, JSON.stringify(value));
    for (const [value, reason] of wrong) assert.match(kind.check(value) ?? "", reason);
  });

  test(`a ${kind.noun} can be looked at`, async () => {
    for (const value of right) {
      const view = await kind.view(value as never, alone);
      assert.doesNotThrow(() => structuredClone(view));
    }
  });
}

test("an image embedding is shown beside the caption that it was made from", async () => {
  const caption = { text: "", embedding: f(1, 0), states: f(1), mask: f(1) };
  const asked: string[] = [];
  const source = async (kind: string) => {
    asked.push(kind);
    return caption;
  };
  const view = await imageEmbedding.view({ embedding: f(0, 1) }, { source });
  assert.deepEqual(view, { kind: "embedding", numbers: f(0, 1), beside: f(1, 0) });
  assert.deepEqual(asked, ["text-embedding"]);
});
