import assert from "node:assert/strict";
import { test } from "node:test";
import { type Checkpoint, decodeValue, encodeValue, type Value } from "@clipwork/engine";
import { fakeRunner } from "@clipwork/models";
import { encodeText } from "../clip/encode-text.ts";
import type { CodesValue } from "../kinds/codes.ts";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import { rowsByStage, runNode, tinyArrays, tinyManifest, tinyPackWith } from "../testing/index.ts";
import { autoregressivePrior } from "./autoregressive.ts";

const text = (await runNode(encodeText, { text: "cube" })).outputs.embedding;
const unguided = { scale: 1, negative: "" };
const run = (inputs: object = {}, params: object = {}, options: Parameters<typeof runNode>[3] = {}) =>
  runNode(autoregressivePrior, { text, ...inputs }, params, options);
const codesOf = ({ outputs }: Awaited<ReturnType<typeof run>>) => [...(outputs.codes as CodesValue).codes];

test("draws the bucket of z_i · z_t and each code, guided by the pack's default, with progress and an embedding for each", async () => {
  const { outputs, calls, progress, previews } = await run();
  assert.deepEqual(rowsByStage(calls), { "clip-text": 1, "autoregressive-prior": 2 * 4 });
  assert.deepEqual(progress, [
    [1, 4],
    [2, 4],
    [3, 4],
    [4, 4],
  ]);
  const shown = previews.map(({ value }) => (value as ImageEmbeddingValue).embedding);
  assert.deepEqual([...shown[0]!], Array(8).fill(0.5), "nothing is known yet: the mean");
  assert.deepEqual(shown[3], (outputs.embedding as ImageEmbeddingValue).embedding);
  const { codes, buckets } = outputs.codes as CodesValue;
  assert.deepEqual([codes.length, buckets], [3, 8]);
  const centres = [...codes].map((code) => 0.5 + code - 3.5);
  assert.deepEqual([...shown[3]!], [...centres, 0.5, 0.5, 0.5, 0.5, 0.5]);
});

test("the network is given the caption, where it is, and what it made of all places before", async () => {
  const { calls, outputs } = await run({ guidance: unguided });
  assert.deepEqual(
    calls.map(({ feeds }) => [feeds.codes!.shape, [...feeds.position!.data]]),
    [
      [[1, 7], [0]],
      [[1, 1], [7]],
      [[1, 1], [8]],
      [[1, 1], [9]],
    ],
  );
  const first = calls[0]!.feeds;
  assert.deepEqual([...first.text_mask!.data], [1, 1, 1, 0, 0, 0]);
  assert.deepEqual([...first.keep_text!.data], [1]);
  assert.deepEqual(calls[3]!.feeds.past!.shape, [1, 4, 10, 4]);
  const [, second] = (outputs.codes as CodesValue).codes;
  assert.deepEqual([...calls[3]!.feeds.codes!.data], [second]);
});

test("keys and values lie at their places, layer by layer", async () => {
  // What the network returns for place p of layer l is 100 l + p, whatever it is asked for.
  const fake = fakeRunner();
  const pasts: Float32Array[] = [];
  const models = {
    ...fake,
    async run(call: Parameters<typeof fake.run>[0]) {
      const outputs = await fake.run(call);
      if (call.stage !== "autoregressive-prior") return outputs;
      pasts.push((call.feeds.past!.data as Float32Array).slice());
      const [, places] = call.feeds.codes!.shape;
      const from = call.feeds.position!.data[0]!;
      const data = Float32Array.from({ length: 4 * places! * 4 }, (_, i) => {
        const [layer, place] = [Math.floor(i / (places! * 4)), Math.floor(i / 4) % places!];
        return 100 * layer + from + place + 1;
      });
      return { ...outputs, present: { shape: [1, 4, places!, 4], data } };
    },
  };
  await run({ guidance: unguided }, {}, { models });
  const last = pasts.at(-1)!;
  for (let layer = 0; layer < 4; layer++)
    for (let place = 0; place < 10; place++) {
      const here = last.subarray((layer * 10 + place) * 4, (layer * 10 + place + 1) * 4);
      assert.deepEqual([...here], Array(4).fill(place < 9 ? 100 * layer + place + 1 : 0), `${layer} ${place}`);
    }
  assert.equal(pasts.length, 4);
});

test("a scale of exactly 1 makes no unguided call; an empty negative caption is the network's own null", async () => {
  assert.deepEqual(rowsByStage((await run({ guidance: unguided })).calls), { "autoregressive-prior": 4 });
  const kept = async (negative: string) => {
    const { calls } = await run({ guidance: { scale: 2, negative } });
    const rows = calls.filter(({ stage }) => stage === "autoregressive-prior").slice(0, 2);
    return rows.map(({ feeds }) => [feeds.keep_text!.data[0], [...feeds.text_mask!.data].filter(Boolean).length]);
  };
  assert.deepEqual(await kept("cube of sand"), [
    [1, 3],
    [1, 5],
  ]);
  assert.deepEqual(await kept(""), [
    [1, 3],
    [0, 2],
  ]);
});

test("the seed decides the result; temperature and top fraction change it", async () => {
  const drawn = async (params: object) => codesOf(await run({}, params)).join();
  assert.equal(await drawn({ seed: 3 }), await drawn({ seed: 3 }));
  const several = new Set(await Promise.all([1, 2, 3, 4].map((seed) => drawn({ seed }))));
  assert.ok(several.size > 1);
  const likeliest = new Set(await Promise.all([1, 2, 3, 4].map((seed) => drawn({ seed, temperature: 0 }))));
  assert.equal(likeliest.size, 1, "at temperature 0 nothing is left to the seed");
  const { calls } = await run({}, { seed: 3, topFraction: 0.01 });
  const dot = calls.filter(({ stage }) => stage === "autoregressive-prior")[2]!.feeds.codes!.data[0];
  assert.equal(dot, 7, "the top of the distribution is the highest bucket");
});

function checkpointOf(value?: Value): Checkpoint & { readonly saved: Uint8Array[] } {
  const saved: Uint8Array[] = [];
  return { saved, load: async () => value, save: (value) => saved.push(encodeValue(value)) };
}

test("resumed after any code it draws the same codes, and asks only for the others", async () => {
  const first = checkpointOf();
  const whole = await run({}, { seed: 5 }, { checkpoint: first });
  assert.equal(first.saved.length, 3);
  for (const [i, bytes] of first.saved.entries()) {
    const resumed = await run({}, { seed: 5 }, { checkpoint: checkpointOf(decodeValue(bytes)) });
    assert.deepEqual(resumed.outputs, whole.outputs);
    assert.deepEqual(resumed.progress, whole.progress.slice(i));
    const past = ({ calls }: typeof whole) => calls.at(-1)!.feeds.past!.data;
    assert.deepEqual(past(resumed), past(whole));
    assert.equal(rowsByStage(resumed.calls)["autoregressive-prior"], 2 * (3 - i));
  }
});

test("what is no point of this drawing is not resumed from", async () => {
  const whole = await run();
  const past = [new Float32Array(160), new Float32Array(160)];
  const drawn = Int32Array.of(1, 2);
  const strangers: Value[] = [
    null,
    7,
    [],
    {},
    { drawn },
    { past },
    { drawn: Int32Array.of(), past },
    { drawn: Int32Array.of(1, 2, 3, 4), past },
    { drawn: Int32Array.of(8), past },
    { drawn: [1, 2], past },
    { drawn, past: past.slice(1) },
    { drawn, past: [past[0]!, new Float32Array(159)] },
    { drawn, past: [past[0]!, new Int32Array(160)] },
  ];
  for (const value of strangers) {
    const { outputs, progress } = await run({}, {}, { checkpoint: checkpointOf(value) });
    assert.deepEqual(outputs, whole.outputs);
    assert.equal(progress.length, 4);
  }
  const resumed = await run({}, {}, { checkpoint: checkpointOf({ drawn, past }) });
  assert.equal(resumed.progress[0]![0], 2);
});

test("cancelled, it asks for no further code", async () => {
  const controller = new AbortController();
  const models = fakeRunner({
    before: ({ feeds }) => {
      if (feeds.position?.data[0] === 8) controller.abort(new Error("enough"));
    },
  });
  await assert.rejects(run({ guidance: unguided }, {}, { models, signal: controller.signal }), /enough/);
  assert.equal(models.calls.length, 3);
});

test("says which stage a pack lacks, and that its arrays are of other codes", async () => {
  const { "autoregressive-prior": prior, ...others } = tinyManifest.stages;
  const without = { ...tinyPackWith({}), manifest: { ...tinyManifest, stages: others } };
  await assert.rejects(run({}, {}, { pack: without }), /"tiny" has no stage "autoregressive-prior"/);
  const pack = tinyPackWith({ "autoregressive-prior": { ...prior, codes: 4 } });
  await assert.rejects(run({}, {}, { pack }), /draws 4 codes of 8 buckets, but its arrays have 3 of 8/);
  const arrays = { ...tinyArrays, "image-codes": {} };
  await assert.rejects(run({}, {}, { arrays }), /"edges" is missing/);
});
