// prior.autoregressive on the toybox's weights against the same weights in torch: on the same draws the same codes.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { type AutoregressivePrior, deviceQueue, loadPack } from "@clipwork/models";
import { createOnnxRunner } from "@clipwork/models/onnx";
import { type CodesValue, catalogue, type ImageEmbeddingValue } from "@clipwork/nodes";
import { assertClose, readGolden } from "./golden.ts";
import { nodeRunner } from "./node-run.ts";

type Golden = {
  readonly sha256: string;
  readonly cases: readonly {
    readonly caption: string;
    readonly seed: number;
    readonly scale: number;
    readonly temperature: number;
    readonly topFraction: number;
    readonly dot: number;
    readonly codes: readonly number[];
    readonly embedding: readonly number[];
  }[];
};

const stage = "autoregressive-prior";
const pack = await loadPack(join(import.meta.dirname, "..", "..", "packs", "toybox"));
const runner = deviceQueue(createOnnxRunner({ packs: new Map([[pack.manifest.name, pack]]), threads: 1 }));
after(() => runner.close());
const runNode = nodeRunner({ catalogue, pack, runner });
const golden = readGolden<Golden>("codes");

test("the goldens are of the pack's weights", () => {
  const remedy = "Run `python -m training.export.codes_goldens` and look at the difference.";
  assert.equal(golden.sha256, pack.manifest.stages[stage]!.sha256, remedy);
});

for (const { caption, seed, scale, temperature, topFraction, dot, codes, embedding } of golden.cases) {
  test(`"${caption}", seed ${seed}: torch's codes, one by one, and their embedding`, async () => {
    const text = (await runNode("clip.encode-text", { text: caption })).outputs.embedding;
    const guidance = { scale, negative: "" };
    const run = await runNode("prior.autoregressive", { text, guidance }, { seed, temperature, topFraction });
    const drawn = run.outputs.codes as CodesValue;
    const rows = scale === 1 ? 1 : 2;
    const calls = run.calls.filter((call) => call.stage === stage);
    assert.equal(calls.length, rows * (1 + codes.length));
    assert.equal(calls[rows]!.feeds.codes!.data[0], dot);
    assert.deepEqual([...drawn.codes], codes);
    const found = (run.outputs.embedding as ImageEmbeddingValue).embedding;
    assertClose(found, Float32Array.from(embedding), 1e-5, "embedding");

    const again = (await runNode("latent.decode-codes", { codes: drawn })).outputs.embedding as ImageEmbeddingValue;
    assert.deepEqual(again.embedding, found);
    assert.deepEqual((await runNode("latent.encode-codes", { embedding: again })).outputs.codes, drawn);
  });
}

test("a code at the end is a call like one at the start: as much is given to the network and comes back", async () => {
  const text = (await runNode("clip.encode-text", { text: "a cube" })).outputs.embedding;
  const { calls } = await runNode("prior.autoregressive", { text, guidance: { scale: 1, negative: "" } });
  const sizes = calls
    .slice(1)
    .map(({ feeds, outputs }) =>
      JSON.stringify(Object.entries({ ...feeds, ...outputs }).map(([name, { shape }]) => [name, shape])),
    );
  assert.equal(sizes.length, (pack.manifest.stages[stage] as AutoregressivePrior).codes);
  assert.equal(new Set(sizes).size, 1);
});
