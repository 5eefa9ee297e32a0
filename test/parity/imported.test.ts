// A folder in the layout of diffusers becomes a pack without Python, and follows the Python pipeline: the networks of the random pack,
// saved by diffusers and transformers themselves, whose goldens are torch's.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Pack } from "@clipwork/models";
import type { ImageEmbeddingValue, ImageValue, TextEmbeddingValue } from "@clipwork/nodes";
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
import { fixtures, importPack } from "./imported-pack.ts";
import { samplesOf } from "./node-run.ts";

const tolerance = 1e-4;
const imported = (name: string, like?: Pack) => importPack(name, join(fixtures, "checkpoints", name), { like });
const { pack, runNode } = await imported("small-karlo");
const texts = readGolden<{ captions: string[]; embedding: GoldenArray; states: GoldenArray; mask: number[][] }>("text");
const prior = readGolden<GoldenRun & { embedding: GoldenArray }>("prior");
const decoder = readGolden<GoldenRun>("decoder");
const small = readGolden<GoldenRun & { image: GoldenArray }>("upsampler-256");

/** Caption, guidance and seeds of one row of the goldens. */
const encode = async (row: number) =>
  (await runNode("clip.encode-text", { text: texts.captions[row] })).outputs.embedding as TextEmbeddingValue;

test("captions: tokens by vocab.json and merges.txt, embedding and states are the Python text encoder's", async () => {
  for (const [row, text] of texts.captions.entries()) {
    const { embedding, states, mask } = await encode(row);
    assert.deepEqual([...mask], texts.mask[row], text);
    assertClose(embedding, rowOf(texts.embedding, row), tolerance, `embedding of "${text}"`);
    assertClose(states, rowOf(texts.states, row), tolerance, `states of "${text}"`);
  }
});

test("from caption to picture, each stage fed by the one before, as the Python pipeline does it", async (t) => {
  for (const [row, seed] of prior.seeds.entries()) {
    const text = await encode(row);
    const guidance = (run: GoldenRun) => ({ scale: run.guidanceScale!, negative: "" });
    const drawn = await runNode(
      "prior.diffusion",
      { text, guidance: guidance(prior) },
      { seed, steps: prior.timesteps.length },
    );
    const image = drawn.outputs.embedding as ImageEmbeddingValue;
    const errors = [
      assertStates(samplesOf(drawn.calls, "prior"), { states: prior.states, row, tolerance }, "prior"),
      assertClose(image.embedding, rowOf(prior.embedding, row), tolerance, "embedding"),
    ];
    const painted = await runNode(
      "decoder.sample",
      { image, text, guidance: guidance(decoder) },
      { seed: decoder.seeds[row], steps: decoder.timesteps.length },
    );
    const picture = (painted.outputs.image as ImageValue).data;
    errors.push(
      assertStates(samplesOf(painted.calls, "decoder"), { states: decoder.states, row, tolerance }, "decoder"),
      assertClose(picture, clamped(rowOf(decoder.final, row)), tolerance, "picture"),
    );
    t.diagnostic(`seed ${seed}: ${errors.map((error) => error.toExponential(1)).join(", ")}`);
  }
});

test("the enlargement's last step is the second network's, as in the Python pipeline", async (t) => {
  const [height, width] = small.image.shape.slice(2) as [number, number];
  const image: ImageValue = { width, height, data: numbers(small.image) };
  const { outputs, calls } = await runNode(
    "upsampler.x256",
    { image },
    { seed: small.seeds[0], steps: small.timesteps.length },
  );
  const [last, ...before] = calls.map(({ stage }) => stage).reverse();
  assert.deepEqual([last, new Set(before)], ["upsampler-256-last", new Set(["upsampler-256"])]);
  const seen = samplesOf(calls, "upsampler-256", "upsampler-256-last");
  const states = assertStates(seen, { states: small.states, row: 0, tolerance }, "upsampler-256");
  const final = assertClose((outputs.image as ImageValue).data, clamped(numbers(small.final)), tolerance, "picture");
  t.diagnostic(`x_t ${states.toExponential(1)}, picture ${final.toExponential(1)}`);
});

test("a whole CLIP is two stages of one file, and pictures are encoded as in torch", async (t) => {
  const { runner } = await imported("small-clip");
  const golden = readGolden<{ image: GoldenArray; embedding: GoldenArray }>("image");
  const image = { shape: golden.image.shape, data: numbers(golden.image) };
  const { embedding } = await runner.run({ pack: "small-clip", stage: "clip-image", feeds: { image } });
  const error = assertClose(embedding!.data as Float32Array, numbers(golden.embedding), tolerance, "embedding");
  t.diagnostic(error.toExponential(1));
});

test("Kandinsky's prior is a pack of CLIP and prior, with the clamp that its scheduler says", async (t) => {
  const { pack, runNode } = await imported("small-kandinsky-2-2-prior");
  const { prior: stage } = pack.manifest.stages as { readonly [name: string]: { readonly scheduler?: object } };
  assert.deepEqual(Object.keys(pack.manifest.stages), ["clip-text", "clip-image", "prior"]);
  assert.equal((stage!.scheduler as { readonly clip: number }).clip, 10);
  const { outputs } = await runNode("clip.encode-text", { text: texts.captions[0] });
  // The small networks are those of Karlo's folder, and no x0 of theirs comes near either clamp.
  const { calls } = await runNode(
    "prior.diffusion",
    { text: outputs.embedding, guidance: { scale: prior.guidanceScale!, negative: "" } },
    { seed: prior.seeds[0], steps: prior.timesteps.length },
  );
  const error = assertStates(samplesOf(calls, "prior"), { states: prior.states, row: 0, tolerance }, "prior");
  t.diagnostic(error.toExponential(1));
});

test("DALLE2-pytorch's prior follows its own sampler with guidance against its own vector for no caption, step by step", async (t) => {
  const golden = readGolden<GoldenRun & { outputs: GoldenArray[]; embedding: GoldenArray }>("dalle2");
  const { runNode } = await imported("small-dalle2-prior", pack);
  const steps = golden.timesteps.length;
  for (const [row, seed] of golden.seeds.entries()) {
    const inputs = { text: await encode(row), guidance: { scale: golden.guidanceScale!, negative: "" } };
    const { outputs, calls } = await runNode("prior.diffusion", inputs, { seed, steps });
    assert.equal(calls.length, 2 * steps, "no caption is encoded");
    assert.deepEqual(
      calls.slice(0, 2).map(({ feeds }) => [feeds.keep_text!.data[0], feeds.timestep!.data[0]]),
      [
        [1, golden.timesteps[0]],
        [0, golden.timesteps[0]],
      ],
    );
    const { embedding } = outputs.embedding as ImageEmbeddingValue;
    const free = [
      assertStates(samplesOf(calls, "prior"), { states: golden.states, row, tolerance }, "prior"),
      assertClose(embedding, rowOf(golden.embedding, row), tolerance, "embedding"),
    ];
    const taught: number[] = [];
    for (const [i, state] of golden.states.entries()) {
      const from = i === 0 ? undefined : { step: i, x: rowOf(state, row) };
      const step = await runNode("prior.diffusion", inputs, { seed, steps }, { from, oneStep: true });
      const [kept, dropped] = step.calls.map((call) => call.outputs.output!.data as Float32Array);
      const guided = kept!.map((value, j) => dropped![j]! + golden.guidanceScale! * (value - dropped![j]!));
      taught.push(assertClose(guided, rowOf(golden.outputs[i]!, row), tolerance, `output of step ${i + 1}`));
      if (i + 1 < steps)
        taught.push(assertClose(step.points[0]!.x, rowOf(golden.states[i + 1]!, row), tolerance, `step ${i + 1}`));
    }
    t.diagnostic(
      `seed ${seed}: taught ${Math.max(...taught).toExponential(1)}, free ${Math.max(...free).toExponential(1)}`,
    );
  }
});

test("ECLIPSE's prior makes an embedding of the other pack's captions in one call, without a timestep", async () => {
  const eclipse = await imported("small-eclipse", pack);
  const text = await encode(0);
  const draw = async (seed: number) => {
    const { outputs, calls } = await eclipse.runNode("prior.diffusion", { text }, { seed });
    const [call, ...more] = calls;
    assert.deepEqual(more, []);
    assert.ok(!Object.hasOwn(call!.feeds, "timestep"));
    const { embedding } = outputs.embedding as ImageEmbeddingValue;
    assert.deepEqual(embedding, call!.outputs.output!.data);
    assert.ok(embedding.every(Number.isFinite));
    return embedding;
  };
  assert.notDeepEqual(await draw(1), await draw(2));
});
