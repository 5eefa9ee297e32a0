// Weights of 16 bits, as many checkpoints are published: imported as they lie, they follow the float32 goldens of their networks
// within what their rounding is worth.
import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { ImageEmbeddingValue, ImageValue, TextEmbeddingValue } from "@clipwork/nodes";
import { readTensors, writeTensors } from "../../models/src/checkpoint/checkpoint.fixture.ts";
import { assertClose, clamped, type GoldenArray, type GoldenRun, numbers, readGolden, rowOf } from "./golden.ts";
import { fixtures, importPack, scratch } from "./imported-pack.ts";

/** Of what a network or a chain of them makes, against the float32 goldens. */
const tolerance = 2e-2;
const published = scratch("halves");

type Half = {
  readonly dtype: string;
  /** What the names of files of that type end in, before `.safetensors`. */
  readonly variant: string;
  readonly round: (values: Float32Array) => Uint16Array;
};
const float16: Half = {
  ...{ dtype: "F16", variant: ".fp16" },
  round: (values) => new Uint16Array(new Float16Array(values).buffer),
};
/** The upper halves of float32 numbers, rounded to the nearest, ties to even. */
const bfloat16: Half = {
  ...{ dtype: "BF16", variant: "" },
  round: (values) =>
    Uint16Array.from(new Uint32Array(values.slice().buffer), (word) => (word + 0x7fff + ((word >>> 16) & 1)) >>> 16),
};
/** Numbers of `bfloat16` as float32. */
const widened = (values: Float32Array) =>
  new Float32Array(Uint32Array.from(bfloat16.round(values), (upper) => upper << 16).buffer);

type Rounding = {
  readonly dtype: string;
  readonly variant?: string;
  readonly bytes: (values: Float32Array) => Uint8Array;
  /** What the pack's name ends in, if there are several of a checkpoint. */
  readonly name?: string;
};
const stored = ({ dtype, variant, round }: Half): Rounding => ({
  ...{ dtype, variant },
  bytes: (values) => new Uint8Array(round(values).buffer),
});
const asFloat32: Rounding = { dtype: "F32", bytes: (values) => new Uint8Array(widened(values).buffer) };

/** A checkpoint of the fixtures as a pack, every tensor of its files rounded. */
async function rounded(checkpoint: string, { dtype, variant = "", bytes, name: end = "" }: Rounding) {
  const name = `${checkpoint}-${dtype.toLowerCase()}${end}`;
  const folder = join(published, name);
  cpSync(join(fixtures, "checkpoints", checkpoint), folder, { recursive: true });
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.safetensors$/.test(file),
  );
  for (const file of files) {
    const path = join(folder, file);
    const tensors = [...readTensors(readFileSync(path))].map(([name, tensor]) => {
      assert.equal(tensor.dtype, "F32", name);
      const values = new Float32Array(Uint8Array.from(tensor.bytes).buffer);
      return [name, { dtype, shape: tensor.shape, bytes: bytes(values) }] as const;
    });
    rmSync(path);
    writeFileSync(path.replace(/\.safetensors$/, `${variant}.safetensors`), writeTensors(new Map(tensors)));
  }
  return importPack(name, folder);
}
type Opened = Awaited<ReturnType<typeof rounded>>;

const texts = readGolden<{ captions: string[]; embedding: GoldenArray; states: GoldenArray }>("text");
const prior = readGolden<GoldenRun & { embedding: GoldenArray }>("prior");
const decoder = readGolden<GoldenRun>("decoder");
const small = readGolden<GoldenRun & { image: GoldenArray }>("upsampler-256");

const guided = ({ guidanceScale }: GoldenRun) => ({ guidance: { scale: guidanceScale!, negative: "" } });
const sampling = ({ seeds, timesteps }: GoldenRun) => ({ seed: seeds[0], steps: timesteps.length });

async function encode({ runNode }: Opened, row: number) {
  return (await runNode("clip.encode-text", { text: texts.captions[row] })).outputs.embedding as TextEmbeddingValue;
}

/** The first caption's image embedding. */
async function imagine(opened: Opened) {
  const inputs = { text: await encode(opened, 0), ...guided(prior) };
  return (await opened.runNode("prior.diffusion", inputs, sampling(prior))).outputs.embedding as ImageEmbeddingValue;
}

/** Its picture, and that enlarged, each stage fed by the one before. */
async function paint(opened: Opened) {
  const inputs = { text: await encode(opened, 0), image: await imagine(opened), ...guided(decoder) };
  const image = (await opened.runNode("decoder.sample", inputs, sampling(decoder))).outputs.image as ImageValue;
  const large = await opened.runNode("upsampler.x256", { image }, sampling(small));
  return [image.data, (large.outputs.image as ImageValue).data] as const;
}

/** What the upsampler's network says in one step, given the goldens' state. */
async function enlargeTaught({ runNode }: Opened, step: number) {
  const [height, width] = small.image.shape.slice(2) as [number, number];
  const image: ImageValue = { width, height, data: numbers(small.image) };
  const from = step === 0 ? undefined : { step, x: rowOf(small.states[step]!, 0) };
  const { calls } = await runNode("upsampler.x256", { image }, sampling(small), { from, oneStep: true });
  return calls[0]!.outputs.output!.data as Float32Array;
}

async function captionsError(opened: Opened) {
  const errors = [];
  for (const [row, text] of texts.captions.entries()) {
    const { embedding, states } = await encode(opened, row);
    errors.push(
      assertClose(embedding, rowOf(texts.embedding, row), tolerance, `embedding of "${text}"`),
      assertClose(states, rowOf(texts.states, row), tolerance, `states of "${text}"`),
    );
  }
  return Math.max(...errors);
}

async function priorError(opened: Opened) {
  return assertClose((await imagine(opened)).embedding, rowOf(prior.embedding, 0), tolerance, "image embedding");
}

const show = (...errors: readonly number[]) => errors.map((error) => error.toExponential(1)).join(", ");

test("Karlo in float16: captions, embeddings and pictures, each stage fed by the one before", async (t) => {
  const karlo = await rounded("small-karlo", stored(float16));
  const [picture, large] = await paint(karlo);
  const expected = clamped(rowOf(decoder.final, 0));
  t.diagnostic(
    show(
      await captionsError(karlo),
      await priorError(karlo),
      assertClose(picture, expected, tolerance, "picture"),
      assertClose(large, clamped(numbers(small.final)), tolerance, "enlarged picture"),
    ),
  );
});

test("Karlo in bfloat16: captions, embeddings and enlargement; pictures are those of the same numbers in float32", async (t) => {
  const karlo = await rounded("small-karlo", stored(bfloat16));
  const errors = [await captionsError(karlo), await priorError(karlo)];
  for (const [step, output] of small.outputs!.entries())
    errors.push(
      assertClose(await enlargeTaught(karlo, step), numbers(output), tolerance, `enlarging, step ${step + 1}`),
    );
  t.diagnostic(`against float32: ${show(...errors)}`);
  // At t = 999 the decoder's first step flips numbers, so the whole run is held to the files' own numbers: no cast adds to their rounding.
  const wide = await rounded("small-karlo", asFloat32);
  const [pictures, expected] = [await paint(karlo), await paint(wide)];
  const same = pictures.map((picture, i) => assertClose(picture, expected[i]!, 1e-4, `picture ${i}`));
  t.diagnostic(`against its own numbers: ${show(...same)}`);
});

// At t = 999 x0 is what the network says times 20,371 (decision 0012), clamped: any rounding of the weights flips some numbers from one
// bound to the other. From the next step on the rounding is all that there is, and bfloat16's is eight times float16's.
for (const [half, most, rms] of [
  [float16, tolerance, 2e-3],
  [bfloat16, 4e-2, 1e-2],
] as const)
  test(`Karlo's decoder in ${half.dtype} after t = 999: pictures within ${most}, ${rms} on the root mean square`, async (t) => {
    const karlo = await rounded("small-karlo", { ...stored(half), name: "-decoder" });
    for (const [row, seed] of decoder.seeds.entries()) {
      const inputs = {
        ...{ text: await encode(karlo, row), image: { embedding: rowOf(prior.embedding, row) } },
        ...guided(decoder),
      };
      const from = { step: 1, x: rowOf(decoder.states[1]!, row) };
      const params = { seed, steps: decoder.timesteps.length };
      const { data } = (await karlo.runNode("decoder.sample", inputs, params, { from })).outputs.image as ImageValue;
      const expected = clamped(rowOf(decoder.final, row));
      const error = assertClose(data, expected, most, `picture of seed ${seed}`);
      const squares = data.reduce((sum, value, i) => sum + (value - expected[i]!) ** 2, 0);
      const mean = Math.sqrt(squares / data.length);
      t.diagnostic(`seed ${seed}: ${show(error, mean)}`);
      assert.ok(mean <= rms, `${mean}`);
    }
  });

for (const half of [float16, bfloat16]) {
  test(`Kandinsky's prior in ${half.dtype}: the embedding of a caption`, async (t) => {
    const opened = await rounded("small-kandinsky-2-2-prior", stored(half));
    t.diagnostic(show(await captionsError(opened), await priorError(opened)));
  });

  test(`a whole CLIP in ${half.dtype}: captions and pictures`, async (t) => {
    const opened = await rounded("small-clip", stored(half));
    const golden = readGolden<{ image: GoldenArray; embedding: GoldenArray }>("image");
    const image = { shape: golden.image.shape, data: numbers(golden.image) };
    const { pack } = opened;
    const { embedding } = await opened.runner.run({
      pack: pack.manifest.name,
      ...{ stage: "clip-image", feeds: { image } },
    });
    const error = assertClose(embedding!.data as Float32Array, numbers(golden.embedding), tolerance, "of a picture");
    t.diagnostic(show(await captionsError(opened), error));
  });
}
