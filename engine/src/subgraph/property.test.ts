import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readDocument } from "../document/document.ts";
import type { WorkflowJson } from "../document/workflow-json.ts";
import { expandPlan } from "../explain/expand-plan.ts";
import { planKeys } from "../explain/explain.ts";
import { applySettings } from "../plan/settings.ts";
import { record, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { graph } from "../testing/random-graph.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { memoryCache } from "../values/memory-cache.ts";
import { packNodes } from "./pack.ts";
import { unpackInstance } from "./unpack.ts";

// fast-check prints the seed and the smallest failing case.

const environment = testEnvironment(testNodes);
const runs = { numRuns: 150 };

/** A random graph with some of its parameters exposed. */
const document = fc.tuple(graph, fc.array(fc.nat(99), { maxLength: 3 })).map(([nodes, picks]) => {
  const params = Object.entries(nodes).flatMap(([id, { params }]) =>
    Object.keys(params).map((name) => `${id}.${name}`),
  );
  const exposed = picks.flatMap((pick, i) =>
    params.length === 0 ? [] : [[`name${i}`, params[pick % params.length]!]],
  );
  return workflow(nodes, { exposed: Object.fromEntries(exposed) }) as unknown as WorkflowJson;
});

/** Which nodes of a level are chosen, by their places. */
const choice = fc.infiniteStream(fc.boolean());

function choose(workflow: WorkflowJson, choice: Iterator<boolean>): ReadonlySet<string> {
  return new Set(Object.keys(workflow.nodes).filter(() => choice.next().value));
}

const names = (name: string) => ({ definition: name, instance: name, title: name });

/** The id of a node in its definition: ids are not given twice here. */
const innermost = (id: string) => id.slice(id.lastIndexOf("/") + 1);

function byInnermost<V>(values: Iterable<readonly [string, V]>): { [id: string]: V } {
  return Object.fromEntries([...values].map(([id, value]) => [innermost(id), value]).sort());
}

/** The document with subgraphs: one after the other, so that later ones may hold earlier ones. */
function packed(flat: WorkflowJson, choices: readonly Iterator<boolean>[]): WorkflowJson {
  return choices.reduce((now, choice, i) => packNodes(now, choose(now, choice), names(`sub${i}`)), flat);
}

const choices = fc.array(choice, { minLength: 1, maxLength: 4 });

test("[G5] a graph with subgraphs, nested or not, has the values and fingerprints of the flat one", async () => {
  await fc.assert(
    fc.asyncProperty(document, choices, async (flat, choices) => {
      const before = validateJson(flat, environment);
      const after = validateJson(packed(flat, choices), environment);
      assert.equal(after.plan === undefined, before.plan === undefined);
      const told = (problems: typeof before.problems) =>
        problems.map(({ code, node, severity }) => `${severity} ${code} ${node && innermost(node)}`).sort();
      assert.deepEqual(told(after.problems), told(before.problems));
      if (!before.plan || !after.plan) return;
      const keysOf = async (plan: typeof before.plan) => byInnermost(planKeys(await expandPlan(plan!, memoryCache())));
      assert.deepEqual(await keysOf(after.plan), await keysOf(before.plan));
      const cache = memoryCache();
      const fresh = await record(before.plan, { cache });
      const again = await record(after.plan, { cache });
      assert.equal(again.status, fresh.status);
      assert.deepEqual(byInnermost(Object.entries(again.values)), byInnermost(Object.entries(fresh.values)));
      if (fresh.status === "finished") assert.equal(again.executed, 0);
    }),
    runs,
  );
});

test("[G9] unpacking takes packing back", () => {
  fc.assert(
    fc.property(document, choice, (flat, choice) => {
      const chosen = choose(flat, choice);
      const sub = packNodes(flat, chosen, names("sub"));
      if (chosen.size === 0) {
        assert.equal(sub, flat);
        return;
      }
      const { workflow: now, ids } = unpackInstance(sub, "sub")!;
      assert.deepEqual(now.nodes, flat.nodes);
      assert.deepEqual(new Set(ids), chosen);
      assert.equal(now.definitions, undefined);
      const linked = (address: string) => {
        const [node, port] = address.split(".") as [string, string];
        return chosen.has(node) && Object.hasOwn(flat.nodes[node]!.inputs ?? {}, port);
      };
      const stays = Object.entries(flat.exposed!).filter(([, address]) => !linked(String(address)));
      assert.deepEqual(now.exposed, Object.fromEntries(stays));
    }),
    runs,
  );
});

test("[G9] unpacking subgraphs one after the other, in any order, gives the flat graph", () => {
  fc.assert(
    fc.property(document, choices, fc.infiniteStream(fc.nat(99)), (flat, choices, picks) => {
      let now = packed(flat, choices);
      for (;;) {
        const instances = Object.entries(now.nodes).filter(([, { type }]) => type.startsWith("subgraph."));
        if (instances.length === 0) break;
        now = unpackInstance(now, instances[picks.next().value % instances.length]![0])!.workflow;
      }
      assert.deepEqual(byInnermost(Object.entries(now.nodes)), byInnermost(Object.entries(flat.nodes)));
      assert.equal(now.definitions, undefined);
    }),
    runs,
  );
});

test("[G10] what is set in a graph with subgraphs, by name or by address, is what is set in the flat one, and is read again", () => {
  const settings = fc.array(fc.record({ pick: fc.nat(99), value: fc.integer({ min: 0, max: 3 }) }), { maxLength: 4 });
  let inside = 0;
  fc.assert(
    fc.property(document, choices, settings, (flat, choices, settings) => {
      const unpacked = readDocument(packed(flat, choices)).document!;
      const addresses = [...unpacked.nodes.values()].flatMap(({ id, params }) =>
        id.includes("/") ? Object.keys(params).map((name) => `${id}.${name}`) : [],
      );
      const names = [...unpacked.exposed.keys(), ...addresses];
      if (names.length === 0) return;
      // Each parameter once: which of two settings counts is another rule.
      const chosen = new Map<string, { readonly name: string; readonly value: unknown }>();
      for (const { pick, value } of settings) {
        const name = names[pick % names.length]!;
        const address = addresses.includes(name) ? innermost(name) : String(flat.exposed![name]);
        const type = flat.nodes[address.split(".")[0]!]!.params![address.split(".")[1]!];
        const other = typeof type === "boolean" ? value > 1 : typeof type === "string" ? "not" : value;
        if (!chosen.has(address)) chosen.set(address, { name, value: other });
      }
      const by = (key: (address: string, name: string) => string) =>
        Object.fromEntries([...chosen].map(([address, { name, value }]) => [key(address, name), value]));
      const set = applySettings(
        unpacked,
        by((_, name) => name),
        environment.catalogue,
      );
      const exposed = by((address) => address);
      const flatToo = readDocument({
        ...flat,
        exposed: Object.fromEntries(Object.keys(exposed).map((at) => [at, at])),
      });
      const expected = applySettings(flatToo.document!, exposed, environment.catalogue);
      assert.deepEqual(
        set.problems.map(({ code }) => code),
        expected.problems.map(({ code }) => code),
      );
      const again = readDocument(JSON.parse(JSON.stringify(set.document.json))).document!;
      assert.deepEqual(again.nodes, set.document.nodes);
      const paramsOf = ({ nodes }: typeof again) => byInnermost([...nodes].map(([id, { params }]) => [id, params]));
      assert.deepEqual(paramsOf(again), paramsOf(expected.document));
      if (set.problems.length === 0) inside += [...chosen.values()].filter(({ name }) => name.includes("/")).length;
    }),
    runs,
  );
  assert.ok(inside > 10, `only ${inside} settings reached inside`);
});
