import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryCache } from "@clipwork/engine";
import { gate, record, testEnvironment, validateJson } from "@clipwork/engine/testing";
import { deviceQueue, fakeRunner, type ModelRunner } from "@clipwork/models";
import { catalogue, type NodeServices, packFacts } from "./index.ts";
import { tinyManifest, tinyServices } from "./testing/index.ts";

const environment = testEnvironment<NodeServices>([...catalogue.values()], {
  packs: { toybox: packFacts({ manifest: tinyManifest }) },
});
const node = (type: string, params: object, inputs: object = {}) => ({ type, version: 1, params, inputs });

function prior(seed: number) {
  const nodes = {
    text: node("text.prompt", { text: "a cube" }),
    encode: node("clip.encode-text", {}, { text: "text.text" }),
    prior: node("prior.diffusion", { seed, steps: 3 }, { text: "encode.embedding" }),
  };
  return validateJson({ format: "clipwork/1", nodes }, environment, { targets: ["prior"] }).plan!;
}

/** A fake whose first call of the prior waits, as it does while the model is loaded. */
function loading() {
  const [started, loaded] = [gate(), gate()];
  const fake = fakeRunner();
  const runner: ModelRunner = {
    async run(call) {
      if (call.stage === "prior") {
        started.open();
        await loaded.opened;
      }
      return fake.run(call);
    },
    inputs: (pack, stage) => fake.inputs(pack, stage),
    close: () => fake.close(),
  };
  return { runner, started, loaded };
}

test("cancelled while a model loads, a run ends with the load; its companion and the next run are whole", async () => {
  const fresh = await record(prior(1), { services: tinyServices(fakeRunner()) });
  const companionAlone = await record(prior(2), { services: tinyServices(fakeRunner()) });
  const { runner, started, loaded } = loading();
  const services = tinyServices(deviceQueue(runner));
  const cache = memoryCache();
  const controller = new AbortController();
  const running = record(prior(1), { services, cache, signal: controller.signal });
  const companion = record(prior(2), { services });
  await started.opened;
  controller.abort();
  loaded.open();
  const { status, failures, outputs } = await running;
  assert.deepEqual([status, failures, outputs], ["cancelled", [], []]);
  assert.deepEqual((await companion).values, companionAlone.values);
  const again = await record(prior(1), { services, cache });
  assert.deepEqual([again.status, again.executed, again.values], ["finished", 1, fresh.values]);
});

test("a time limit that is over while a model loads fails the item, and the model serves the next run", async () => {
  const { runner, started, loaded } = loading();
  const services = tinyServices(deviceQueue(runner));
  const rings: (() => void)[] = [];
  const timer = (_: number, ring: () => void) => {
    rings.push(ring);
    return () => {};
  };
  const running = record(prior(1), { services, timeLimit: 30, timer });
  await started.opened;
  rings.at(-1)!();
  const { failures } = await running;
  assert.deepEqual(
    failures.map(({ node, message }) => [node, message]),
    [["prior", "It was not finished within its time limit of 30 seconds."]],
  );
  loaded.open();
  const fresh = await record(prior(1), { services: tinyServices(fakeRunner()) });
  assert.deepEqual((await record(prior(1), { services })).values, fresh.values);
});
