import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import type { Bound } from "./bind-graph.ts";
import { checkpoint, readTensors, writeTensors } from "./checkpoint.fixture.ts";
import { quantisable, quantise, writeInt8 } from "./int8-weights.ts";
import { openNetwork } from "./network.ts";
import { openTemplates } from "./template.ts";

const templates = join(import.meta.dirname, "../../../test/fixtures/templates");

test("a number is within half a step of its row's scale, and the largest of a row is exact", () => {
  const rows = fc.array(
    fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 }), { minLength: 3, maxLength: 3 }),
    {
      minLength: 1,
      maxLength: 5,
    },
  );
  fc.assert(
    fc.property(rows, (weight) => {
      const { values, scales } = quantise(Float32Array.from(weight.flat()), weight.length);
      for (const [i, number] of weight.flat().entries()) {
        const scale = scales[Math.floor(i / 3)]!;
        if (Math.abs(number) > 2e-36)
          assert.ok(Math.abs(values[i]! * scale - number) <= 0.501 * scale, `${number}: ${values[i]} × ${scale}`);
      }
    }),
  );
  assert.deepEqual(quantise(Float32Array.of(0.5, -1, 0, 0), 2), {
    values: Int8Array.of(64, -127, 0, 0),
    scales: Float32Array.of(1 / 127, 1),
  });
  assert.throws(() => quantise(Float32Array.of(1, 2, Infinity, 1), 2), /row 1 has a number that is not finite/);
  assert.throws(() => quantise(Float32Array.of(NaN), 1), /row 0/);
});

async function network(context: Parameters<typeof checkpoint>[0], component: string, role: string) {
  const given = checkpoint(context);
  return { given, network: await openNetwork(await openTemplates(templates), join(given.from, component), role) };
}

test("weights of linear layers and convolutions have 8 bits, embeddings, norms and biases do not", async (context) => {
  const { network: text } = await network(context, "text_encoder", "text-encoder");
  const names = quantisable(text.graph.bytes);
  assert.ok(names.has("text_model.encoder.layers.0.mlp.fc1.weight"));
  for (const name of [
    "text_model.embeddings.token_embedding.weight",
    "text_model.encoder.layers.0.layer_norm1.weight",
    "text_model.encoder.layers.0.mlp.fc1.bias",
  ])
    assert.ok(text.match.bound.has(name) && !names.has(name), name);
  const { network: decoder } = await network(context, "decoder", "denoiser");
  assert.ok(quantisable(decoder.graph.bytes).has("conv_in.weight"));
});

test("16-bit and transposed weights are quantised as the numbers that they stand for", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-int8-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const { given, network: text } = await network(context, "text_encoder", "text-encoder");
  const plain = await writeInt8(text.graph.bytes, text.match.bound, join(folder, "plain"));
  const [name] = [...plain].find(([, { scales }]) => scales)!;
  const source = text.match.bound.get(name)!;
  const bytes = Uint8Array.from(readFileSync(source.file)).slice(source.offset, source.offset + source.bytes);
  const float32 = new Float32Array(bytes.buffer);
  const [rows, columns] = source.shape as readonly [number, number];
  const turned = float32.map((_, i) => float32[(i % rows) * columns + Math.floor(i / rows)]!);
  const stored = {
    F32: float32,
    F64: Float64Array.from(float32),
    F16: Float16Array.from(float32),
    BF16: Uint16Array.from(new Uint32Array(float32.buffer), (word) => word >>> 16),
    turned,
  };
  const int8Of = async (type: keyof typeof stored): Promise<number[]> => {
    const file = join(given.root, type);
    const data = stored[type];
    const shape = type === "turned" ? [columns, rows] : [rows, columns];
    const dtype = type === "turned" ? "F32" : type;
    const content = new Uint8Array(data.buffer);
    writeFileSync(file, writeTensors(new Map([["w", { dtype, shape, bytes: content }]])));
    const offset = statSync(file).size - content.length;
    const one: Bound = { file, type: dtype, shape, offset, bytes: content.length, transposed: type === "turned" };
    const path = join(folder, type);
    await writeInt8(text.graph.bytes, new Map([[name, one]]), path);
    const written = readTensors(readFileSync(path));
    assert.deepEqual(written.get(name)!.shape, [rows, columns]);
    return [...new Int8Array(Uint8Array.from(written.get(name)!.bytes).buffer)];
  };
  const expected = await int8Of("F32");
  assert.deepEqual(await int8Of("F64"), expected);
  assert.deepEqual(await int8Of("turned"), expected);
  for (const type of ["F16", "BF16"] as const) {
    const found = await int8Of(type);
    assert.ok(
      found.every((value, i) => Math.abs(value - expected[i]!) <= 1),
      type,
    );
  }
});

test("a weight that is not finite is refused by name, and no pack is left", async (context) => {
  const given = checkpoint(context);
  given.changeTensors("prior/diffusion_pytorch_model.safetensors", (tensors) => {
    const name = "transformer_blocks.0.ff.net.0.proj.weight";
    const bytes = Buffer.from(tensors.get(name)!.bytes);
    bytes.writeFloatLE(Number.NaN, 8);
    tensors.set(name, { ...tensors.get(name)!, bytes });
  });
  await assert.rejects(given.import({ placing: "int8" }), (error: Error) => {
    assert.match(
      error.message,
      /"transformer_blocks\.0\.ff\.net\.0\.proj\.weight" in .*: row 0 has a number that is not finite/,
    );
    return true;
  });
  assert.ok(!existsSync(join(given.packs, "imported")));
});
