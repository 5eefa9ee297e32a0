import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PackError } from "../fields/pack-error.ts";
import { loadPack } from "../pack/load-pack.ts";
import type { Pack } from "../pack/pack.ts";
import { deviceQueue } from "../runner/device-queue.ts";
import { joinRows } from "../runner/rows.ts";
import { runnerContract } from "../runner/runner.contract.ts";
import type { Tensor, Tensors } from "../runner/tensor.ts";
import { createOnnxRunner, type OnnxRunner } from "./onnx-runner.ts";

const folder = join(import.meta.dirname, "../../../test/fixtures/random-pack");
const name = "random-pack";
const pack = await loadPack(folder);
const packs = new Map([[name, pack]]);

const tensor = (shape: readonly number[], seed: number): Tensor => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed * 1.7 + i)),
});

const { contextLength, width } = pack.manifest.texts["random-clip"]!;

/** One row of feeds of the decoder. */
function denoise(seed: number): Tensors {
  const tokens = contextLength + 4;
  return {
    sample: tensor([1, 3, 16, 16], seed),
    timestep: { shape: [1], data: Float32Array.of(40 * seed) },
    context: tensor([1, tokens, 16], seed + 10),
    time: tensor([1, 32], seed + 20),
    context_mask: { shape: [1, tokens], data: new Float32Array(tokens).fill(1) },
  };
}

runnerContract("onnx", async () => {
  return { runner: createOnnxRunner({ packs, threads: 1 }), pack: name, stage: "decoder", row: denoise };
});

runnerContract("queue before onnx", async () => {
  const runner = deviceQueue(createOnnxRunner({ packs, threads: 1 }));
  return { runner, pack: name, stage: "decoder", row: denoise };
});

let runner: OnnxRunner;
before(() => {
  runner = createOnnxRunner({ packs, threads: 1 });
});
after(() => runner.close());

const encode = (text: string) => {
  const { ids } = pack.tokenizers["random-clip"]!.encode(text);
  return runner.run({ pack: name, stage: "clip-text", feeds: { ids: { shape: [1, ids.length], data: ids } } });
};

test("a caption goes through the tokenizer and clip-text to an embedding of the CLIP's size", async () => {
  const { embedding, states } = await encode("a red cube");
  assert.deepEqual(embedding!.shape, [1, pack.manifest.spaces["random-clip"]!.dimension]);
  assert.deepEqual(states!.shape, [1, contextLength, width]);
  assert.ok(embedding!.data.every(Number.isFinite));
  assert.notDeepEqual(embedding!.data, (await encode("a blue cube")).embedding!.data);
});

test("results do not depend on the number of threads", async () => {
  const rows = joinRows([denoise(1), denoise(2), denoise(3)]);
  const call = { pack: name, stage: "decoder", feeds: rows };
  const two = createOnnxRunner({ packs, threads: 2 });
  assert.deepEqual((await two.run(call)).output!.data, (await runner.run(call)).output!.data);
  await two.close();
});

test("feeds that do not fit the model reject with the input, its shape and the shape that is due", async () => {
  const run = (change: Record<string, Tensor | undefined>) => {
    const feeds = Object.fromEntries(Object.entries({ ...denoise(1), ...change }).filter(([, feed]) => feed));
    return runner.run({ pack: name, stage: "decoder", feeds: feeds as Tensors });
  };
  const missing = /stage "decoder" of pack "random-pack" takes "context_mask", .* it offers "sample", "timestep"/;
  await assert.rejects(run({ context_mask: undefined }), missing);
  await assert.rejects(run({ time: tensor([1, 33], 1) }), /"time" .* shape \[1, 33\], but must have \[1, 32\]/);
  await assert.rejects(run({ timestep: { shape: [1], data: Int32Array.of(3) } }), /is int32, but must be float32/);
  await assert.rejects(run({ sample: { shape: [1, 3], data: new Float32Array(4) } }), /4 values.*\[1, 3\]/);
  const { output } = await run({});
  assert.deepEqual(
    (await run({ extra: tensor([1], 1) })).output!.data,
    output!.data,
    "what it does not declare is left out",
  );
});

test("the inputs of a graph have the format's names, whatever the graph calls them", async () => {
  const decoder = ["sample", "timestep", "context", "context_mask", "time"];
  assert.deepEqual([...(await runner.inputs(name, "decoder"))].sort(), decoder.sort());
  assert.ok((await runner.warm(name, "decoder")).inputs.some((input) => input.name === "mask"));
  await assert.rejects(runner.inputs(name, "none"), /no stage "none"/);
});

test("a run that fails inside the model rejects with a remedy, and the next call works", async () => {
  const ids = { shape: [1, 8], data: new Int32Array(8).fill(1_000_000) };
  await assert.rejects(runner.run({ pack: name, stage: "clip-text", feeds: { ids } }), (error) => {
    assert.ok(error instanceof PackError);
    assert.match(error.message, /"clip-text" of pack "random-pack" failed/);
    return true;
  });
  assert.ok(await encode("red"));
});

test("an unknown pack and a file that is gone reject with a remedy", async () => {
  await assert.rejects(runner.run({ pack: "none", stage: "decoder", feeds: denoise(1) }), /no pack "none"/);
  const gone: Pack = { ...pack, folder: join(folder, "gone") };
  const other = createOnnxRunner({ packs: new Map([[name, gone]]), threads: 1 });
  await assert.rejects(
    other.warm(name, "decoder"),
    (error) => error instanceof PackError && /loaded/.test(error.message),
  );
  await other.close();
});

test("warm loads a session; those used longest ago are released when the files pass the limit", async () => {
  const small = createOnnxRunner({ packs, threads: 1, sessionBytes: 350_000 });
  const loaded = await small.warm(name, "clip-text");
  assert.deepEqual(loaded.inputs, [{ name: "ids", type: "int32", shape: ["N", 8] }]);
  await small.warm(name, "prior");
  await small.warm(name, "clip-text");
  const stages = async () => (await small.sessions()).map(({ stage }) => stage);
  assert.deepEqual(await stages(), ["prior", "clip-text"]);
  await small.warm(name, "clip-image");
  assert.deepEqual(await stages(), ["clip-text", "clip-image"]);
  await small.warm(name, "decoder");
  assert.deepEqual(await stages(), ["decoder"]);
  await small.close();
});

test("close waits for the running call, which gets its answer; calls that wait reject", async () => {
  const closing = createOnnxRunner({ packs, threads: 1 });
  const running = closing.run({ pack: name, stage: "decoder", feeds: denoise(1) });
  await null;
  const waits = assert.rejects(closing.run({ pack: name, stage: "decoder", feeds: denoise(2) }), /closed/);
  await closing.close();
  await waits;
  assert.equal((await running).output!.shape[0], 1);
});

test("a runner that nobody closed does not keep the process alive", async () => {
  const module = JSON.stringify(new URL("./onnx-runner.ts", import.meta.url).href);
  const script = `import(${module}).then((onnx) => onnx.createOnnxRunner({ packs: new Map(), threads: 1 }).sessions());`;
  const { error, status } = spawnSync(process.execPath, ["-e", script], { timeout: 120_000 });
  assert.deepEqual([error, status], [undefined, 0]);
});

test("the numerics name the provider, the precision, the runtime and the processor", () => {
  assert.match(runner.numerics, /^cpu; float32; onnxruntime 1\.30\.0; \w+; \S/);
});
