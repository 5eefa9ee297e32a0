import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeRunner, type Loading, type ModelRunner } from "@clipwork/models";
import { reportingModels } from "./loading.ts";

/** Models that say those things when they are asked for a stage's inputs, and what an item then says that it does. */
async function told(loadings: readonly Loading[], now = () => 0): Promise<string[]> {
  const said: string[] = [];
  const models: ModelRunner = {
    ...fakeRunner(),
    inputs: async (_, __, watch) => {
      for (const loading of loadings) watch?.onLoad?.(loading);
      return [];
    },
  };
  const context = { doing: (what: string) => said.push(what), signal: new AbortController().signal };
  await reportingModels(models, context, paint, now).inputs("pack", "prior");
  return said;
}

const reading = (read: number): Loading => ({ stage: "prior", bytes: 4.1e9, read });

const paint = { owner: "paint", party: "r" };

test("an item says how far it has read, now and then, and what the runtime loads", async () => {
  const loading: Loading = { stage: "prior", bytes: 4.1e9 };
  assert.deepEqual(await told([reading(1e9), reading(2e9), reading(4.1e9), loading]), [
    "reading 1.0 GB of 4.1 GB",
    "reading 4.1 GB of 4.1 GB",
    "loading 4.1 GB",
  ]);
  let time = 0;
  assert.equal((await told([reading(1e9), reading(2e9)], () => (time += 1000))).length, 2);
});

test("the item's signal and its node go with every call that has none", async () => {
  const models = fakeRunner();
  const { signal } = new AbortController();
  await reportingModels(models, { doing: () => {}, signal }, paint).run({
    pack: "pack",
    stage: "clip-text",
    feeds: { ids: { shape: [1, 2], data: new Int32Array(2) } },
  });
  assert.equal(models.calls[0]!.signal, signal);
  assert.equal(models.calls[0]!.owner, "paint");
});
