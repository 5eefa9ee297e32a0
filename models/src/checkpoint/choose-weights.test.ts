import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseWeights, fromPickle } from "./choose-weights.ts";

const choose = (names: string, first?: "fp16" | "bf16") => {
  const choice = chooseWeights(new Set(names.split(" ")), first);
  return choice && ("index" in choice ? `index ${choice.index}` : `${choice.kind} ${choice.name}`);
};

test("weights of full precision are taken before those of 16 bits, unless those are asked for", () => {
  const both = "model.fp16.safetensors model.safetensors";
  assert.equal(choose(both), "file model.safetensors");
  assert.equal(choose(both, "fp16"), "file model.fp16.safetensors");
  assert.equal(choose(both, "bf16"), "file model.safetensors");
  assert.equal(choose("model.bf16.safetensors"), "file model.bf16.safetensors");
});

test("shards are chosen by their index, whose name may have the variant at either place", () => {
  const shards = "model-00001-of-00002.safetensors model-00002-of-00002.safetensors";
  assert.equal(choose(`${shards} model.safetensors.index.json`), "index model.safetensors.index.json");
  for (const index of ["model.fp16.safetensors.index.json", "model.safetensors.index.fp16.json"])
    assert.equal(choose(`${shards} ${index}`), `index ${index}`);
});

test("a file of another name is taken if it is the only one, and a pickle only if there is nothing else", () => {
  assert.equal(choose("eclipse.safetensors prior.bin"), "file eclipse.safetensors");
  assert.equal(choose("one.safetensors two.safetensors"), undefined);
  assert.equal(choose("config.json pytorch_model.bin"), "pickle pytorch_model.bin");
  assert.equal(choose("config.json"), undefined);
});

test("a pickle's path is one argument of the command that makes safetensors of it", () => {
  assert.equal(fromPickle("my prior.pth"), 'python -m training.export.safetensors_of "my prior.pth"');
});
