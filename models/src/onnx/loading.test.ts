import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { bindGraph } from "../checkpoint/bind-graph.ts";
import { hashFile } from "../pack/hash-file.ts";
import { deviceQueue } from "../runner/device-queue.ts";
import type { Loading } from "../runner/runner.ts";
import { createOnnxRunner } from "./onnx-runner.ts";
import { linearTemplate } from "./tiny-graph.fixture.ts";

const [outputs, inputs] = [4096, 8192] as const;
const bytes = 4 * outputs * inputs;
const file = "linear.safetensors";

/** A runner of a pack whose only stage has 128 MB of weights: zeros, which take no space on the disk. */
async function open(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-loading-"));
  const [weight, bias] = [
    { shape: [outputs, inputs], bytes },
    { shape: [outputs], bytes: 4 * outputs },
  ].map((stored) => ({
    ...{ file, type: "F32", offset: 0 },
    ...stored,
  }));
  const bound = new Map([
    ["linear.weight", weight!],
    ["linear.bias", bias!],
  ]);
  const graph = bindGraph(linearTemplate(outputs, inputs), bound, { [file]: file });
  writeFileSync(join(folder, "linear.onnx"), graph);
  writeFileSync(join(folder, file), "");
  truncateSync(join(folder, file), bytes);
  const externalData = [{ file, sha256: await hashFile(join(folder, file)) }];
  const linear = { file: "linear.onnx", sha256: hash("sha256", graph), externalData };
  const packs = new Map([["pack", { folder, manifest: { name: "pack", stages: { linear } } as never }]]);
  const runner = deviceQueue(createOnnxRunner({ packs, threads: 1 }));
  context.after(async () => {
    await runner.close();
    rmSync(folder, { recursive: true });
  });
  return runner;
}

const call = {
  pack: "pack",
  stage: "linear",
  feeds: { sample: { shape: [1, inputs], data: new Float32Array(inputs) } },
};

test("a call hears how its large stage is read and loaded, and the next one nothing", async (context) => {
  const runner = await open(context);
  const told: Loading[] = [];
  const onLoad = (loading: Loading) => told.push(loading);
  await runner.run({ ...call, onLoad });
  const read = told.filter((one) => one.read !== undefined);
  assert.ok(read.length > 0);
  assert.equal(read.at(-1)!.read, bytes);
  assert.equal(told.at(-1)!.read, undefined, "the session comes last");
  assert.deepEqual(new Set(told.map(({ stage }) => stage)), new Set(["linear"]));
  told.length = 0;
  await runner.run({ ...call, onLoad });
  assert.deepEqual(told, []);
});

test("a call that is cancelled while its stage is loaded rejects at once, and the stage works later", async (context) => {
  const runner = await open(context);
  const controller = new AbortController();
  const onLoad = () => controller.abort(new Error("enough"));
  await assert.rejects(runner.run({ ...call, onLoad, signal: controller.signal }), /enough/);
  assert.equal((await runner.run(call)).output!.data.length, outputs);
});
