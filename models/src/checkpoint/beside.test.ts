import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { fieldsBeside } from "./beside.ts";
import { checkpoint, fixtures } from "./checkpoint.fixture.ts";
import { openNetwork } from "./network.ts";
import { openTemplates } from "./template.ts";

const weights = "diffusion_pytorch_model.safetensors";
const open = async (folder: string, role: string) =>
  openNetwork(await openTemplates(join(fixtures, "templates")), folder, role);

test("two tensors that go inside one field are both there, in the fewest digits that read back equal", async (context) => {
  const given = checkpoint(context);
  const numbers = (value: number) => new Uint8Array(new Float32Array(16).fill(value).buffer);
  given.changeTensors(`prior/${weights}`, (tensors) => {
    for (const [name, value] of [
      ["clip_mean", 0.1],
      ["clip_std", 1 / 3],
    ] as const)
      tensors.set(name, { ...tensors.get(name)!, bytes: numbers(value) });
  });
  const fields = await fieldsBeside(await open(join(given.from, "prior"), "prior"));
  assert.deepEqual(Object.keys(fields), ["normalisation"]);
  const { mean, std } = fields.normalisation as { readonly [field: string]: readonly number[] };
  for (const [found, value] of [
    [mean!, 0.1],
    [std!, 1 / 3],
  ] as const) {
    assert.equal(found.length, 16);
    assert.equal(Math.fround(found[0]!), Math.fround(value));
    assert.ok(String(found[0]).replace(/^0\./, "").length <= 9, String(found[0]));
  }
});

test("a tensor that goes into a field of its own is its list of numbers", async (context) => {
  const fields = await fieldsBeside(await open(join(checkpoint(context).from, "text_proj"), "condition"));
  assert.deepEqual(Object.keys(fields), ["nullImageEmbedding"]);
  assert.equal((fields.nullImageEmbedding as number[]).length, 16);
});

test("a network with nothing beside it has no fields of it", async (context) => {
  assert.deepEqual(await fieldsBeside(await open(join(checkpoint(context).from, "decoder"), "denoiser")), {});
});
