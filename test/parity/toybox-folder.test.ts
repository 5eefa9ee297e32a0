// The toybox as a folder of diffusers: imported as any other, it is the pack that ships. training/tests/export/test_diffusers_folder.py
// holds the same folder, made by Python, to UnCLIPPipeline.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { loadPack, type Pack } from "@clipwork/models";
import type { ImageEmbeddingValue, ImageValue, TextEmbeddingValue } from "@clipwork/nodes";
import { assertClose } from "./golden.ts";
import { importPack, runPack, scratch } from "./imported-pack.ts";
import { writeToyboxFolder } from "./toybox-folder.ts";

const shippedPacks = join(import.meta.dirname, "..", "..", "packs");
const published = scratch("toybox-folder");

const shipped = await loadPack(join(shippedPacks, "toybox"));
writeToyboxFolder(published, shipped);
const { pack: imported, runNode: runImported } = await importPack("imported", published, {
  templates: join(shippedPacks, "templates"),
  placing: "link",
});
const { runNode: runShipped } = runPack(shipped);

/** Both packs compute the same by other graphs, and so round differently. A step of eight bits of a picture is 7.8e-3. */
const tolerance = 1e-4;

/** What both packs' nodes of a type return, the imported pack's first, each for its own inputs. */
async function both<T>(type: string, output: string, inputs: readonly [object, object], params: object = {}) {
  const [ours, theirs] = [await runImported(type, inputs[0], params), await runShipped(type, inputs[1], params)];
  return [ours.outputs[output] as T, theirs.outputs[output] as T] as const;
}
const same = (inputs: object): [object, object] => [inputs, inputs];

test("its sections of the manifest are the shipped pack's, but for files, and sampler, steps and guidance, which no such folder states", () => {
  const sections = ({ manifest }: Pack) =>
    Object.fromEntries(
      ["prior", "decoder-condition", "decoder", "upsampler-256"].map((name) => {
        const { scheduler, normalisation, nullImageEmbedding, sample, enlarges } = manifest.stages[name] as {
          readonly [field: string]: unknown;
        };
        const { sampler: _, timesteps: __, ...schedule } = Object(scheduler);
        return [name, { schedule, normalisation, nullImageEmbedding, sample, enlarges }];
      }),
    );
  assert.deepEqual(sections(imported), sections(shipped));
  assert.equal(imported.manifest.licence, shipped.manifest.licence.toLowerCase());
});

const captions = [
  ...["", "a red cube on sand", "A  large blue METAL sphere\nleft of a small matte cone, at night"],
  ...["two tori; it's 12 o'clock!", "a sign that says 'clip' ü☃", "wooden ".repeat(40)],
];

test("captions have the same tokens and encodings", async (t) => {
  const errors: number[] = [];
  for (const text of captions) {
    const [ours, theirs] = await both<TextEmbeddingValue>("clip.encode-text", "embedding", same({ text }));
    assert.deepEqual([...ours.mask], [...theirs.mask], text);
    errors.push(
      assertClose(ours.embedding, theirs.embedding, 1e-5, `embedding of "${text}"`),
      assertClose(ours.states, theirs.states, 1e-5, `states of "${text}"`),
    );
  }
  t.diagnostic(Math.max(...errors).toExponential(1));
});

test("from caption to picture of 256 pixels, each pack by itself, the pictures are the same", async (t) => {
  const guided = (scale: number) => ({ guidance: { scale, negative: "" } });
  const [text, shippedText] = await both<TextEmbeddingValue>(
    "clip.encode-text",
    "embedding",
    same({ text: captions[1] }),
  );
  const pair = (ours: object, theirs: object, more: object = {}) =>
    [
      { ...ours, ...more },
      { ...theirs, ...more },
    ] as const;
  const image = await both<ImageEmbeddingValue>(
    "prior.diffusion",
    "embedding",
    pair({ text }, { text: shippedText }, guided(2)),
    { seed: 1, steps: 25 },
  );
  const small = await both<ImageValue>(
    "decoder.sample",
    "image",
    pair({ image: image[0], text }, { image: image[1], text: shippedText }, guided(2.5)),
    { seed: 1, steps: 25, sampler: "ddpm" },
  );
  const large = await both<ImageValue>("upsampler.x256", "image", pair({ image: small[0] }, { image: small[1] }), {
    seed: 1,
    steps: 7,
  });
  const seen = await both<ImageEmbeddingValue>("clip.encode-image", "embedding", [
    { image: large[0] },
    { image: large[1] },
  ]);
  const errors = [
    assertClose(image[0].embedding, image[1].embedding, tolerance, "image embedding"),
    assertClose(small[0].data, small[1].data, tolerance, "picture of 64 pixels"),
    assertClose(large[0].data, large[1].data, tolerance, "picture of 256 pixels"),
    assertClose(seen[0].embedding, seen[1].embedding, tolerance, "embedding of the picture"),
  ];
  t.diagnostic(errors.map((error) => error.toExponential(1)).join(", "));
});
