// The nodes as they ship, on the ONNX runner with the random pack, against the same weights in torch and diffusers: every x_t
// that a network is given, and every result, within 1e-4.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { deviceQueue, loadPack } from "@clipwork/models";
import { createOnnxRunner } from "@clipwork/models/onnx";
import type { GuidanceValue, ImageEmbeddingValue, ImageValue, TextEmbeddingValue } from "@clipwork/nodes";
import { catalogue } from "@clipwork/nodes";
import { resizeBicubic } from "../../nodes/src/diffusion/resize.ts";
import {
  assertClose,
  assertStates,
  clamped,
  type GoldenArray,
  type GoldenRun,
  numbers,
  readGolden,
  rowOf,
} from "./golden.ts";
import { nodeRunner, samplesOf } from "./node-run.ts";

const tolerance = 1e-4;
const pack = await loadPack(join(import.meta.dirname, "..", "fixtures", "random-pack"));
const runner = deviceQueue(createOnnxRunner({ packs: new Map([[pack.manifest.name, pack]]), threads: 1 }));
after(() => runner.close());

const runNode = nodeRunner({ catalogue, pack, runner });

const texts = readGolden<{ captions: string[]; embedding: GoldenArray; states: GoldenArray; mask: number[][] }>("text");
const textRow = (row: number): TextEmbeddingValue => ({
  text: texts.captions[row]!,
  embedding: rowOf(texts.embedding, row),
  states: rowOf(texts.states, row),
  mask: Float32Array.from(texts.mask[row]!),
});
const guidance = (run: GoldenRun): GuidanceValue => ({ scale: run.guidanceScale!, negative: "" });
const prior = readGolden<GoldenRun & { embedding: GoldenArray }>("prior");
const priorRow = (row: number): ImageEmbeddingValue => ({ embedding: rowOf(prior.embedding, row) });

test("clip.encode-text gives torch's embedding and states", async (t) => {
  for (const [row, text] of texts.captions.entries()) {
    const { outputs } = await runNode("clip.encode-text", { text });
    const actual = outputs.embedding as TextEmbeddingValue;
    const embedding = assertClose(actual.embedding, rowOf(texts.embedding, row), tolerance, `embedding of "${text}"`);
    const states = assertClose(actual.states, rowOf(texts.states, row), tolerance, `states of "${text}"`);
    assert.deepEqual([...actual.mask], texts.mask[row]);
    t.diagnostic(`"${text}": embedding ${embedding.toExponential(1)}, states ${states.toExponential(1)}`);
  }
});

test("prior.diffusion follows diffusers step by step", async (t) => {
  for (const [row, seed] of prior.seeds.entries()) {
    const inputs = { text: textRow(row), guidance: guidance(prior) };
    const { outputs, calls } = await runNode("prior.diffusion", inputs, { seed });
    const states = assertStates(samplesOf(calls, "prior"), { states: prior.states, row, tolerance }, "prior");
    const { embedding } = outputs.embedding as ImageEmbeddingValue;
    const final = assertClose(embedding, rowOf(prior.embedding, row), tolerance, "embedding");
    t.diagnostic(`seed ${seed}: x_t ${states.toExponential(1)}, embedding ${final.toExponential(1)}`);
  }
});

const ddim = readGolden<GoldenRun & { runs: (Omit<GoldenRun, "seeds"> & { eta: number })[] }>("ddim");
const decoderRuns = [
  { name: "ddpm", golden: readGolden<GoldenRun>("decoder"), params: { sampler: "ddpm" } },
  ...ddim.runs.map(({ eta, states, final }) => ({
    name: `ddim, eta ${eta}`,
    golden: { ...ddim, states, final },
    params: { sampler: "ddim", eta },
  })),
];

for (const { name, golden, params } of decoderRuns) {
  test(`decoder.sample follows the reference step by step (${name})`, async (t) => {
    for (const [row, seed] of golden.seeds.entries()) {
      const inputs = { image: priorRow(row), text: textRow(row), guidance: guidance(golden) };
      const { outputs, calls } = await runNode("decoder.sample", inputs, { ...params, seed });
      const states = assertStates(samplesOf(calls, "decoder"), { states: golden.states, row, tolerance }, name);
      const final = assertClose(
        (outputs.image as ImageValue).data,
        clamped(rowOf(golden.final, row)),
        tolerance,
        "picture",
      );
      t.diagnostic(`seed ${seed}: x_t ${states.toExponential(1)}, picture ${final.toExponential(1)}`);
    }
  });
}

for (const stage of ["upsampler-256", "upsampler-1024"] as const) {
  test(`${stage} follows diffusers step by step`, async (t) => {
    const golden = readGolden<GoldenRun & { image: GoldenArray }>(stage);
    const [height, width] = golden.image.shape.slice(2) as [number, number];
    const image: ImageValue = { width, height, data: numbers(golden.image) };
    const { outputs, calls } = await runNode(
      stage.replace("upsampler-", "upsampler.x"),
      { image },
      { seed: golden.seeds[0] },
    );
    const last = stage === "upsampler-256" ? "upsampler-256-last" : stage;
    assert.deepEqual(
      calls.map((call) => call.stage),
      [stage, stage, last],
    );
    const { shape, data } = calls[0]!.feeds.condition!;
    const [toHeight, toWidth] = shape.slice(2) as [number, number];
    // That the resize itself is torch's is another test.
    assert.deepEqual(data, resizeBicubic(image, toWidth, toHeight).data);
    const states = assertStates(samplesOf(calls, stage, last), { states: golden.states, row: 0, tolerance }, stage);
    const final = assertClose((outputs.image as ImageValue).data, clamped(numbers(golden.final)), tolerance, "picture");
    t.diagnostic(`x_t ${states.toExponential(1)}, picture ${final.toExponential(1)}`);
  });
}

test("the clip-image stage gives torch's embedding", async (t) => {
  const golden = readGolden<{ image: GoldenArray; embedding: GoldenArray }>("image");
  const image = { shape: golden.image.shape, data: numbers(golden.image) };
  const { embedding } = await runner.run({ pack: pack.manifest.name, stage: "clip-image", feeds: { image } });
  const error = assertClose(embedding!.data as Float32Array, numbers(golden.embedding), tolerance, "embedding");
  t.diagnostic(`embedding ${error.toExponential(1)}`);
});

test("an item in company equals a run of its own, bit for bit", async () => {
  const decode = async (seed: number, scale: number) => {
    const inputs = { image: priorRow(0), text: textRow(0), guidance: { scale, negative: "blue" } };
    return (await runNode("decoder.sample", inputs, { seed })).outputs.image;
  };
  const items = [1, 2, 3, 4, 5].map((seed) => [seed, seed] as const);
  const together = await Promise.all(items.map((item) => decode(...item)));
  for (const [i, item] of items.entries()) assert.deepEqual(together[i], await decode(...item), `seed ${item[0]}`);
});
