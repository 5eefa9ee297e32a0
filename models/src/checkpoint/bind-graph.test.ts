// A template is bound to tensors where they lie, and runs in the runtime that Clipwork has.
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createOnnxRunner } from "../onnx/onnx-runner.ts";
import { linearTemplate } from "../onnx/tiny-graph.fixture.ts";
import { type Bound, bindGraph } from "./bind-graph.ts";
import { parametersOf } from "./graph-parameters.ts";
import { readTensorFile, type StoredTensor } from "./tensor-file.ts";
import { type TensorGiven, tensorFile } from "./tensors.fixture.ts";

const [weight, bias] = [
  [1, 2, 3, 4, 5, 6],
  [0.5, -0.5],
];
const expected = [1 + 2 * 2 + 3 * 3 + 0.5, 4 + 5 * 2 + 6 * 3 - 0.5];

/** What the bound graph returns for [1, 2, 3], with the tensors of one file. */
async function run(
  context: TestContext,
  tensors: { readonly [name: string]: TensorGiven },
  bind: (stored: ReadonlyMap<string, StoredTensor>) => { readonly [parameter: string]: Bound },
) {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-bind-"));
  const [data, file] = [tensorFile(tensors), "linear.safetensors"];
  writeFileSync(join(folder, file), data);
  const bound = new Map(Object.entries(bind(await readTensorFile(join(folder, file)))));
  const graph = bindGraph(linearTemplate(), bound, { [join(folder, file)]: file });
  writeFileSync(join(folder, "linear.onnx"), graph);
  const stage = {
    file: "linear.onnx",
    sha256: hash("sha256", graph),
    externalData: [{ file, sha256: hash("sha256", data) }],
  };
  const packs = new Map([["pack", { folder, manifest: { stages: { linear: stage } } as never }]]);
  const runner = createOnnxRunner({ packs, threads: 1 });
  context.after(async () => {
    await runner.close();
    rmSync(folder, { recursive: true });
  });
  const sample = { shape: [1, 3], data: Float32Array.of(1, 2, 3) };
  return [...(await runner.run({ pack: "pack", stage: "linear", feeds: { sample } })).output!.data];
}

const halves = (values: readonly number[]) => new Uint8Array(new Float16Array(values).buffer);
/** The upper halves of float32 numbers. */
const uppers = (values: readonly number[]) =>
  Uint8Array.from(values.flatMap((value) => [...new Uint8Array(Float32Array.of(value).buffer).subarray(2)]));
const plain = (stored: ReadonlyMap<string, StoredTensor>) => ({
  "linear.weight": stored.get("w")!,
  "linear.bias": stored.get("b")!,
});

test("a template's parameters are the inputs that the format does not know", () => {
  assert.deepEqual(
    [...parametersOf(linearTemplate())],
    [
      ["linear.weight", [2, 3]],
      ["linear.bias", [2]],
    ],
  );
});

test("float32 weights are read where they lie, wherever that is", async (context) => {
  for (const pad of [0, 1, 2, 3]) {
    const before = { shape: [pad], type: "U8", bytes: new Uint8Array(pad) };
    const tensors = { before, w: { shape: [2, 3], values: weight }, b: { shape: [2], values: bias } };
    assert.deepEqual(await run(context, tensors, plain), expected);
  }
});

test("weights of 16 and 64 bits stay as they are stored, and are cast", async (context) => {
  for (const [type, bytes] of [
    ["F16", halves],
    ["BF16", uppers],
    ["F64", (values: readonly number[]) => new Uint8Array(Float64Array.from(values).buffer)],
  ] as const) {
    const tensors = {
      w: { shape: [2, 3], type, bytes: bytes(weight) },
      b: { shape: [2], type, bytes: bytes(bias) },
    };
    assert.deepEqual(await run(context, tensors, plain), expected, type);
  }
});

test("a transpose is turned back, of any type", async (context) => {
  const turned = [1, 4, 2, 5, 3, 6];
  const b = { shape: [2], values: bias };
  for (const w of [
    { shape: [3, 2], values: turned },
    { shape: [3, 2], type: "F16", bytes: halves(turned) },
  ]) {
    const outputs = await run(context, { w, b }, (stored) => ({
      ...plain(stored),
      "linear.weight": { ...stored.get("w")!, transposed: true },
    }));
    assert.deepEqual(outputs, expected);
  }
});

test("numbers that are none of a network's are refused by name", async (context) => {
  const tensors = { w: { shape: [2, 3], type: "I8", bytes: new Uint8Array(6) }, b: { shape: [2], values: bias } };
  await assert.rejects(run(context, tensors, plain), /"linear\.weight" in .* is of type I8/);
});

test("a parameter without a tensor is a bug of the caller", () => {
  assert.throws(() => bindGraph(linearTemplate(), new Map(), {}), /Bug: the template takes "linear\.weight"/);
});
