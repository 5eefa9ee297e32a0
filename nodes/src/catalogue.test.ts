import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import {
  type Catalogue,
  catalogueJson,
  type Environment,
  memoryCache,
  planKinds,
  readDocument,
  readValue,
  run,
  type WorkflowJson,
} from "@clipwork/engine";
import { validateJson } from "@clipwork/engine/testing";
import { type DeviceRun, deviceQueue, fakeRunner } from "@clipwork/models";
import { catalogue, type NodeServices, packFacts } from "./index.ts";
import type { ImageValue } from "./kinds/image-value.ts";
import { writeNpy } from "./kinds/npy.ts";
import { exampleOf } from "./reference/example.ts";
import { tinyManifest, tinyServices } from "./testing/index.ts";

const folder = join(import.meta.dirname, "..", "..", "workflows");
const workflows = globSync("*.json", { cwd: folder }).map((file) => ({
  name: basename(file, ".json"),
  json: JSON.parse(readFileSync(join(folder, file), "utf8")) as WorkflowJson,
}));

/** The files beside the workflows, with embeddings of the tiny pack's space in place of those. */
const arrays = Object.fromEntries(
  globSync("reference/*.npy", { cwd: folder }).map((file) => {
    const numbers = Float32Array.from({ length: 8 * 8 }, (_, i) => Math.sin(i * i));
    return [file, writeNpy(numbers, 8, 8)];
  }),
);

const environment: Environment<NodeServices> = {
  catalogue,
  packs: { toybox: packFacts({ manifest: tinyManifest }) },
  files: Object.fromEntries(Object.entries(arrays).map(([file, bytes]) => [file, { digest: hash("sha256", bytes) }])),
  numerics: "fake",
  hash: (bytes) => hash("sha256", bytes),
};

test("every node, port and parameter says what it is, in one sentence", () => {
  assert.ok(catalogue.size >= 15);
  for (const { type, title, summary, inputs, outputs, params } of catalogue.values()) {
    assert.match(title, /^[A-Z]/, type);
    const parts = Object.entries({ ...inputs, ...outputs, ...params });
    const sentences = parts.map(([name, part]) => [`${type}.${name}`, part.summary]);
    for (const [name, text] of [[type, summary], ...sentences]) {
      assert.match(text!, /^[A-Z1-9].{6,}\.$/, `${name}: ${text}`);
    }
  }
});

test("the examples of all nodes together are a valid workflow", () => {
  const types = catalogueJson(catalogue as Catalogue);
  const examples = types.map((type) => exampleOf(type, types));
  const nodes = Object.fromEntries(examples.map(({ id, node }) => [id, node]));
  assert.equal(Object.keys(nodes).length, catalogue.size);
  const file = { digest: "0" };
  const files = { "picture.png": file, "embeddings.npy": file, pictures: { digest: "0", folder: true } } as const;
  const targets = Object.keys(nodes);
  const { plan, problems } = validateJson({ format: "clipwork/1", nodes }, { ...environment, files }, { targets });
  assert.deepEqual(problems, []);
  assert.equal(plan!.nodes.length, catalogue.size);
});

test("for an input that nothing is linked to a message names the usual node that gives what it needs", () => {
  const missing = (type: string, port: string) => {
    const nodes = { lone: { type, version: 1 }, save: { type: "output.any", version: 1, inputs: { value: "lone.x" } } };
    const { problems } = validateJson({ format: "clipwork/1", nodes }, environment, { targets: ["lone"] });
    const problem = problems.find((one) => one.code === "missing-input" && one.port === port);
    return /such as that of a (\S+) node\.$/.exec(problem!.remedy)?.[1];
  };
  assert.equal(missing("prior.diffusion", "text"), "clip.encode-text");
  assert.equal(missing("clip.encode-text", "text"), "text.prompt");
  assert.equal(missing("decoder.sample", "image"), "prior.diffusion");
  assert.equal(missing("upsampler.x256", "image"), "decoder.sample");
  assert.equal(missing("clip.encode-image", "image"), "decoder.sample");
  assert.equal(missing("latent.decode-codes", "codes"), "prior.autoregressive");
  assert.equal(missing("util.reroute", "value"), undefined);
});

test("every node is used by a workflow that is shipped, or is one that needs a file or links anything", () => {
  const used = new Set(
    workflows.flatMap(({ json }) =>
      [json, ...Object.values(json.definitions ?? {})].flatMap(({ nodes }) =>
        Object.values(nodes).map(({ type }) => type),
      ),
    ),
  );
  const unused = [...catalogue.keys()].filter((type) => !used.has(type));
  assert.deepEqual(unused.sort(), [
    "image.load",
    "image.load-folder",
    "image.load-mask",
    "latent.decode",
    "latent.encode",
    // The only switch that a shipped node has is what a mask inverts; node packs have others.
    "list.booleans",
    "logic.switch",
    "output.any",
    "util.reroute",
  ]);
});

/** After the last round that may run nothing is decided, and nobody asks for all decisions. */
const undecided = [...["read", "shares", "agreement", "again"].map((id) => `until/8/${id}`), "until/out/3"];

for (const { name, json } of workflows) {
  test(`workflows/${name}.json is valid, described, laid out and exposes what it should`, () => {
    const { plan, problems } = validateJson(json, environment);
    assert.deepEqual(problems, []);
    const needed = new Set(plan!.nodes.map(({ id }) => id));
    assert.deepEqual(
      [...readDocument(json).document!.nodes.keys()].filter((id) => !needed.has(id)),
      name === "until-right" ? undecided : [],
      "every node is needed, in every round too",
    );
    assert.match(json.meta!.title!, /^[A-Z]/);
    assert.match(json.meta!.description as string, /\.$/);
    assert.deepEqual(Object.keys(json.layout!), Object.keys(json.nodes));
    assert.ok(json.exposed!.prompt && json.exposed!.seed);
  });
}

/** Runs a workflow on the fake models behind the device queue, with the tiny pack in place of the real one. */
async function runWorkflow(json: WorkflowJson) {
  const runs: DeviceRun[] = [];
  const fake = fakeRunner();
  const models = deviceQueue(fake, { onRun: (deviceRun) => runs.push(deviceRun) });
  const { plan } = validateJson(json, environment);
  const cache = memoryCache();
  const result = await run(plan!, {
    runId: "test",
    cache,
    services: { ...tinyServices(models), file: async (name) => arrays[name]! },
    clock: () => 0,
    emit: () => {},
  });
  await models.close();
  const kinds = planKinds(plan!);
  const kept = await Promise.all(
    result.outputs.map(async ({ node, port, value }) => ({
      kind: kinds(node, port)!,
      value: (await readValue(cache, value))!,
    })),
  );
  return { result, runs, kept };
}

/** Pictures of 8, 16 and 32 pixels, and grids of `columns` and `rows` of 8 with 2 pixels between them. */
const cells = (columns: number, rows: number) => [columns * 8 + (columns - 1) * 2, rows * 8 + (rows - 1) * 2] as const;
const sizes: { readonly [workflow: string]: readonly [width: number, height: number] } = {
  "text-to-image": [32, 32],
  "text-to-image-256": [16, 16],
  "seeds-grid": cells(4, 4),
  "guidance-sweep": cells(3, 3),
  variations: cells(4, 3),
  interpolate: cells(8, 2),
  "text-diff": cells(4, 2),
  "prior-ablation": cells(4, 3),
  "best-of-sixteen": cells(4, 2),
  "embedding-arithmetic": cells(5, 1),
  "kandinsky-2.1": [8, 8],
  "kandinsky-2.2": cells(2, 1),
  "kandinsky-blend": cells(4, 1),
  karlo: [16, 16],
  // Two of 16 with 2 between them, twice as wide.
  "enlarge-in-tiles": [68, 32],
  "karlo-variations": [34, 34],
  eclipse: [8, 8],
};
for (const [name, [width, height]] of Object.entries(sizes)) {
  test(`workflows/${name}.json runs to its one picture`, async () => {
    const { result, kept } = await runWorkflow(workflows.find((one) => one.name === name)!.json);
    assert.deepEqual(result.failures, []);
    assert.deepEqual(
      kept.map(({ value }) => value as ImageValue).map(({ width, height, data }) => [width, height, data.length]),
      [[width, height, 3 * width * height]],
    );
  });
}

for (const { name, json } of workflows.filter(({ name }) => !Object.hasOwn(sizes, name))) {
  test(`workflows/${name}.json runs to a value of each output's kind`, async () => {
    const { result, kept } = await runWorkflow(json);
    assert.deepEqual(result.failures, []);
    const outputs = Object.values(json.nodes).filter(({ type }) => type.startsWith("output."));
    assert.deepEqual(kept.map(({ kind }) => `output.${kind.kind}`).sort(), outputs.map(({ type }) => type).sort());
    for (const { kind, value } of kept) assert.equal(kind.check(value), undefined, kind.noun);
  });
}

test("sixteen guided seeds are one run of 32 decoder rows a step", async () => {
  const { json } = workflows.find(({ name }) => name === "seeds-grid")!;
  const { runs } = await runWorkflow(json);
  const decoderRows = runs.filter(({ stage }) => stage === "decoder").map(({ rows }) => rows);
  assert.deepEqual(decoderRows, [32, 32, 32]);
});
