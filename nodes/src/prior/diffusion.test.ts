import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeText } from "../clip/encode-text.ts";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import { rowsByStage, runNode, tinyManifest, tinyPack } from "../testing/index.ts";
import { diffusionPrior } from "./diffusion.ts";

const text = (await runNode(encodeText, { text: "cube" })).outputs.embedding;
const embeddingOf = (outputs: Record<string, unknown>) => (outputs.embedding as ImageEmbeddingValue).embedding;

test("guides by the pack's default and takes its default steps, two rows a step", async () => {
  const { calls, progress, previews } = await runNode(diffusionPrior, { text });
  assert.deepEqual(rowsByStage(calls), { "clip-text": 1, prior: 2 * 3 });
  assert.deepEqual(progress, [
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
  assert.equal(previews.length, 3);
});

test("a scale of exactly 1 makes no unguided call", async () => {
  const { calls } = await runNode(diffusionPrior, { text, guidance: { scale: 1, negative: "" } });
  assert.deepEqual(rowsByStage(calls), { prior: 3 });
});

test("the negative caption takes the place of the empty one", async () => {
  const run = (negative: string) => runNode(diffusionPrior, { text, guidance: { scale: 2, negative } });
  const empty = await run("");
  const negative = await run("cube of sand");
  const { outputs: byDefault } = await runNode(diffusionPrior, { text });
  assert.deepEqual([...negative.calls[0]!.feeds.ids!.data].slice(0, 4), [100, 4, 2, 4]);
  assert.deepEqual(byDefault, empty.outputs);
  assert.notDeepEqual(negative.outputs, empty.outputs);
});

test("gives raw embeddings: the standardised sample times std plus mean", async () => {
  // The last step gives x0 itself, clamped to ±1; the pack's std is 2 and its mean 10.
  const embedding = embeddingOf((await runNode(diffusionPrior, { text })).outputs);
  assert.equal(embedding.length, 8);
  for (const value of embedding) assert.ok(value >= 8 && value <= 12, String(value));
  assert.ok(new Set(embedding).size > 1);
});

test("the seed decides the result, and nothing else does", async () => {
  const run = async (seed: number) =>
    embeddingOf((await runNode(diffusionPrior, { text }, { seed, steps: 2 })).outputs);
  assert.deepEqual(await run(3), await run(3));
  assert.notDeepEqual(await run(3), await run(4));
});

test("says which stage a pack lacks, and how many steps there can be", async () => {
  const { prior, ...others } = tinyManifest.stages;
  const without = { ...tinyPack, manifest: { ...tinyPack.manifest, stages: others } };
  await assert.rejects(runNode(diffusionPrior, { text }, {}, { pack: without }), /"tiny" has no stage "prior"/);
  const short = { ...prior, scheduler: { ...prior.scheduler, trainTimesteps: 100 } };
  const shortPack = { ...tinyPack, manifest: { ...tinyPack.manifest, stages: { ...others, prior: short } } };
  const run = runNode(diffusionPrior, { text }, { steps: 101 }, { pack: shortPack });
  await assert.rejects(run, { message: /trained with 100 timesteps/, remedy: /at most 100/ });
});
