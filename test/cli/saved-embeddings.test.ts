import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clipwork, folderWith, type Workflow } from "./clipwork.fixture.ts";

const node = (type: string, params: object = {}, inputs: { [port: string]: string } = {}) => ({
  type,
  version: 1,
  params,
  inputs,
});
const captions = Array.from({ length: 6 }, (_, i) => `${"red ".repeat(i)}cube`);
const pack = { pack: "random-pack" };

/** Embeddings of captions, saved as one array. */
const saving: Workflow = {
  format: "clipwork/1",
  exposed: {},
  nodes: {
    captions: node("text.lines", { text: captions.join("\n") }),
    encode: node("clip.encode-text", pack, { text: "captions.texts" }),
    prior: node("prior.diffusion", { ...pack, steps: 2 }, { text: "encode.embedding" }),
    array: node("latent.export", {}, { embeddings: "prior.embedding" }),
    save: node("output.file", { name: "set" }, { file: "array.file" }),
  },
};

/** All that takes a saved set as its reference. */
const measuring: Workflow = {
  format: "clipwork/1",
  exposed: {},
  nodes: {
    ...saving.nodes,
    load: node("latent.import", { ...pack, file: "out/set.npy" }),
    frechet: node("evaluate.frechet", { ...pack, resamples: 20 }, { made: "prior.embedding", real: "load.embeddings" }),
    covered: node("evaluate.precision-recall", pack, { made: "prior.embedding", real: "load.embeddings" }),
    nearest: node(
      "probe.nearest",
      { count: 1 },
      { queries: "prior.embedding", set: "load.embeddings", items: "captions.texts" },
    ),
    pca: node("probe.pca", pack, { embeddings: "load.embeddings" }),
    map: node("probe.map", {}, { embeddings: "load.embeddings", labels: "captions.texts" }),
    "save-frechet": node("output.table", { name: "frechet" }, { table: "frechet.table" }),
    "save-covered": node("output.table", { name: "covered" }, { table: "covered.table" }),
    "save-nearest": node("output.table", { name: "nearest" }, { table: "nearest.table" }),
    "save-pca": node("output.table", { name: "pca" }, { table: "pca.variances" }),
    "save-map": node("output.map", { name: "map" }, { map: "map.map" }),
  },
};

test("a saved set of embeddings is the reference of every measure, and is known by its content", async (context) => {
  const cwd = folderWith(context, saving);
  const saved = await clipwork(["run", "workflow.json"], { cwd });
  assert.equal(saved.code, 0, saved.stderr);

  writeFileSync(join(cwd, "measure.json"), JSON.stringify(measuring));
  const measured = await clipwork(["run", "measure.json", "--json", "--out", "measured"], { cwd });
  assert.equal(measured.code, 0, measured.stdout + measured.stderr);
  const rows = (name: string) => JSON.parse(readFileSync(join(cwd, "measured", `${name}.json`), "utf8"));
  assert.ok(Math.abs(rows("frechet")[0].value) < 1e-4, "a set is no distance from itself");
  assert.deepEqual(
    rows("covered").map((row: { value: number }) => row.value),
    [1, 1],
  );
  rows("nearest").forEach(({ query, item, cosine }: Record<string, number>) => {
    assert.equal(query, item);
    assert.ok(Math.abs(cosine! - 1) < 1e-9);
  });
  const points = readFileSync(join(cwd, "measured", "map.csv"), "utf8")
    .trim()
    .split("\r\n")
    .slice(1);
  assert.equal(points.length, captions.length);

  const kept = async () => {
    const { events } = await clipwork(["run", "measure.json", "--json", "--out", "again"], { cwd });
    return events().some(({ event, node }) => event === "node.cached" && node === "load");
  };
  assert.equal(await kept(), true);
  const bytes = readFileSync(join(cwd, "out", "set.npy"));
  bytes[bytes.length - 2]! ^= 1;
  writeFileSync(join(cwd, "out", "set.npy"), bytes);
  assert.equal(await kept(), false, "other numbers under the same name are another set");
});

test("an array that cannot be read, or is of another space, is refused before or in the run with what to do", async (context) => {
  const cwd = folderWith(context, {
    format: "clipwork/1",
    exposed: {},
    nodes: {
      load: measuring.nodes.load!,
      map: node("probe.map", {}, { embeddings: "load.embeddings" }),
      save: node("output.map", {}, { map: "map.map" }),
    },
  });
  const absent = await clipwork(["run", "workflow.json"], { cwd });
  assert.match(absent.stderr, /There is no file .*set\.npy/);
  const array = (shape: string, numbers: number, descr = "<f4") => {
    const bytes = Buffer.alloc(128 + 4 * numbers, " ").fill(0, 128);
    bytes.write(
      `\x93NUMPY\x01\x00\x76\x00{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`,
      "latin1",
    );
    return bytes;
  };
  mkdirSync(join(cwd, "out"));
  writeFileSync(join(cwd, "out", "set.npy"), array("(3, 5)", 15));
  const run = ["run", "workflow.json"];
  const { code, stderr } = await clipwork(run, { cwd });
  assert.equal(code, 1);
  assert.match(
    stderr,
    /"out\/set\.npy" have 5 numbers, but those of ".*", the CLIP space of the pack "random-pack", have \d+/,
  );
  writeFileSync(join(cwd, "out", "set.npy"), array("(3, 5)", 15, ">f4"));
  assert.match((await clipwork(run, { cwd })).stderr, /set\.npy: its numbers are big-endian float32[\s\S]*→ .*astype/);
});
