import assert from "node:assert/strict";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PackError } from "../fields/pack-error.ts";
import { FileHashes } from "../pack/file-hashes.ts";
import { loadPack } from "../pack/load-pack.ts";
import { checkpoint, fixtures, type Stored } from "./checkpoint.fixture.ts";

type Given = ReturnType<typeof checkpoint>;

test("weights are in the pack and where they were published, on the disk once, with not a byte changed", async (context) => {
  const given = checkpoint(context);
  const published = join(given.from, "prior", "diffusion_pytorch_model.safetensors");
  const before = readFileSync(published);
  const { folder, bytes } = await given.import();
  const [one, other] = [statSync(published), statSync(join(folder, "prior.safetensors"))];
  assert.deepEqual([one.ino, one.nlink], [other.ino, 2]);
  assert.deepEqual(readFileSync(published), before);
  assert.ok(bytes.weights > 450_000 && bytes.written < 250_000);
  assert.deepEqual(readdirSync(given.packs), ["imported"]);
});

test("an imported pack is one like any other: it loads, and its hashes are known already", async (context) => {
  const given = checkpoint(context);
  const { folder } = await given.import();
  const { manifest, tokenizers } = await loadPack(folder, given.hashes);
  assert.deepEqual(
    Object.entries(manifest.stages).map(([name, { role }]) => [name, role]),
    [
      ["clip-text", "text-encoder"],
      ["prior", "prior"],
      ["decoder-condition", "condition"],
      ["decoder", "denoiser"],
      ["upsampler-256", "denoiser"],
      ["upsampler-256-last", "denoiser"],
    ],
  );
  assert.deepEqual(tokenizers.clip!.encode("A  red cube").pieces, ["a", "red", "cube"]);
});

test("a hash is not computed again for the pack", async (context) => {
  const given = checkpoint(context);
  const later = new FileHashes(() => Date.now() + 3_600_000);
  const { folder } = await given.import({ hashes: later });
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".safetensors")))
    assert.match(later.known(join(folder, file))!.sha256, /^[0-9a-f]{64}$/);
});

test("moved weights leave the published folder, and copied ones are there twice", async (context) => {
  const moved = checkpoint(context);
  await moved.import({ placing: "move" });
  assert.ok(!existsSync(join(moved.from, "prior", "diffusion_pytorch_model.safetensors")));
  assert.equal(statSync(join(moved.packs, "imported", "prior.safetensors")).nlink, 1);
  const copied = checkpoint(context);
  await copied.import({ placing: "copy" });
  assert.equal(statSync(join(copied.from, "prior", "diffusion_pytorch_model.safetensors")).nlink, 1);
});

test("a hub's cache, whose files are links, is imported by what they lead to", async (context) => {
  const given = checkpoint(context);
  const file = join(given.from, "prior", "diffusion_pytorch_model.safetensors");
  const blob = join(given.root, "5f23227a");
  renameSync(file, blob);
  symlinkSync(blob, file);
  const { folder } = await given.import();
  assert.equal(statSync(join(folder, "prior.safetensors")).ino, statSync(blob).ino);
});

test("the ids of space and text are the published weights' own, unless a pack knows the text's space", async (context) => {
  const given = checkpoint(context);
  const { manifest } = await given.import();
  const { sha256 } = manifest.stages["clip-text"]!.externalData![0]!;
  assert.deepEqual([manifest.texts.clip!.id, manifest.spaces.clip!.id], [sha256, sha256]);
  const known = "ab".repeat(32);
  const told = await given.import({ name: "other", spaceOf: (text) => (text === sha256 ? known : undefined) });
  assert.deepEqual([told.manifest.texts.clip!.id, told.manifest.spaces.clip!.id], [sha256, known]);
});

test("a licence is what the folder's README says", async (context) => {
  const given = checkpoint(context);
  writeFileSync(join(given.from, "README.md"), "---\nlicense: creativeml-openrail-m\ntags: [x]\n---\n# Karlo\n");
  assert.equal((await given.import()).manifest.licence, "creativeml-openrail-m");
});

test("weights of 16 bits, and shards with their index, are the same network", async (context) => {
  const given = checkpoint(context);
  const half = (tensor: Stored) => {
    const numbers = new Float32Array(Uint8Array.from(tensor.bytes).buffer);
    return { ...tensor, dtype: "F16", bytes: new Uint8Array(new Float16Array(numbers).buffer) };
  };
  given.changeTensors("decoder/diffusion_pytorch_model.safetensors", (tensors) => {
    for (const [name, tensor] of tensors) tensors.set(name, half(tensor));
  });
  const shard = join(given.from, "prior", "diffusion_pytorch_model.safetensors");
  const name = "diffusion_pytorch_model-00001-of-00001.safetensors";
  const names: string[] = [];
  given.changeTensors("prior/diffusion_pytorch_model.safetensors", (tensors) => names.push(...tensors.keys()));
  renameSync(shard, join(given.from, "prior", name));
  const index = { metadata: {}, weight_map: Object.fromEntries(names.map((tensor) => [tensor, name])) };
  writeFileSync(join(given.from, "prior", "diffusion_pytorch_model.safetensors.index.json"), JSON.stringify(index));
  const { manifest } = await given.import();
  assert.equal(manifest.stages.prior!.externalData!.length, 1);
});

const text = "text_encoder/model.safetensors";
const prior = "prior/diffusion_pytorch_model.safetensors";
const edit = (file: string, fields: object) => (given: Given) =>
  given.changeJson(file, (json) => ({ ...json, ...fields }));
const reshape = (given: Given) =>
  given.changeTensors(text, (tensors) => {
    const tensor = tensors.get("text_projection.weight")!;
    tensors.set("text_projection.weight", { ...tensor, shape: [8, 32] });
  });

const wrong: readonly [what: string, change: (given: Given) => void, message: RegExp][] = [
  [
    "a missing tensor",
    (given) => given.changeTensors(text, (tensors) => tensors.delete("text_projection.weight")),
    /1 missing \(text_projection\.weight\)/,
  ],
  [
    "an extra tensor",
    (given) => given.changeTensors(prior, (tensors) => tensors.set("lora.up", tensors.get("clip_mean")!)),
    /1 extra \(lora\.up\)/,
  ],
  [
    "a misshapen tensor",
    reshape,
    /1 of another shape \(text_projection\.weight is \[8, 32\], but must be \[16, 16\]\)/,
  ],
  [
    "statistics that are no numbers",
    (given) =>
      given.changeTensors(prior, (tensors) =>
        tensors.set("clip_mean", { ...tensors.get("clip_mean")!, bytes: new Uint8Array(64).fill(255) }),
      ),
    /"clip_mean" in .* holds NaN/,
  ],
  [
    "missing statistics",
    (given) => given.changeTensors(prior, (tensors) => tensors.delete("clip_std")),
    /1 missing \(clip_std\)/,
  ],
  [
    "a configuration without a template",
    edit("prior/config.json", { num_layers: 3 }),
    /nearest, "small-karlo-prior", is for another num_layers \(2, and here it is 3\)/,
  ],
  [
    "a network of another class",
    edit("prior/config.json", { _class_name: "DiT" }),
    /is of a DiT, for which there is no template of the role "prior"/,
  ],
  [
    "an unknown scheduler",
    edit("prior_scheduler/scheduler_config.json", { _class_name: "KDPM2DiscreteScheduler" }),
    /is of a "KDPM2DiscreteScheduler"/,
  ],
  [
    "a scheduler's unknown field",
    edit("decoder_scheduler/scheduler_config.json", { use_karras_sigmas: true }),
    /has the field "use_karras_sigmas"/,
  ],
  [
    "a pipeline of another kind",
    edit("model_index.json", { _class_name: "FluxPipeline" }),
    /holds a FluxPipeline, which cannot be imported/,
  ],
  [
    "a pickle",
    (given) => renameSync(join(given.from, prior), join(given.from, "prior", "diffusion_pytorch_model.bin")),
    /are a pickle, diffusion_pytorch_model\.bin/,
  ],
  [
    "a file that was cut",
    (given) => writeFileSync(join(given.from, prior), readFileSync(join(given.from, prior)).subarray(0, -1)),
    /its arrays take/,
  ],
  [
    "a part that is missing",
    (given) => rmSync(join(given.from, "text_proj"), { recursive: true }),
    /text_proj.config\.json is missing/,
  ],
  [
    "a tokenizer without merges",
    (given) => rmSync(join(given.from, "tokenizer", "merges.txt")),
    /neither tokenizer\.json nor merges\.txt/,
  ],
  [
    "a merge that makes no token",
    (given) => writeFileSync(join(given.from, "tokenizer", "merges.txt"), "z z\n"),
    /has no token "zz" in vocab\.json/,
  ],
  [
    "a configuration that is no JSON",
    (given) => writeFileSync(join(given.from, "prior", "config.json"), "{"),
    /config\.json is not JSON/,
  ],
  [
    "a folder that is none",
    (given) => rmSync(join(given.from, "model_index.json")),
    /none of model_index\.json, config\.json, open_clip_config\.json and prior_config\.json/,
  ],
];

for (const [what, change, message] of wrong)
  test(`${what} is named, and nothing is left`, async (context) => {
    const given = checkpoint(context);
    change(given);
    await assert.rejects(given.import(), (error) => {
      assert.ok(error instanceof PackError && error.remedy !== "", String(error));
      assert.match(error.message, message);
      assert.ok(error.message.includes(given.from), error.message);
      return true;
    });
    assert.deepEqual(existsSync(given.packs) ? readdirSync(given.packs) : [], []);
  });

test("what fails in the check or is cancelled leaves nothing, and the published folder as it was", async (context) => {
  const given = checkpoint(context);
  const files = () => readdirSync(given.from, { recursive: true }).sort();
  const before = files();
  const failure = new Error("no");
  await assert.rejects(given.import({ placing: "move", check: () => Promise.reject(failure) }), failure);
  const abort = new AbortController();
  const cancelled = given.import({ placing: "move", signal: abort.signal, onFile: () => abort.abort() });
  await assert.rejects(cancelled, { name: "AbortError" });
  assert.deepEqual([readdirSync(given.packs), files()], [[], before]);
});

test("a name that no pack can have is refused before anything is written", async (context) => {
  const given = checkpoint(context);
  for (const name of ["../outside", "Karlo", "a/b", "", ".hidden", "a".repeat(65)])
    await assert.rejects(given.import({ name }), {
      name: "PackError",
      message: `${JSON.stringify(name)} cannot be the name of a pack.`,
    });
  assert.deepEqual(readdirSync(given.root), ["small-karlo"]);
});

test("a folder of image variations has CLIP's image encoder in the prior's place", async (context) => {
  const given = checkpoint(context);
  const kandinsky = join(fixtures, "checkpoints", "small-kandinsky-2-2-prior");
  cpSync(join(kandinsky, "image_encoder"), join(given.from, "image_encoder"), { recursive: true });
  cpSync(join(kandinsky, "image_processor"), join(given.from, "feature_extractor"), { recursive: true });
  given.changeJson("model_index.json", ({ prior: _, prior_scheduler: __, ...index }) => ({
    ...{ ...index, _class_name: "UnCLIPImageVariationPipeline", prior: [null, null] },
    ...{ image_encoder: ["transformers", "CLIPVisionModelWithProjection"] },
  }));
  const { manifest } = await given.import();
  const names = ["clip-text", "clip-image", "decoder-condition", "decoder", "upsampler-256", "upsampler-256-last"];
  assert.deepEqual(Object.keys(manifest.stages), names);
  const { sha256 } = manifest.stages["clip-image"]!.externalData![0]!;
  assert.deepEqual([manifest.spaces.clip!.id, manifest.spaces.clip!.image!.size], [sha256, 16]);
});

test("a name that is taken is refused before anything is read", async (context) => {
  const given = checkpoint(context);
  mkdirSync(join(given.packs, "imported"), { recursive: true });
  await assert.rejects(given.import({ from: "/nowhere" }), /There is .*imported already/);
});

test("what an import left whose process was killed is removed by the next one", async (context) => {
  const given = checkpoint(context);
  // Larger than any process id.
  mkdirSync(join(given.packs, ".import-99999999-abc", "imported"), { recursive: true });
  mkdirSync(join(given.packs, `.import-${process.pid}-abc`), { recursive: true });
  await given.import();
  assert.deepEqual(readdirSync(given.packs).sort(), [`.import-${process.pid}-abc`, "imported"]);
});
