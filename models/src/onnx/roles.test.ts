// A tiny graph for each role, in a pack of format 2 whose names are its own: what it declares is what it is fed.
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { loadPack } from "../pack/load-pack.ts";
import { deviceQueue } from "../runner/device-queue.ts";
import type { ModelRunner } from "../runner/runner.ts";
import type { Tensor, Tensors } from "../runner/tensor.ts";
import { example } from "../stages/example.fixture.ts";
import { createOnnxRunner } from "./onnx-runner.ts";
import { type TinyInput, tinyGraph } from "./tiny-graph.fixture.ts";

const [T, D, W] = [4, 2, 3];
const text: TinyInput[] = [
  { name: "text_embedding", shape: ["N", D] },
  { name: "text_states", shape: ["N", T, W] },
];
const timestep: TinyInput = { name: "timestep", shape: ["N"] };
const picture = (name: string, channels: number): TinyInput => ({ name, shape: ["N", channels, "H", "W"] });

/** What each graph declares, under the graph's own names. */
const graphs: { readonly [stage in keyof typeof example.stages]: readonly TinyInput[] } = {
  words: [{ name: "ids", shape: ["N", T], ids: true }],
  tags: [
    { name: "ids", shape: ["N", T], ids: true },
    { name: "text_mask", shape: ["N", T] },
  ],
  pixels: [picture("image", 3)],
  // ECLIPSE: no timestep.
  guess: [{ name: "sample", shape: ["N", D] }, ...text, { name: "mask", shape: ["N", T] }],
  spell: [
    { name: "codes", shape: ["N", "M"], ids: true },
    { name: "position", shape: ["N"] },
    ...text,
    { name: "keep_text", shape: ["N"] },
    { name: "past", shape: ["N", 2, 7, 8] },
  ],
  tell: [{ name: "image_embedding", shape: ["N", D] }, ...text],
  paint: [
    picture("sample", 3),
    timestep,
    { name: "context", shape: ["N", 6, W] },
    { name: "context_mask", shape: ["N", 6] },
    { name: "time", shape: ["N", 5] },
  ],
  enlarge: [picture("sample", 3), timestep, picture("condition", 3)],
  polish: [picture("sample", 3), timestep, picture("condition", 3)],
  // Kandinsky 2.2: the image embedding goes straight in.
  dream: [picture("sample", 4), timestep, { name: "image_embedding", shape: ["N", D] }],
  squeeze: [picture("image", 3)],
  unfold: [picture("latent", 4)],
  rate: [{ name: "image_embedding", shape: ["N", D] }],
  read: [picture("image", 3)],
  extra: [{ name: "anything", shape: ["N", 7] }],
};

/** All that a node could have for a row. */
function offers(channels: number): Tensors {
  const of = (...shape: number[]): Tensor => ({
    shape: [1, ...shape],
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i + shape.length)),
  });
  return {
    ids: { shape: [1, T], data: Int32Array.of(1, 2, 3, 6) },
    image: of(3, 8, 8),
    timestep: of(),
    text_embedding: of(D),
    text_states: of(T, W),
    text_mask: of(T),
    image_embedding: of(D),
    context: of(6, W),
    context_mask: of(6),
    time: of(5),
    condition: of(3, 4, 4),
    latent: of(4, 2, 2),
    keep_text: of(),
    codes: { shape: [1, 3], data: Int32Array.of(5, 0, 2) },
    position: of(),
    past: of(2, 7, 8),
    keep_image: of(),
    sample: channels === 0 ? of(D) : of(channels, 4, 4),
  };
}

const root = mkdtempSync(join(tmpdir(), "clipwork-roles-"));
const folder = join(root, example.name);
let runner: ModelRunner;

before(async () => {
  mkdirSync(folder);
  const fixture = join(import.meta.dirname, "../../../test/fixtures/random-pack/tokenizer.json");
  const stages = Object.entries(example.stages).map(([name, section]) => {
    const model = tinyGraph(graphs[name as keyof typeof graphs]);
    writeFileSync(join(folder, `${name}.onnx`), model);
    return [name, { ...section, sha256: hash("sha256", model), externalData: [] }];
  });
  const tokens = { bos: "<|startoftext|>", eos: "<|endoftext|>", pad: "<|endoftext|>", unknown: null };
  const texts = Object.entries(example.texts).map(([name, given]) => {
    copyFileSync(fixture, join(folder, given.tokenizer.file));
    const sha256 = "d19372e7e0bf06eceb24856dbc428073159a7e1678742f7d0a2a2ca740a3f3f1";
    return [name, { ...given, tokenizer: { ...given.tokenizer, sha256, ...tokens } }];
  });
  const manifest = { ...example, arrays: {}, stages: Object.fromEntries(stages), texts: Object.fromEntries(texts) };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  const packs = new Map([[example.name, await loadPack(folder)]]);
  runner = deviceQueue(createOnnxRunner({ packs, threads: 1 }));
});
after(async () => {
  await runner.close();
  rmSync(root, { recursive: true, force: true });
});

const mean = ({ data }: Tensor) => Array.from<number>(data).reduce((sum, value) => sum + value, 0) / data.length;

for (const [stage, section] of Object.entries(example.stages)) {
  test(`${section.role} (${stage}): the graph gets all that it declares, and nothing else that is offered`, async () => {
    const channels = stage === "dream" ? 4 : section.role === "prior" ? 0 : 3;
    const feeds: Tensors = { ...offers(channels), anything: { shape: [1, 7], data: new Float32Array(7).fill(2) } };
    const names = graphs[stage as keyof typeof graphs].map(({ name }) => (name === "mask" ? "text_mask" : name));
    assert.deepEqual([...(await runner.inputs(example.name, stage))].sort(), [...names].sort());
    const { output } = await runner.run({ pack: example.name, stage, feeds });
    const expected = names.reduce((sum, name) => sum + mean(feeds[name]!), 0);
    assert.ok(Math.abs(output!.data[0]! - expected) < 1e-5, `${output!.data[0]} is not ${expected}`);

    const { [names[0]!]: _, ...others } = feeds;
    const refused = new RegExp(`stage "${stage}" of pack "example" takes "${names[0]}", .* it offers "`);
    await assert.rejects(runner.run({ pack: example.name, stage, feeds: others }), refused);
  });
}
