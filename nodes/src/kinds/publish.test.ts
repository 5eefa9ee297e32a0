import assert from "node:assert/strict";
import { test } from "node:test";
import { readCsv } from "@clipwork/engine/testing";
import sharp from "sharp";
import { codes } from "./codes.ts";
import { image } from "./image.ts";
import { type MapValue, map } from "./map.ts";
import { mask } from "./mask.ts";
import { noise } from "./noise.ts";
import { fromRgb8, type Rgb8 } from "./pixels.ts";
import { plot } from "./plot.ts";
import type { PlotValue } from "./plot-data.ts";
import { makeSheet } from "./sheet.ts";
import { type TableValue, table } from "./table.ts";

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("a table is written as CSV with a line of names, and as JSON records", async () => {
  const value: TableValue = {
    columns: [
      { name: "shape", type: "text", values: ["cube", null] },
      { name: "cosine", type: "number", values: [0.1, -2e-7] },
    ],
  };
  const [csv, json] = await table.publish(value);
  assert.equal(textOf(csv!.bytes), "shape,cosine\r\ncube,0.1\r\n,-2e-7\r\n");
  assert.deepEqual(JSON.parse(textOf(json!.bytes)), [
    { shape: "cube", cosine: 0.1 },
    { shape: null, cosine: -2e-7 },
  ]);
});

test("codes are shown as bars and written as JSON", async () => {
  const value = { codes: Int32Array.of(3, 0), buckets: 4 };
  const [json] = await codes.publish(value);
  assert.deepEqual(JSON.parse(textOf(json!.bytes)), { buckets: 4, codes: [3, 0] });
  const view = await codes.view(value, { source: async () => undefined });
  assert.ok(view.kind === "plot" && view.title === "2 codes of 4 buckets");
  const [{ data }] = view.chart.series as [{ data: number[] }];
  assert.deepEqual(data, [3, 0]);
});

test("an image is written as PNG, byte for byte", async () => {
  const rgb = Uint8Array.from({ length: 3 * 3 * 2 }, (_, i) => (i * 37) % 256);
  const [png] = await image.publish(fromRgb8({ width: 3, height: 2, data: rgb }));
  const { data, info } = await sharp(png!.bytes).raw().toBuffer({ resolveWithObject: true });
  assert.deepEqual([info.width, info.height, info.channels], [3, 2, 3]);
  assert.deepEqual(new Uint8Array(data), rgb);
});

test("noise is written as a NumPy array of its shape, and as a PNG from -3 to 3 standard deviations", async () => {
  const planes = [-3, 9, 0, 3, 3, 0];
  const [npy, png] = await noise.publish({ channels: 3, height: 1, width: 2, data: new Float32Array(planes) });
  assert.match(textOf(npy!.bytes), /'shape': \(3, 1, 2\)/);
  assert.equal(new DataView(npy!.bytes.buffer).getFloat32(npy!.bytes.length - 4 * 5, true), 9);
  const { data } = await sharp(png!.bytes).raw().toBuffer({ resolveWithObject: true });
  assert.deepEqual([...data], [0, 128, 255, 255, 255, 128]);
});

test("a mask is written as a grey PNG, white where it repaints", async () => {
  const [png] = await mask.publish({ width: 3, height: 1, data: new Float32Array([0, 1, 0.2]) });
  const { data } = await sharp(png!.bytes).raw().toBuffer({ resolveWithObject: true });
  assert.deepEqual([...data], [0, 0, 0, 255, 255, 255, 51, 51, 51]);
});

test("noise of another number of channels is drawn in grey, by its first", async () => {
  const view = await noise.view(
    { channels: 4, height: 1, width: 1, data: new Float32Array([3, 0, 0, 0]) },
    { source: async () => undefined },
  );
  assert.deepEqual(view, { kind: "picture", width: 1, height: 1, rgb: new Uint8Array([255, 255, 255]) });
});

const labels = { title: "A <b>bold</b> & plain title", xLabel: "step", yLabel: "norm" };
const plots: readonly PlotValue[] = [
  { ...labels, plot: "line", series: [{ name: "one", x: [0, 1, 2], y: [1, 4, 9] }] },
  { ...labels, plot: "scatter", series: [{ name: "one", x: [0, 1, 2], y: [1, 4, 9] }] },
  { ...labels, plot: "bar", categories: ["a", "b"], series: [{ name: "one", values: [1, 2] }] },
  { ...labels, plot: "histogram", edges: [0, 1, 3], series: [{ name: "one", values: [5, 7] }] },
  { ...labels, plot: "heat-map", columns: ["a", "b"], rows: ["c"], values: [0.123456, 1] },
];

for (const value of plots)
  test(`a ${value.plot} plot is written as SVG, PNG and its numbers`, async () => {
    const [svg, png, csv] = await plot.publish(value);
    const drawn = textOf(svg!.bytes);
    assert.match(drawn, /^<svg [^>]*viewBox/);
    assert.ok(drawn.includes("A &lt;b&gt;bold&lt;/b&gt; &amp; plain title"), "text is text");
    assert.doesNotMatch(drawn, /<script|<foreignObject|href=/);
    assert.equal(drawn, textOf((await plot.publish(value))[0]!.bytes), "drawn the same each time");
    const { width, height } = await sharp(png!.bytes).metadata();
    assert.deepEqual([width, height], [1760, 1120]);
    const { channels } = await sharp(png!.bytes).stats();
    assert.ok(
      channels.some(({ stdev }) => stdev > 1),
      "something is drawn",
    );
    const rows = readCsv(textOf(csv!.bytes));
    const numbers =
      value.plot === "heat-map"
        ? value.values.length
        : value.series.flatMap((one) => ("y" in one ? one.y : one.values)).length;
    assert.equal(rows.length, numbers + 1);
  });

test("intervals are drawn as strokes in the colour of their line, and written beside the values", async () => {
  const series = { name: "one", x: [0, 1], y: [1, 4], low: [0, 3], high: [2, 7] };
  const [svg, , csv] = await plot.publish({ ...labels, plot: "line", series: [series] });
  const bare = { ...series, low: undefined, high: undefined } as never;
  const [without] = await plot.publish({ ...labels, plot: "line", series: [bare] });
  const strokes = (bytes: Uint8Array) => textOf(bytes).split("#4a54d1").length;
  assert.ok(strokes(svg!.bytes) > strokes(without!.bytes));
  assert.deepEqual(readCsv(textOf(csv!.bytes)), [
    ["series", "step", "norm", "low", "high"],
    ["one", "0", "1", "0", "2"],
    ["one", "1", "4", "3", "7"],
  ]);
  const bars = { name: "share", values: [0.5], low: [0.4], high: [0.75] };
  const [, , shares] = await plot.publish({ ...labels, plot: "bar", categories: ["red"], series: [bars] });
  assert.deepEqual(readCsv(textOf(shares!.bytes))[1], ["share", "red", "0.5", "0.4", "0.75"]);
});

const flat: MapValue = {
  method: "pca",
  points: Float32Array.of(-1, 0, 1, 0.5, 0, 2),
  embeddings: Float32Array.of(1, 2, 3, 4, 5, 6),
  labels: ["a <b>", "=1+1", "c\u0000"],
  plane: { mean: Float32Array.of(1, 2), axes: Float32Array.of(1, 0, 0, 1), shares: [0.75, 0.125] },
};

test("a map is written as SVG, PNG, its points as CSV, and all that turns a place into an embedding as JSON", async () => {
  const files = await map.publish(flat);
  assert.deepEqual(
    files.map(({ ending, picture }) => [ending, picture]),
    [
      [".svg", undefined],
      [".png", true],
      [".csv", undefined],
      [".json", undefined],
    ],
  );
  const [svg, png, csv, json] = files.map(({ bytes }) => bytes);
  assert.ok(textOf(svg!).includes("<title>a &lt;b&gt;</title>"), "text is text");
  assert.ok(textOf(svg!).includes("<title>c\ufffd</title>"), "what XML does not allow is replaced");
  assert.ok(textOf(svg!).includes("first component, 75.0 % of the variance"));
  assert.equal(textOf(svg!).match(/<circle/g)?.length, 3);
  const { width, height } = await sharp(png!).metadata();
  assert.deepEqual([width, height], [1760, 1760]);
  assert.deepEqual(readCsv(textOf(csv!)), [
    ["item", "x", "y", "label"],
    ["0", "-1", "0", "a <b>"],
    ["1", "1", "0.5", "'=1+1"],
    ["2", "0", "2", "c\u0000"],
  ]);
  assert.deepEqual(JSON.parse(textOf(json!)), {
    method: "pca",
    points: [
      { x: -1, y: 0, label: "a <b>" },
      { x: 1, y: 0.5, label: "=1+1" },
      { x: 0, y: 2, label: "c\u0000" },
    ],
    plane: {
      mean: [1, 2],
      axes: [
        [1, 0],
        [0, 1],
      ],
      shares: [0.75, 0.125],
    },
  });
});

test("the pictures of a map lie at its points in its drawing, with one scale for both axes and y upwards", async () => {
  const fill = (...colour: number[]): Rgb8 => ({
    width: 64,
    height: 64,
    data: Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => colour[i % 3]!),
  });
  const sheet = await makeSheet([fill(255, 0, 0), fill(0, 255, 0), fill(0, 0, 255)], 64);
  const [, png] = await map.publish({ ...flat, sheet });
  const { data, info } = await sharp(png!.bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  /** The middle of all pixels that are mostly of one colour. */
  const middle = (channel: number) => {
    let [x, y, count] = [0, 0, 0];
    for (let i = 0; i < info.width * info.height; i++) {
      const own = data[3 * i + channel]!;
      const others = [1, 2].map((more) => data[3 * i + ((channel + more) % 3)]!);
      if (own < 180 || Math.max(...others) > 80) continue;
      x += i % info.width;
      y += Math.floor(i / info.width);
      count++;
    }
    assert.ok(Math.abs(Math.sqrt(count) - 128) < 2, "64 pixels a side, drawn at twice the size");
    return { x: x / count, y: y / count };
  };
  const [red, green, blue] = [middle(0), middle(1), middle(2)];
  const scale = (green.x - red.x) / 2;
  // A row of pixels beside another picture of the sheet may have taken some of its colour.
  assert.ok(Math.abs(red.y - green.y - 0.5 * scale) < 3);
  assert.ok(Math.abs(red.y - blue.y - 2 * scale) < 3);
  assert.ok(Math.abs(blue.x - red.x - scale) < 3);
});

test("a sheet of another size than it says is no picture of a map", async () => {
  const sheet = await makeSheet([{ width: 1, height: 1, data: new Uint8Array(3) }], 8);
  await assert.rejects(async () => map.publish({ ...flat, sheet }), /has 8 × 8 pixels, not 8 × 24/);
});
