import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { test } from "node:test";
import {
  type Catalogue,
  catalogueJson,
  describePlan,
  type Environment,
  expandPlan,
  explainPlan,
  memoryCache,
  type Param,
  type ParamValue,
  run,
} from "@clipwork/engine";
import { validateJson } from "@clipwork/engine/testing";
import { catalogue, type NodeServices, packFacts } from "./index.ts";
import { exampleOf } from "./reference/example.ts";
import { tinyManifest } from "./testing/index.ts";

const facts = packFacts({ manifest: tinyManifest });
const sizeless = Object.entries(facts.refinements).filter(([key]) => !/size$/i.test(key));
/** Says of no picture how large it is: nothing runs here, and a parameter may be set to any size. */
const pack = { ...facts, refinements: Object.fromEntries(sizeless) };
const environment: Environment<NodeServices> = {
  catalogue,
  packs: { toybox: pack, other: pack },
  files: {
    "picture.png": { digest: "one" },
    "other.png": { digest: "two" },
    "embeddings.npy": { digest: "five" },
    pictures: { digest: "three", folder: true },
    others: { digest: "four", folder: true },
  },
  numerics: "fake",
  hash: (text) => hash("sha256", text),
};
const types = catalogueJson(catalogue as Catalogue);
const examples = new Map(types.map((type) => [type.type, exampleOf(type, types)]));

/** What the nodes give that only make lists: without it nobody can say which items others have. */
async function cachedLists() {
  const lists = [...catalogue.values()].filter(
    ({ type, inputs }) => type.startsWith("list.") && Object.keys(inputs).length === 0,
  );
  const nodes = Object.fromEntries(lists.map(({ type }) => [examples.get(type)!.id, examples.get(type)!.node]));
  const { plan } = validateJson({ format: "clipwork/1", nodes }, environment, { targets: Object.keys(nodes) });
  const cache = memoryCache();
  const options = { runId: "lists", cache, services: {} as NodeServices, clock: () => 0, emit: () => {} };
  assert.equal((await run(plan!, options)).status, "finished");
  return cache;
}

/** All nodes' examples together, expanded, with one node's parameters changed. */
async function expandWith(type: string, params: { readonly [name: string]: ParamValue }) {
  const nodes = Object.fromEntries(
    [...examples.values()].map(({ id, node }) => [
      id,
      node.type === type ? { ...node, params: { ...node.params, ...params } } : node,
    ]),
  );
  const { plan, problems } = validateJson({ format: "clipwork/1", nodes }, environment, {
    targets: Object.keys(nodes),
  });
  assert.deepEqual(problems, []);
  return expandPlan(plan!, await cachedLists());
}

/** Values that the parameter may have beside `value`. */
function others(param: Param, value: ParamValue): readonly ParamValue[] {
  const all = (): ParamValue[] => {
    switch (param.kind) {
      case "integer":
      case "number":
        return [param.min, param.max];
      case "seed":
        return [0, 8];
      case "boolean":
        return [true, false];
      case "choice":
        return [...param.choices];
      case "text":
        return ["another"];
      case "pack":
        return ["other"];
      case "file":
        return [param.folder ? "others" : "other.png"];
    }
  };
  return all().filter((other) => other !== value);
}

for (const { type, params, run: computes, moves } of catalogue.values()) {
  if (!computes || moves) continue;
  for (const [name, param] of Object.entries(params)) {
    test(`another ${name} of ${type} is another result, and the one reason to run it again`, async () => {
      const { id, node } = examples.get(type)!;
      const remembered = describePlan(await expandWith(type, {}));
      const values = others(param, (node.params?.[name] as ParamValue) ?? param.default);
      assert.ok(values.length > 0);
      for (const value of values) {
        const plan = await expandWith(type, { [name]: value });
        const now = describePlan(plan);
        assert.notDeepEqual(now.get(id)!.keys, remembered.get(id)!.keys, String(value));
        const explained = (await explainPlan(plan, memoryCache(), remembered)).find((one) => one.node === id)!;
        assert.equal(explained.reasons.length, 1, explained.reasons.join("; "));
        assert.match(explained.reasons[0]!, new RegExp(`^(parameter|the content of the file) "${name}"`));
      }
    });
  }
}
