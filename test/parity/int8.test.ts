// The toybox with 8-bit weights beside the same folder as it was published: what differs, and whether the classifier reads the same.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { deviceQueue, FileHashes, loadPack, type Pack, type Score } from "@clipwork/models";
import { importFolder } from "@clipwork/models/checkpoint";
import { createOnnxRunner } from "@clipwork/models/onnx";
import { catalogue, type ImageEmbeddingValue, type ImageValue, type TextEmbeddingValue } from "@clipwork/nodes";
import { classify } from "../../nodes/src/evaluate/classify.ts";
import { nodeRunner } from "./node-run.ts";
import { writeToyboxFolder } from "./toybox-folder.ts";

const captions = [
  "a red cube on sand",
  "a large blue metal sphere to the left of a small yellow cone on grass",
  "a drawing of a green cylinder on snow",
  "a small purple cube on top of a large red sphere on sand",
  "an orange torus on water at night",
  "a white cone to the right of a blue cube on grass",
];

const shippedPacks = join(import.meta.dirname, "..", "..", "packs");
const root = mkdtempSync(join(tmpdir(), "clipwork-int8-toybox-"));
after(() => rmSync(root, { recursive: true }));

const shipped = await loadPack(join(shippedPacks, "toybox"));
writeToyboxFolder(join(root, "published"), shipped);
const importAs = async (name: string, placing: "link" | "int8") => {
  const templates = join(shippedPacks, "templates");
  const { folder, bytes } = await importFolder({
    ...{ from: join(root, "published"), packs: root, name, templates, placing, hashes: new FileHashes() },
  });
  return { pack: await loadPack(folder), bytes: bytes.weights };
};
const [whole, small] = [await importAs("whole", "link"), await importAs("small", "int8")];
const packs: readonly Pack[] = [shipped, whole.pack, small.pack];
const runner = deviceQueue(createOnnxRunner({ packs: new Map(packs.map((pack) => [pack.manifest.name, pack])) }));
after(() => runner.close());

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/** What a pack makes of a caption: its embedding, the prior's, and a picture. */
async function paint(pack: Pack, caption: string, seed: number) {
  const run = nodeRunner({ catalogue, pack, runner });
  const { embedding: text } = (await run("clip.encode-text", { text: caption })).outputs;
  const { embedding: image } = (await run("prior.diffusion", { text }, { seed })).outputs;
  const { image: picture } = (await run("decoder.sample", { image, text }, { seed, steps: 15 })).outputs;
  return {
    text: (text as TextEmbeddingValue).embedding,
    image: (image as ImageEmbeddingValue).embedding,
    picture: picture as ImageValue,
  };
}

const lowest = (values: readonly number[]) => Math.min(...values);

test("with 8-bit weights a caption's picture is nearly the same, and is read as the same, in less than a third of the memory", async (context) => {
  const made = await Promise.all(
    captions.map(
      async (caption, seed) =>
        [await paint(whole.pack, caption, seed), await paint(small.pack, caption, seed)] as const,
    ),
  );
  const [text, image] = (["text", "image"] as const).map((of) => lowest(made.map(([a, b]) => cosine(a[of], b[of]))));
  const decibels = made.map(([a, b]) => {
    const squares = a.picture.data.reduce((sum, value, i) => sum + (value - b.picture.data[i]!) ** 2, 0);
    return 10 * Math.log10(4 / (squares / a.picture.data.length));
  });
  const classifier = { name: "classifier", stage: shipped.manifest.stages.classifier as Score };
  const host = { models: runner, signal: new AbortController().signal };
  const [ours, theirs] = await Promise.all(
    [0, 1].map((which) =>
      classify(
        made.map((pair) => pair[which]!.picture),
        classifier,
        "toybox",
        host,
        () => {},
      ),
    ),
  );
  const heads = ["count", "solid 1", "colour 1", "floor"];
  const all = ours!.flatMap(({ labels }, i) => heads.map((head) => labels[head] === theirs![i]!.labels[head]));
  const same = all.filter(Boolean).length / all.length;
  const memory = small.bytes / whole.bytes;
  context.diagnostic(
    `${captions.length} captions; lowest cosine of captions ${text!.toFixed(5)}, of priors ${image!.toFixed(5)}; pictures ${lowest(decibels).toFixed(1)} dB at least, ${(decibels.reduce((a, b) => a + b, 0) / decibels.length).toFixed(1)} on the mean; ${(100 * same).toFixed(1)} % of ${all.length} readings equal; ${(100 * memory).toFixed(0)} % of the bytes`,
  );
  assert.ok(memory < 1 / 3, `${memory}`);
  assert.ok(text! > 0.9995, `${text}`);
  assert.ok(image! > 0.999, `${image}`);
  assert.ok(lowest(decibels) > 28, `${decibels}`);
  assert.ok(same > 0.95, `${same}`);
});
