import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import { validateJson } from "@clipwork/engine/testing";
import { loadPack } from "@clipwork/models";
import { cpuDevice } from "@clipwork/models/onnx";
import { catalogue } from "@clipwork/nodes";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { diskStore } from "../values/disk-store.ts";
import { buildEnvironment } from "./environment.ts";
import { expectedItems } from "./expected-items.ts";
import { workAhead } from "./work-ahead.ts";

const root = join(import.meta.dirname, "../../..");
const packs = new Map([["toybox", await loadPack(join(root, "packs/toybox"))]]);
const environment = buildEnvironment({ catalogue, packs, files: {}, numerics: cpuDevice().numerics });

function planOf(json: WorkflowJson) {
  const { plan, problems } = validateJson(json, environment);
  assert.ok(plan, JSON.stringify(problems));
  return plan;
}

const node = (type: string, params: object, inputs: { readonly [port: string]: string } = {}) => ({
  type,
  version: 1,
  params: { ...params } as NonNullable<WorkflowJson["nodes"][string]["params"]>,
  inputs,
});

test("the first run of a template that sweeps two parameters is forecast with a picture for each pair", async (context) => {
  const plan = planOf(JSON.parse(readFileSync(join(root, "workflows/two-parameters.json"), "utf8")));
  const ahead = await workAhead(plan, diskStore(join(temporaryFolder(context), "values")), false);
  const counts = ["scales", "prior", "guide", "decode"].map((id) => [id, ahead.get(id)?.items]);
  assert.deepEqual(counts, [
    ["scales", 1],
    ["prior", 1],
    ["guide", 20],
    ["decode", 20],
  ]);
});

test("written numbers are counted, and one that a run would refuse is one; what is linked further on has as many items", () => {
  const items = expectedItems(
    planOf({
      format: "clipwork/1",
      nodes: {
        wrong: node("list.numbers", { numbers: "1; 2" }),
        guide: node("guidance.cfg", {}, { scale: "wrong.numbers" }),
        text: node("text.prompt", { text: "a red cube" }),
        encode: node("clip.encode-text", { pack: "toybox" }, { text: "text.text" }),
        seeds: node("list.integers", { integers: "1..9, 20" }),
        passed: node("util.reroute", {}, { value: "seeds.integers" }),
        prior: node("prior.diffusion", { pack: "toybox" }, { text: "encode.embedding", seed: "passed.value" }),
        joined: node("list.join", {}, { first: "seeds.integers", third: "passed.value" }),
        taken: node("list.take", { numbers: "0, 3-5, 0" }, { items: "joined.items" }),
        none: node("list.take", { numbers: "20" }, { items: "joined.items" }),
        ...Object.fromEntries(
          ["joined", "taken", "none"].map((id) => [
            `by${id}`,
            node("prior.diffusion", { pack: "toybox" }, { text: "encode.embedding", seed: `${id}.items` }),
          ]),
        ),
        save1: node("output.any", {}, { value: "byjoined.embedding" }),
        save2: node("output.any", {}, { value: "bytaken.embedding" }),
        save3: node("output.any", {}, { value: "bynone.embedding" }),
        guided: node(
          "decoder.sample",
          { pack: "toybox" },
          { image: "prior.embedding", text: "encode.embedding", guidance: "guide.guidance" },
        ),
        save: node("output.image", {}, { image: "guided.image" }),
      },
    }),
  );
  assert.deepEqual(
    ["guide", "encode", "seeds", "passed", "prior", "guided"].map((id) => items.get(id)),
    [1, 1, 1, 10, 10, 10],
  );
  assert.deepEqual(
    ["byjoined", "bytaken", "bynone"].map((id) => items.get(id)),
    [20, 5, 1],
    "what is joined is added, what is taken is counted",
  );
});
