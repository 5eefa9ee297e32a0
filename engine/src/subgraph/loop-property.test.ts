import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { expandPlan } from "../explain/expand-plan.ts";
import { planKeys } from "../explain/explain.ts";
import { node, record, recordCalls, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { graph, type Nodes } from "../testing/random-graph.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { memoryCache } from "../values/memory-cache.ts";
import { loop, show } from "./loop.fixture.ts";

// fast-check prints the seed and the smallest failing case.

const environment = testEnvironment(testNodes);
const runs = { numRuns: 120 };

/** A random graph as the inside of a loop: what links to its first node takes, here and there, what is carried or the number of the round. */
type Inside = { readonly nodes: Nodes; readonly gives: string };

const inside: fc.Arbitrary<Inside> = fc.tuple(graph, fc.infiniteStream(fc.nat(5))).map(([all, picks]) => {
  const { show: last, ...rest } = all;
  const nodes: Nodes = {};
  for (const [id, one] of Object.entries(rest)) {
    const inputs = Object.entries(one.inputs as { readonly [port: string]: string }).map(([port, from]) => {
      const pick = picks.next().value;
      const isNumber = one.type === "math.add" || one.type === "test.fail" || one.type === "test.truth";
      if (!isNumber || pick > 2) return [port, from];
      return [port, ["in.value", "in.round", "in.same"][pick]];
    });
    nodes[id] = { ...one, inputs: Object.fromEntries(inputs) };
  }
  return { nodes, gives: (last!.inputs as { readonly value: string }).value };
});

const start = { start: node("math.constant", { value: 2 }), same: node("math.constant", { value: 7 }) };
const fed = { value: "start.value", same: "same.value" };
const definition = ({ nodes, gives }: Inside) => ({
  nodes,
  inputs: { value: {}, round: {}, same: {} },
  outputs: { value: { from: gives } },
});

/** The loop as a workflow of its rounds, written one after the other by hand. A node inside round 3 is called "x3-node". */
function unrolled({ nodes, gives }: Inside, rounds: number) {
  const flat: { [id: string]: object } = { ...start };
  let carried = "start.value";
  for (let r = 1; r <= rounds; r++) {
    flat[`x${r}`] = node("loop.round", { number: r });
    const here = (link: string) =>
      ({ "in.value": carried, "in.round": `x${r}.round`, "in.same": "same.value" })[link] ?? `x${r}-${link}`;
    for (const [id, one] of Object.entries(nodes))
      flat[`x${r}-${id}`] = {
        ...one,
        inputs: Object.fromEntries(Object.entries(one.inputs).map(([port, link]) => [port, here(link as string)])),
      };
    carried = here(gives);
  }
  return workflow({ ...flat, show: show(carried) });
}

/** The id, in the hand-written graph, of a node that a loop brings. */
const byHand = (id: string) => id.replace(/^loop\/(\d+)\/in$/, "x$1").replace(/^loop\/(\d+)\//, "x$1-");

test("[I5] a loop has the values, fingerprints, problems and events of its rounds written one after the other", async () => {
  let ran = 0;
  await fc.assert(
    fc.asyncProperty(inside, fc.integer({ min: 1, max: 4 }), async (body, rounds) => {
      const flat = validateJson(unrolled(body, rounds), environment);
      const nodes = { ...start, loop: loop("repeat", "body", fed, { rounds }), show: show("loop.value") };
      const looped = validateJson(workflow(nodes, { definitions: { body: definition(body) } }), environment);
      assert.equal(looped.plan === undefined, flat.plan === undefined);
      const codes = (problems: typeof flat.problems) => new Set(problems.map(({ code }) => code));
      assert.deepEqual(codes(looped.problems), codes(flat.problems));
      if (!flat.plan || !looped.plan) return;
      const keysOf = async (plan: typeof flat.plan, name: (id: string) => string) =>
        Object.fromEntries(
          [...planKeys(await expandPlan(plan!, memoryCache()))].map(([id, key]) => [name(id), key] as const).sort(),
        );
      assert.deepEqual(await keysOf(looped.plan, byHand), await keysOf(flat.plan, String));
      const cache = memoryCache();
      const fresh = await record(flat.plan, { cache });
      const own = await record(looped.plan);
      assert.equal(own.status, fresh.status);
      const values = ({ values }: typeof own) =>
        Object.fromEntries(Object.entries(values).map(([end, list]) => [byHand(end), list]));
      assert.deepEqual(values(own), fresh.values);
      const told = ({ events }: typeof own) =>
        events.map((event) => `${event.event} ${"node" in event ? byHand(event.node) : ""}`).sort();
      assert.deepEqual(told(own), told(fresh));
      const again = await record(looped.plan, { cache });
      assert.deepEqual(values(again), fresh.values);
      if (fresh.status !== "finished") return;
      assert.equal(again.executed, 0);
      ran++;
    }),
    runs,
  );
  assert.ok(ran > 10, `only ${ran} of the loops ran`);
});

test("[I7] a loop that runs as long as it says so is the loop of as many rounds as it ran", async () => {
  const counts = new Set<number>();
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: -3, max: 3 }).filter((by) => by !== 0),
      fc.integer({ min: -12, max: 12 }),
      fc.integer({ min: 1, max: 9 }),
      async (by, from, most) => {
        const definitions = {
          body: {
            nodes: {
              step: node("math.add", { b: by }, { a: "in.value" }),
              twice: node("math.add", {}, { a: "step.value", b: "in.round" }),
              truth: node("test.truth", {}, { a: "step.value" }),
            },
            inputs: { value: {}, round: {} },
            outputs: {
              value: { from: "step.value" },
              all: { from: "step.value" },
              more: { from: "twice.value" },
              again: { from: "truth.value" },
            },
          },
        };
        const of = (kind: "repeat" | "while", rounds: number) => {
          const nodes = {
            start: node("math.constant", { value: from }),
            loop: loop(kind, "body", { value: "start.value" }, { rounds }),
            show: show("loop.value"),
            all: show("loop.all"),
            more: show("loop.more"),
          };
          return validateJson(workflow(nodes, { definitions }), environment).plan!;
        };
        const zero = -from / by;
        const expected = Number.isInteger(zero) && zero >= 1 && zero <= most ? zero : most;
        const cache = memoryCache();
        const open = await recordCalls(of("while", most), { cache });
        assert.equal(open.values["all.value"]!.length, expected);
        assert.equal(open.calls.filter((call) => call.startsWith("truth")).length, Math.min(expected, most - 1));
        const fixed = await recordCalls(of("repeat", expected), { cache });
        assert.deepEqual([fixed.executed, fixed.calls, fixed.values], [0, [], open.values]);
        counts.add(expected);
      },
    ),
    runs,
  );
  assert.ok(counts.size > 3, `the loops ran ${[...counts].join()} rounds`);
});
