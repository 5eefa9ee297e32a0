import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import sharp from "sharp";
import { type FileValue, file } from "../kinds/file.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import { toRgb8 } from "../kinds/pixels.ts";
import { checkPlot, type PlotValue } from "../kinds/plot-data.ts";
import type { TableValue } from "../kinds/table.ts";
import { writeTar } from "../kinds/tar.ts";
import { runNode } from "../testing/index.ts";
import { dataset } from "./dataset.ts";

const picture = (i: number): ImageValue => ({
  width: 3,
  height: 2,
  data: Float32Array.from({ length: 18 }, (_, k) => Math.sin(i + k)),
});
const pictures = (count: number) => Array.from({ length: count }, (_, i) => picture(i));
const labels: TableValue = {
  columns: [
    { name: "solid", type: "text", values: ["cube", "ball", "cube"] },
    { name: "sure", type: "number", values: [0.5, 1, null] },
  ],
};
const captions = ["a cube", "a ball, Füße", "a cube"];

type Out = { readonly archive: FileValue; readonly lines: FileValue; readonly balance: PlotValue };
const pack = async (inputs: object, params = {}, options = {}) => {
  const run = await runNode(dataset, inputs, params, options);
  const out = run.outputs as Out;
  for (const one of [out.archive, out.lines]) assert.equal(file.check(one), undefined);
  assert.equal(checkPlot(out.balance), undefined);
  return { ...out, progress: run.progress };
};

/** What the system's own tar makes of an archive. */
function unpack(context: TestContext, bytes: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-dataset-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "set.tar"), bytes);
  execFileSync("tar", ["-xf", "set.tar"], { cwd: folder });
  rmSync(join(folder, "set.tar"));
  return folder;
}

test("the archive is a tar of a picture, its caption and its labels under one key each", async (context) => {
  const { archive, progress } = await pack({ images: pictures(3), captions, labels });
  const folder = unpack(context, archive.bytes);
  const keys = ["000000", "000001", "000002"];
  assert.deepEqual(
    readdirSync(folder).sort(),
    keys.flatMap((key) => ["json", "png", "txt"].map((ending) => `${key}.${ending}`)),
  );
  for (const [i, key] of keys.entries()) {
    assert.equal(readFileSync(join(folder, `${key}.txt`), "utf8"), captions[i]);
    const { data } = await sharp(join(folder, `${key}.png`))
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.deepEqual(new Uint8Array(data), toRgb8(picture(i)).data);
  }
  const last = JSON.parse(readFileSync(join(folder, "000002.json"), "utf8"));
  assert.deepEqual(last, { caption: "a cube", solid: "cube", sure: null });
  assert.deepEqual(progress.at(-1), [3, 3]);
});

test("the lines hold the same labels with their keys; the same pictures make the same bytes", async () => {
  const [one, other] = [
    await pack({ images: pictures(3), captions, labels }),
    await pack({ images: pictures(3), captions, labels }),
  ];
  const lines = new TextDecoder().decode(one.lines.bytes).trimEnd().split("\n");
  assert.deepEqual(JSON.parse(lines[1]!), { key: "000001", caption: "a ball, Füße", solid: "ball", sure: 1 });
  assert.equal(lines.length, 3);
  assert.deepEqual(one.archive.bytes, other.archive.bytes);
});

test("the balance counts captions, or the values of a column, the most frequent first", async () => {
  const bars = ({ balance }: Out) =>
    balance.plot === "bar" ? balance.categories.map((name, i) => [name, balance.series[0]!.values[i]]) : [];
  assert.deepEqual(bars(await pack({ images: pictures(3), captions })), [
    ["a cube", 2],
    ["a ball, Füße", 1],
  ]);
  assert.deepEqual(bars(await pack({ images: pictures(3), captions, labels }, { balanced: "sure" })), [
    ["0.5", 1],
    ["1", 1],
    ["none", 1],
  ]);
  const many = await pack({ images: pictures(30), captions: pictures(30).map((_, i) => `caption ${i}`) });
  assert.deepEqual([bars(many).length, bars(many).at(-1)], [25, ["6 others", 6]]);
});

test("one caption stands for all pictures", async () => {
  const { lines } = await pack({ images: pictures(2), captions: ["a cone"] });
  assert.equal(new TextDecoder().decode(lines.bytes).match(/a cone/g)!.length, 2);
});

const refusals: readonly (readonly [string, object, object, RegExp])[] = [
  ["captions of another number", { images: pictures(3), captions: ["a", "b"] }, {}, /3 pictures, but 2 captions/],
  ["labels of another number", { images: pictures(2), captions: ["a"], labels }, {}, /2 pictures, but 3 rows/],
  ["a column that is not there", { images: pictures(3), captions, labels }, { balanced: "size" }, /no column "size"/],
  ["a column without labels", { images: pictures(3), captions }, { balanced: "size" }, /no column "size"/],
];
for (const [what, inputs, params, message] of refusals)
  test(`image.dataset refuses ${what}`, () => assert.rejects(pack(inputs, params), message));

test("packing is cancelled within a picture", async () => {
  const controller = new AbortController();
  const packing = pack({ images: pictures(2000), captions: ["a"] }, {}, { signal: controller.signal });
  setImmediate(() => controller.abort(new Error("enough")));
  await assert.rejects(packing, /enough/);
});

test("a tar refuses names that ustar cannot hold", () => {
  assert.throws(() => writeTar([{ name: "a".repeat(101), bytes: new Uint8Array(0) }]), /cannot hold/);
  assert.throws(() => writeTar([{ name: "ä", bytes: new Uint8Array(0) }]), /cannot hold/);
});
