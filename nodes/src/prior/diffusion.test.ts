import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeValue, encodeValue, type Value } from "@clipwork/engine";
import { fakeRunner } from "@clipwork/models";
import { encodeText } from "../clip/encode-text.ts";
import { gaussian } from "../diffusion/philox.ts";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import type { TextEmbeddingValue } from "../kinds/text-embedding.ts";
import { rowsByStage, runNode, tinyManifest, tinyPack, tinyPackWith } from "../testing/index.ts";
import { cosine } from "../vectors/vectors.ts";
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

test("the network is conditioned on the whole caption, and of each half whether its caption counts", async () => {
  const { calls } = await runNode(diffusionPrior, { text, guidance: { scale: 2, negative: "cube of sand" } });
  const [guided, unguided] = calls.filter(({ stage }) => stage === "prior");
  assert.deepEqual(guided!.feeds.text_states!.shape, [1, 6, 8]);
  assert.deepEqual([...guided!.feeds.text_mask!.data], [1, 1, 1, 0, 0, 0]);
  assert.deepEqual([...unguided!.feeds.text_mask!.data], [1, 1, 1, 1, 1, 0]);
  const inputs = ["sample", "timestep", "keep_text"];
  const prior = {
    inputs,
    outputs: ({ sample }: { readonly [name: string]: readonly number[] }) => ({ output: sample! }),
  };
  const kept = async (negative: string) => {
    const options = { models: fakeRunner({ stages: { prior } }) };
    const { calls } = await runNode(diffusionPrior, { text, guidance: { scale: 2, negative } }, { steps: 1 }, options);
    assert.equal("clip-text" in rowsByStage(calls), negative !== "", "only a negative caption is encoded");
    return calls.filter(({ stage }) => stage === "prior").map(({ feeds }) => feeds.keep_text!.data[0]);
  };
  assert.deepEqual(
    [await kept("cube of sand"), await kept("")],
    [
      [1, 1],
      [1, 0],
    ],
  );
});

test("a prior of one call makes its embedding from x_T at once, and says what was set in vain", async () => {
  const { scheduler: _, defaults: __, normalisation: ___, ...files } = tinyManifest.stages.prior;
  const stages = { ...tinyManifest.stages, prior: { ...files, scheduler: "once" as const } };
  const pack = { ...tinyPack, manifest: { ...tinyManifest, stages } };
  const guidance = { scale: 3, negative: "" };
  const models = () =>
    fakeRunner({
      stages: { prior: { inputs: ["sample", "text_embedding"], outputs: ({ sample }) => ({ output: sample! }) } },
    });
  const run = await runNode(diffusionPrior, { text, guidance }, { seed: 9, steps: 4 }, { pack, models: models() });
  assert.deepEqual(rowsByStage(run.calls), { prior: 1 });
  assert.deepEqual(run.calls[0]!.feeds.sample!.data, gaussian(9, "prior", 0, 8));
  assert.deepEqual(run.notices, [
    "The guidance changes nothing: this pack's prior makes an embedding in one call.",
    `"steps" changes nothing: this pack's prior makes an embedding in one call.`,
  ]);
  assert.deepEqual((await runNode(diffusionPrior, { text }, { seed: 9 }, { pack, models: models() })).notices, []);
});

/** ECLIPSE's prior: one call, no timestep, raw embeddings. */
function once() {
  const { scheduler: _, defaults: __, normalisation: ___, ...prior } = tinyManifest.stages.prior;
  const pack = tinyPackWith({ prior: { ...prior, scheduler: "once" } });
  const inputs = ["sample", "text_embedding", "text_states", "text_mask"];
  const stages = { prior: { inputs, outputs: () => ({ output: [8] }) } };
  return { pack, models: fakeRunner({ stages }) };
}

test("a prior that works in one call is called once, with noise and the caption alone, and its output is the embedding", async () => {
  const { outputs, calls, notices } = await runNode(diffusionPrior, { text }, { seed: 9 }, once());
  assert.deepEqual(rowsByStage(calls), { prior: 1 });
  const { feeds } = calls[0]!;
  assert.deepEqual(Object.keys(feeds), ["sample", "text_embedding", "text_states", "text_mask"]);
  assert.deepEqual(feeds.sample!.data, gaussian(9, "prior", 0, 8));
  for (const value of embeddingOf(outputs)) assert.ok(value >= -1 && value <= 1, "raw, as the fake gives it");
  assert.deepEqual(notices, []);
  const { outputs: other } = await runNode(diffusionPrior, { text }, { seed: 10 }, once());
  assert.notDeepEqual(embeddingOf(other), embeddingOf(outputs));
});

test("guidance and steps that such a prior cannot use are reported, and change nothing", async () => {
  const plain = await runNode(diffusionPrior, { text }, {}, once());
  const guidance = { scale: 4, negative: "fog" };
  const noticed = await runNode(diffusionPrior, { text, guidance }, { steps: 25 }, once());
  assert.deepEqual(noticed.outputs, plain.outputs);
  assert.deepEqual(
    noticed.notices.map((notice) => /^(The guidance|"steps") changes nothing: .* one call/.test(notice)),
    [true, true],
  );
});

test("a prior without normalisation gives its sample as it is", async () => {
  const { normalisation: _, ...prior } = tinyManifest.stages.prior;
  const { outputs } = await runNode(diffusionPrior, { text }, {}, { pack: tinyPackWith({ prior }) });
  for (const value of embeddingOf(outputs)) assert.ok(value >= -1 && value <= 1, String(value));
});

test("the negative caption goes through the encoder of the prior's own text", async () => {
  const texts = { ...tinyManifest.texts, tags: tinyManifest.texts["tiny-clip"] };
  const tags = { ...tinyManifest.stages["clip-text"], text: "tags" };
  const prior = { ...tinyManifest.stages.prior, text: "tags" };
  const pack = tinyPackWith({ "tag-text": tags, prior }, { texts });
  const tokenizers = { ...tinyPack.tokenizers, tags: tinyPack.tokenizers["tiny-clip"]! };
  const stages = { "tag-text": { inputs: ["ids"], outputs: () => ({ embedding: [8], states: [6, 8] }) } };
  const options = { pack: { ...pack, tokenizers }, models: fakeRunner({ stages }) };
  const { calls } = await runNode(diffusionPrior, { text }, {}, options);
  assert.deepEqual(rowsByStage(calls), { "tag-text": 1, prior: 6 });
});

test("a spacing that would begin behind the last timestep is an error that says so", async () => {
  const { scheduler, ...rest } = tinyManifest.stages.prior;
  const prior = { ...rest, scheduler: { ...scheduler, spacing: "leading", offset: 1 } } as const;
  const pack = tinyPackWith({ prior });
  const run = runNode(diffusionPrior, { text }, { steps: 1000 }, { pack });
  await assert.rejects(run, { message: /begin at timestep 1000/, remedy: /a smaller number/ });
  const { calls } = await runNode(diffusionPrior, { text }, { steps: 4 }, { pack });
  const timesteps = calls.filter(({ stage }) => stage === "prior").map(({ feeds }) => feeds.timestep!.data[0]);
  assert.deepEqual([...new Set(timesteps)], [751, 501, 251, 1]);
});

test("several candidates run in company, and the one closest to the caption is kept", async () => {
  const draw = (candidates: number, more: object = {}) =>
    runNode(diffusionPrior, { text }, { candidates, steps: 4, seed: 5, ...more });
  const alone = embeddingOf((await draw(1)).outputs);
  const { outputs, calls, progress } = await draw(3);
  assert.deepEqual(rowsByStage(calls), { "clip-text": 1, prior: 2 * 3 * 4 });
  const steps = calls.filter(({ stage }) => stage === "prior").map(({ feeds }) => feeds.timestep!.data[0]);
  assert.deepEqual(
    steps,
    [...steps].sort((a, b) => b! - a!),
    "all candidates take a step before any takes the next",
  );
  assert.deepEqual(progress.at(-1), [12, 12]);
  const caption = (text as TextEmbeddingValue).embedding;
  const kept = embeddingOf(outputs);
  const fits = [];
  for (let seen = 1; seen <= 3; seen++) fits.push(cosine(embeddingOf((await draw(seen)).outputs), caption));
  assert.deepEqual(fits, [...fits].sort(), "a further candidate is kept only if it fits better");
  assert.equal(cosine(kept, caption), fits[2]);
  assert.ok(fits[2]! > fits[0]!, "the test needs a candidate that is better than the first");
  assert.deepEqual(embeddingOf((await draw(1)).outputs), alone);
});

test("shows the best candidate of those that have come as far", async () => {
  const { previews } = await runNode(diffusionPrior, { text }, { candidates: 3, steps: 2, seed: 5 });
  const caption = (text as TextEmbeddingValue).embedding;
  const fits = previews.map(({ value }) => cosine((value as ImageEmbeddingValue).embedding, caption));
  assert.ok(fits.length >= 2 && fits.length <= 6, String(fits.length));
  assert.deepEqual(previews.at(-1)!.kind, "image-embedding");
});

test("candidates resume together, and one that fails stops the others", async () => {
  const params = { candidates: 2, steps: 5, seed: 3 };
  const saved: Value[] = [];
  const whole = await runNode(diffusionPrior, { text }, params, {
    checkpoint: { load: async () => undefined, save: (value) => saved.push(value) },
  });
  for (const value of saved) {
    const checkpoint = { load: async () => decodeValue(encodeValue(value)), save: () => {} };
    const resumed = await runNode(diffusionPrior, { text }, params, { checkpoint });
    assert.deepEqual(resumed.outputs, whole.outputs);
    assert.ok(rowsByStage(resumed.calls).prior! < rowsByStage(whole.calls).prior!);
  }
  let calls = 0;
  const models = fakeRunner({
    before: ({ stage }) => {
      if (stage === "prior" && ++calls === 3) throw new Error("broken by the test");
    },
  });
  const guidance = { scale: 1, negative: "" };
  await assert.rejects(runNode(diffusionPrior, { text, guidance }, params, { models }), /broken by the test/);
  const asked = models.calls.length;
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(models.calls.length <= asked + 1 && models.calls.length < 5, String(models.calls.length));
});

test("C10: a negative caption has the notices of captions, once", async () => {
  const notices = async (negative: string) =>
    (await runNode(diffusionPrior, { text, guidance: { scale: 2, negative } })).notices;
  const said = await notices("cube cube cube cube on sand");
  assert.equal(said.length, 2);
  assert.match(said[0]!, /^The negative caption is too long .* cut: "on sand"\.$/);
  assert.match(said[1]!, /not trained on "on", "sand", so steering away from it may change nothing\.$/);
  assert.deepEqual([await notices("cube"), await notices("")], [[], []]);
});
