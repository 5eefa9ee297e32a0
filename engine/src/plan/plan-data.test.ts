import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createCatalogue } from "../catalogue/catalogue.ts";
import { type AnyNodeDefinition, type NodeDefinition, nodeDefiner } from "../catalogue/node.ts";
import { p } from "../catalogue/param.ts";
import { expandPlan } from "../explain/expand-plan.ts";
import { describePlan } from "../explain/explain.ts";
import { t, when } from "../kinds/socket.ts";
import { node, planOf, record, sha256, testEnvironment, workflow } from "../testing/index.ts";
import { graph } from "../testing/random-graph.ts";
import { type TestServices, testNodes } from "../testing/test-nodes.ts";
import { memoryCache } from "../values/memory-cache.ts";
import type { AnyPlan, Plan } from "./plan.ts";
import { bindPlan, type PlanData, stampTypes, writePlan } from "./plan-data.ts";

// fast-check prints the seed and the smallest failing case.

const environment = testEnvironment(testNodes);

/** The plan after a journey through JSON, as between two processes. */
function bound<S>(plan: Plan<S>, catalogue: ReadonlyMap<string, NodeDefinition<S>>): Plan<S> {
  const data: PlanData = JSON.parse(JSON.stringify(writePlan(plan)));
  const result = bindPlan(data, catalogue, sha256);
  assert.deepEqual(result.problems, []);
  return result.plan!;
}

test("[B1] a bound plan is the plan that was written, runs alike and has the same fingerprints", async () => {
  await fc.assert(
    fc.asyncProperty(graph, async (nodes) => {
      const plan = planOf(workflow(nodes), environment);
      const other = bound(plan, environment.catalogue);
      assert.deepEqual(other, plan);
      const cache = memoryCache();
      const first = await record(plan, { cache });
      const second = await record(other);
      assert.deepEqual(second.events, first.events);
      assert.deepEqual(second.outputs, first.outputs);
      assert.deepEqual(second.values, first.values);
      assert.deepEqual(describePlan(await expandPlan(other, cache)), describePlan(await expandPlan(plan, cache)));
      assert.deepEqual(writePlan(other), writePlan(plan));
    }),
    { numRuns: 100 },
  );
});

const model = nodeDefiner<TestServices>()({
  type: "test.model",
  version: 3,
  title: "Model",
  summary: "Has a pack, a file and an input with a condition.",
  inputs: { guide: when("guided", true, t.number(".")) },
  outputs: { value: t.number(".") },
  params: {
    pack: p.pack(),
    file: p.file("File."),
    guided: p.boolean("Guided.", true),
    weight: p.number("Weight.", w()),
  },
  stages: ["decoder"],
  run: () => ({ value: 0 }),
});

function w() {
  return { default: 1, min: -1e300, max: 1e300 };
}

const modelled = (definition: NodeDefinition<TestServices>) =>
  testEnvironment([...testNodes, definition], {
    packs: { toybox: { name: "toybox", refinements: {}, stages: { decoder: "d1", prior: "p1" } } },
    files: { "a.png": { digest: "f1" } },
  });

const modelPlan = (definition = model) =>
  planOf(
    workflow({
      one: node("math.constant", { value: 1 }),
      truth: node("test.truth", {}, { a: "one.value" }),
      model: {
        ...node("test.model", { file: "a.png", weight: 0.1 + 0.2 }, { guide: "one.value", guided: "truth.value" }),
        version: definition.version,
      },
      show: node("output.show", {}, { value: "model.value" }),
    }),
    modelled(definition),
  );

test("[B1] digests, conditions, linked parameters and odd numbers come through JSON", () => {
  const plan = modelPlan();
  const data = writePlan(plan);
  assert.deepEqual(JSON.parse(JSON.stringify(data)), data);
  const { params, stages, files, links } = data.nodes.find(({ id }) => id === "model")!;
  assert.equal(params.weight, 0.1 + 0.2);
  assert.deepEqual([stages, files], [{ decoder: "d1" }, { file: "f1" }]);
  assert.deepEqual(
    links!.map(({ port }) => port),
    ["guide", "guided"],
  );
  assert.deepEqual(bound(plan, modelled(model).catalogue), plan);
});

const changes: { readonly [what: string]: readonly [change: Partial<AnyNodeDefinition> | undefined, said: RegExp] } = {
  "another version": [{ version: 4 }, /was version 3 when .* here it is version 4\.$/],
  "another content of its node pack": [
    { origin: "test@1.0.0 sha256:2" },
    /here it is version 3 of test@1\.0\.0 sha256:2/,
  ],
  "another parameter": [
    { params: { ...model.params, more: p.seed() } },
    /here it is version 3 with other sockets or parameters/,
  ],
  "another default": [
    { params: { ...model.params, weight: p.number("Weight.", { ...w(), default: 2 }) } },
    /other sockets/,
  ],
  "another input": [{ inputs: {} }, /other sockets/],
  "another output": [{ outputs: { value: t.integer(".") } }, /other sockets/],
  "another stage": [{ stages: ["prior"] }, /other sockets/],
  "other arrays": [{ optionalArrays: ["basis"] }, /other sockets/],
  "no such type": [undefined, /was version 3 when the run was checked; here there is none\.$/],
};

for (const [what, [change, said]] of Object.entries(changes))
  test(`[B2] a plan is not bound where a node type has changed: ${what}`, () => {
    const changed = change ? [{ ...model, ...change } as NodeDefinition<TestServices>] : [];
    const { plan, problems } = bindPlan(writePlan(modelPlan()), createCatalogue([...testNodes, ...changed]), sha256);
    assert.equal(plan, undefined);
    assert.deepEqual(
      problems.map(({ code, severity }) => [code, severity]),
      [["node-type-changed", "error"]],
    );
    assert.match(problems[0]!.message, /^The node type "test\.model" /);
    assert.match(problems[0]!.message, said);
    assert.ok(problems[0]!.remedy);
  });

test("[B2] what else the catalogue has, and what the plan does not use, is in nobody's way", () => {
  const newer = { ...model, version: 4 };
  const plan: AnyPlan = planOf(
    workflow({ show: node("output.show", {}, { value: "one.value" }), one: node("math.constant") }),
    environment,
  );
  assert.ok(bindPlan(writePlan(plan), createCatalogue([...testNodes, newer]), sha256).plan);
});

test("[B3] binding asks the catalogue for the node types of the plan and for nothing else", () => {
  const asked: string[] = [];
  const spied = new Proxy(modelled(model).catalogue, {
    get(target, property) {
      if (property !== "get") throw new Error(`it asked for ${String(property)}`);
      return (type: string) => {
        const definition = target.get(type)!;
        asked.push(type);
        return { ...definition, migrations: new Proxy([], { get: () => assert.fail("migrations were looked at") }) };
      };
    },
  });
  assert.ok(bindPlan(writePlan(modelPlan()), spied, sha256).plan);
  assert.deepEqual([...new Set(asked)].sort(), ["math.constant", "output.show", "test.model", "test.truth"]);
});

test("[B1] the node types of a catalogue are stamped as the plans that use them say", async () => {
  const stamps = stampTypes(environment.catalogue, sha256);
  assert.deepEqual(Object.keys(stamps), [...environment.catalogue.keys()]);
  await fc.assert(
    fc.asyncProperty(graph, async (nodes) => {
      const { types } = writePlan(planOf(workflow(nodes), environment));
      for (const [type, stamp] of Object.entries(types)) assert.deepEqual(stamps[type], stamp);
    }),
    { numRuns: 20 },
  );
});
