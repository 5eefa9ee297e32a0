import assert from "node:assert/strict";
import { test } from "node:test";
import { PackError } from "@clipwork/models";
import { chooseFiles, firstFile } from "./choose-files.ts";
import type { Listing } from "./listing.ts";

const pipeline = (...parts: string[]) => ({
  _class_name: "UnCLIPPipeline",
  ...Object.fromEntries(parts.map((part) => [part, ["diffusers", "Class"]])),
});

function listing(...paths: string[]): Listing {
  const files = new Map(paths.map((path) => [path, { path, bytes: 1, sha256: "0".repeat(64) }]));
  return { repository: { id: "o/n", revision: "main" }, commit: "0".repeat(40), files, licence: {} };
}

const choose = (first: object, paths: readonly string[], variant?: "fp16") => {
  const { texts, weights } = chooseFiles(listing(...paths), first, variant);
  return [texts.map(({ path }) => path), weights.map(({ path }) => path)];
};

test("of a pipeline the parts that it names are taken, with their configurations and weights, and what is said about it", () => {
  const other = [
    ".gitattributes",
    "samples/a.png",
    "safety_checker/model.safetensors",
    "unused/config.json",
    "prior/x/config.json",
  ];
  const texts = [
    "README.md",
    "LICENSE",
    "model_index.json",
    "tokenizer/vocab.json",
    "tokenizer/merges.txt",
    "prior/config.json",
  ];
  const weights = ["prior/diffusion_pytorch_model.safetensors"];
  const index = { ...pipeline("tokenizer", "prior", "safety_checker"), feature_extractor: [null, null] };
  assert.deepEqual(choose(index, [...other, ...texts, ...weights, "prior/diffusion_pytorch_model.bin"]), [
    texts,
    weights,
  ]);
});

test("half precision is taken where it is asked for and there, and refused if it is nowhere", () => {
  const both = ["prior/model.safetensors", "prior/model.fp16.safetensors", "decoder/model.safetensors"];
  const all = ["model_index.json", "prior/config.json", "decoder/config.json", ...both];
  assert.deepEqual(choose(pipeline("prior", "decoder"), all, "fp16")[1], [both[1], both[2]]);
  assert.deepEqual(choose(pipeline("prior", "decoder"), all)[1], [both[0], both[2]]);
  assert.throws(() => choose(pipeline("decoder"), all, "fp16"), /o\/n has no weights of the variant fp16/);
});

test("shards come with their index, those of the variant alone", () => {
  const shards = (variant: string) => [1, 2].map((n) => `prior/model${variant}-0000${n}-of-00002.safetensors`);
  const index = "prior/model.safetensors.index.json";
  const half = "prior/model.safetensors.index.fp16.json";
  const all = ["model_index.json", index, half, ...shards(""), ...shards(".fp16")];
  const [texts, weights] = choose(pipeline("prior"), all);
  assert.deepEqual([texts, weights], [["model_index.json", index], shards("")]);
  assert.deepEqual(choose(pipeline("prior"), all, "fp16"), [["model_index.json", half], shards(".fp16")]);
});

test("one network is taken from the repository's own folder", () => {
  const clip = { architectures: ["CLIPModel"] };
  const paths = ["config.json", "vocab.json", "merges.txt", "preprocessor_config.json", "special_tokens_map.json"];
  assert.deepEqual(
    choose(clip, [...paths, "model.safetensors", "pytorch_model.bin", "tf_model.h5", "onnx/model.onnx"]),
    [paths, ["model.safetensors"]],
  );
});

test("a CLIP of open_clip is taken by its own configuration, unless that of transformers is there", () => {
  const paths = ["open_clip_config.json", "vocab.json", "merges.txt", "tokenizer_config.json"];
  const weights = ["open_clip_model.safetensors"];
  assert.deepEqual(choose({ model_cfg: {} }, [...paths, ...weights, "open_clip_pytorch_model.bin"]), [paths, weights]);
  const both = ["config.json", "model.safetensors", ...paths, ...weights];
  assert.equal(firstFile(listing(...both)).path, "config.json");
  assert.deepEqual(choose({ architectures: ["CLIPModel"] }, both)[1], ["model.safetensors"]);
});

test("what cannot be imported is refused by name before it is downloaded", () => {
  const refused = (work: () => unknown, message: RegExp) =>
    assert.throws(work, (error) => error instanceof PackError && message.test(error.message) && error.remedy !== "");
  refused(() => firstFile(listing("params.json", "x.safetensors")), /o\/n is no checkpoint that can be read/);
  refused(() => choose({ _class_name: "FluxPipeline" }, ["model_index.json"]), /o\/n holds a FluxPipeline/);
  refused(() => choose([], ["model_index.json"]), /model_index\.json of o\/n is not an object/);
  refused(
    () => choose(pipeline("prior"), ["model_index.json"]),
    /has no folder prior, which its model_index\.json names/,
  );
  refused(() => choose(pipeline("../x"), ["model_index.json"]), /has no folder \.\.\/x/);
  refused(() => choose(pipeline("prior"), ["model_index.json", "prior/config.json"]), /o\/n has no weights/);
});
