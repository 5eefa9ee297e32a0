import assert from "node:assert/strict";
import { test } from "node:test";
import { testEnvironment, validateJson } from "@clipwork/engine/testing";
import fc from "fast-check";
import { catalogue, type NodeServices, packFacts } from "../index.ts";
import type { BasisValue } from "../kinds/basis.ts";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import { plot as plotKind } from "../kinds/plot.ts";
import { runNode, tinyManifest } from "../testing/index.ts";
import { assertClose, golden, goldenImages, valuesOf } from "./goldens.fixture.ts";
import { pca } from "./pca.ts";
import { pcaReconstruct } from "./pca-reconstruct.ts";

type Embeddings = readonly ImageEmbeddingValue[];

const basisOf = async (embeddings: Embeddings) => (await runNode(pca, { embeddings })).outputs.basis as BasisValue;
const basis = await basisOf(goldenImages);
const run = async (inputs: object, dimensions = "") => {
  const { outputs } = await runNode(pcaReconstruct, { basis, ...inputs }, { dimensions });
  return outputs as { readonly embeddings: Embeddings; readonly errors: unknown; readonly plot: unknown };
};

test("the first dimensions of an embedding are numpy's, each count of the first before those of the next", async () => {
  const counts = Object.keys(golden.kept);
  const { embeddings, errors, plot } = await run({ embeddings: goldenImages }, counts.join(", "));
  for (const [i, { embedding }] of embeddings.entries())
    assertClose(embedding, golden.kept[counts[i % counts.length]!]![Math.floor(i / counts.length)]!, `row ${i}`);
  assert.deepEqual(valuesOf(errors, "dimensions").slice(0, 5), [...counts.map(Number), Number(counts[0])]);
  assert.deepEqual(valuesOf(errors, "item").slice(3, 5), [0, 1]);
  assert.equal(plotKind.check(plot), undefined);
});

test("the error falls with each dimension more, and all of them are the embedding to 1e-5", async () => {
  const number = fc.integer({ min: -100, max: 100 });
  const rows = fc.array(fc.array(number, { minLength: 5, maxLength: 5 }), { minLength: 2, maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(rows, async (rows) => {
      fc.pre(rows.some((row) => row.some((value, i) => value !== rows[0]![i])));
      const set = rows.map((row) => ({ embedding: Float32Array.from(row) }));
      const made = await run({ embeddings: set, basis: await basisOf(set) }, "0, 1, 2, 3, 4, 5");
      const lost = valuesOf<number>(made.errors, "lost");
      for (const [i, value] of lost.entries()) assert.ok(i % 6 === 0 || value <= lost[i - 1]! + 1e-12, `${lost}`);
      for (const [item, { embedding }] of set.entries()) {
        const whole = made.embeddings[6 * item + 5]!.embedding;
        const scale = Math.max(...rows.flat().map(Math.abs));
        for (const [i, value] of whole.entries()) assert.ok(Math.abs(value - embedding[i]!) <= 1e-5 * scale);
      }
    }),
  );
});

test("no dimension is the mean; a vector that is the mean loses nothing", async () => {
  const { embeddings } = await run({ embeddings: goldenImages.slice(0, 1) }, "0");
  assert.deepEqual(embeddings[0]!.embedding, basis.mean);
  const { errors } = await run({ embeddings: [{ embedding: basis.mean }] }, "0, 6");
  assert.deepEqual(valuesOf(errors, "lost"), [0, 0]);
});

test("unless counts are given they are the paper's shares of the space, 20 to 320 of 1,024, each once, and then all", async () => {
  const size = 128;
  const components = Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  const wide = { mean: new Float32Array(size), components, eigenvalues: new Float32Array(size).fill(1) };
  const { errors } = await run({ basis: wide, embeddings: [{ embedding: new Float32Array(size).fill(1) }] });
  assert.deepEqual(valuesOf(errors, "dimensions"), [3, 4, 5, 10, 15, 20, 25, 40, size]);
  assert.deepEqual(valuesOf((await run({ embeddings: goldenImages.slice(0, 1) })).errors, "dimensions"), [1, 2, 6]);
});

test("a basis of another space is refused before anything runs", () => {
  const other = {
    ...tinyManifest,
    spaces: { "tiny-clip": { ...tinyManifest.spaces["tiny-clip"], id: "1".repeat(64) } },
  };
  const environment = testEnvironment<NodeServices>([...catalogue.values()], {
    packs: { toybox: packFacts({ manifest: tinyManifest }), other: packFacts({ manifest: other }) },
  });
  const problemsWith = (pack: string) => {
    const node = (type: string, inputs: object = {}, params: object = {}) => ({ type, version: 1, inputs, params });
    const made = (pack: string, id: string) => ({
      [`read-${id}`]: node("clip.encode-text", { text: "caption.text" }, { pack }),
      [`made-${id}`]: node("prior.diffusion", { text: `read-${id}.embedding` }, { pack, seed: 1 }),
    });
    const nodes = {
      caption: node("text.prompt", {}, { text: "cube" }),
      ...made("toybox", "a"),
      ...made(pack, "b"),
      pca: node("probe.pca", { embeddings: "made-b.embedding" }, { pack, source: "pack" }),
      keep: node("probe.pca-reconstruct", { embeddings: "made-a.embedding", basis: "pca.basis" }),
    };
    return validateJson({ format: "clipwork/1", nodes }, environment, { targets: ["keep"] }).problems;
  };
  assert.deepEqual(problemsWith("toybox"), []);
  assert.deepEqual(
    problemsWith("other").map(({ node }) => node),
    ["keep"],
  );
});

test("counts that the basis does not have and vectors of another size are refused with what to do", async () => {
  const embeddings = goldenImages.slice(0, 1);
  for (const wrong of ["7", "-1", "1.5", "two", "1,,2"])
    await assert.rejects(run({ embeddings }, wrong), { message: /no count from 0 to 6/, remedy: /6 everything/ });
  await assert.rejects(
    run({ embeddings: [{ embedding: new Float32Array(3) }] }),
    /have 3 numbers, but the basis has 6/,
  );
  const none = { embedding: new Float32Array(6), none: true };
  await assert.rejects(run({ embeddings: [none] }), /stands for no image/);
});
