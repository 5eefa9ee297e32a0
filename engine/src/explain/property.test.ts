import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readDocument } from "../document/document.ts";
import { sourcesOf } from "../expansion/items.ts";
import type { GivenOutput, OutputRef } from "../run/event.ts";
import { isRunEnd } from "../run/run-state.ts";
import { emptyRun, reduce } from "../run/run-view.ts";
import { node, planOf, record, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { graph } from "../testing/random-graph.ts";
import { testNodes } from "../testing/test-nodes.ts";
import type { Cache } from "../values/cache.ts";
import { memoryCache } from "../values/memory-cache.ts";
import { expandPlan, type SeenEntry } from "./expand-plan.ts";
import { describePlan, explainPlan, nodesAhead, planKeys } from "./explain.ts";

// fast-check prints the seed and the smallest failing case.

const environment = testEnvironment(testNodes);
const runs = { numRuns: 60 };

test("[Z1] a cached run gives what a fresh run gives, whatever was cached before", async () => {
  await fc.assert(
    fc.asyncProperty(graph, graph, async (before, nodes) => {
      const cache = memoryCache();
      await record(planOf(workflow(before), environment), { cache });
      const plan = planOf(workflow(nodes), environment);
      const fresh = await record(plan);
      const mixed = await record(plan, { cache });
      const cached = await record(plan, { cache });
      for (const other of [mixed, cached]) {
        assert.deepEqual(other.outputs, fresh.outputs);
        assert.deepEqual(other.values, fresh.values);
        assert.equal(other.status, fresh.status);
      }
      if (fresh.status === "finished") assert.equal(cached.executed, 0);
    }),
    runs,
  );
});

test("[Z1] nor does it matter how many items run at once, when they finish, or what the cache forgets", async () => {
  await fc.assert(
    fc.asyncProperty(
      graph,
      fc.scheduler(),
      fc.integer({ min: 1, max: 4 }),
      fc.infiniteStream(fc.boolean()),
      async (nodes, scheduler, concurrency, forgets) => {
        const plan = planOf(workflow(nodes), environment);
        const fresh = await record(plan);
        const memory = memoryCache();
        const forgetful: Cache = {
          ...memory,
          get: async (key) => (forgets.next().value ? undefined : memory.get(key)),
        };
        const call = (label: string) => scheduler.schedule(Promise.resolve(), label);
        const running = record(plan, { concurrency, cache: forgetful, services: { call } });
        let over = false;
        void running.finally(() => {
          over = true;
        });
        while (!over) {
          if (scheduler.count() > 0) await scheduler.waitOne();
          await new Promise((resolve) => setImmediate(resolve));
        }
        const { status, outputs } = await running;
        assert.equal(status, fresh.status);
        assert.deepEqual(outputs, fresh.outputs);
      },
    ),
    { numRuns: 30 },
  );
});

test("[U5] a view of the run counts what its last event counts, whatever the cache has and forgets", async () => {
  await fc.assert(
    fc.asyncProperty(graph, graph, fc.infiniteStream(fc.boolean()), async (before, nodes, forgets) => {
      const memory = memoryCache();
      await record(planOf(workflow(before), environment), { cache: memory });
      const cache: Cache = { ...memory, get: async (key) => (forgets.next().value ? undefined : memory.get(key)) };
      const { events } = await record(planOf(workflow(nodes), environment), { cache });
      const end = events.at(-1)!;
      assert.ok(isRunEnd(end));
      const { executed, cached, state, running } = events.slice(0, -1).reduce(reduce, emptyRun("test"));
      assert.deepEqual([executed, cached, state, running], [end.executed, end.cached, "running", []]);
    }),
    runs,
  );
});

test("[W8] what a run says that its outputs were made from is what the plan says, whatever was kept before", async () => {
  await fc.assert(
    fc.asyncProperty(graph, graph, async (before, nodes) => {
      const cache = memoryCache();
      await record(planOf(workflow(before), environment), { cache });
      const plan = planOf(workflow(nodes), environment);
      const given: GivenOutput[] = [];
      const { outputs } = await record(plan, { cache, output: (output) => given.push(output) });
      const named = ({ node, port, item }: OutputRef) => `${node} ${port} ${item}`;
      assert.deepEqual(given.map(named).sort(), outputs.map(named).sort());
      const places = new Map(plan.nodes.map(({ id }, place) => [id, place]));
      const entries = new Map<string, SeenEntry>();
      const itemsOf = new Map<string, string[]>();
      for (const { state } of (await expandPlan(plan, cache)).nodes)
        state.entries.forEach((entry, item) => {
          entries.set(entry.key, entry);
          itemsOf.set(entry.key, [...(itemsOf.get(entry.key) ?? []), `${state.plan.id} ${item}`]);
        });
      for (const { made, value } of given) {
        const keys = new Set([value.key]);
        for (const key of keys) for (const { key: source } of sourcesOf(entries.get(key)!)) keys.add(source);
        assert.deepEqual(new Set(made.map(({ key }) => key)), keys);
        for (const { node, item, key } of made) assert.ok(itemsOf.get(key)!.includes(`${node} ${item}`));
        const order = made.map(({ node, item }) => places.get(node)! * 1_000 + item);
        assert.deepEqual(
          order,
          [...new Set(order)].sort((a, b) => a - b),
        );
      }
    }),
    runs,
  );
});

test("[F2] neither ids nor the order of nodes nor groups, notes and layout change a fingerprint", async () => {
  await fc.assert(
    fc.asyncProperty(graph, fc.nat(), async (nodes, turn) => {
      const ids = Object.keys(nodes);
      const renamed = (id: string) => `z${ids.indexOf(id)}`;
      const entries = ids.map((id): [string, object] => {
        const inputs = Object.fromEntries(
          Object.entries(nodes[id]!.inputs).map(([port, link]) => {
            const [source, output] = (link as string).split(".");
            return [port, `${renamed(source!)}.${output}`];
          }),
        );
        return [renamed(id), { ...nodes[id], inputs }];
      });
      const at = turn % entries.length;
      const turned = Object.fromEntries([...entries.slice(at), ...entries.slice(0, at)].reverse());
      const one = await record(planOf(workflow(nodes), environment));
      const more = {
        layout: { z0: { x: turn, y: 0, title: `Card ${turn}`, colour: "red", width: 300, collapsed: true } },
        meta: { title: `${turn}` },
        groups: { stage: { title: "Stage", members: Object.keys(turned).slice(at), collapsed: turn % 2 === 0 } },
        notes: { why: { text: "Why", x: turn, y: 0, width: 200, height: 100 } },
      };
      const two = await record(planOf(workflow(turned, more), environment));
      const keys = (outputs: typeof one.outputs, name: (id: string) => string) =>
        new Set(
          outputs.map(({ node, item, value }) => `${name(node)} ${item} ${value.key} ${value.port} ${value.index}`),
        );
      assert.deepEqual(
        keys(two.outputs, (id) => id),
        keys(one.outputs, renamed),
      );
    }),
    runs,
  );
});

test("[L6] a list gives what its items give alone", async () => {
  const item = fc.record({ b: fc.integer({ min: -6, max: 3 }), at: fc.nat(8), count: fc.integer({ min: 1, max: 6 }) });
  await fc.assert(
    fc.asyncProperty(item, async ({ b, at, count }) => {
      const tail = {
        add: node("math.add", { b }, { a: "from.value" }),
        fail: node("test.fail", { at }, { value: "add.value" }),
        truth: node("test.truth", {}, { a: "add.value" }),
        ten: node("math.constant", { value: 10 }),
        no: node("math.add", {}, { a: "ten.value", b: "from.value" }),
        pick: node("test.pick", {}, { yes: "fail.value", no: "no.value", which: "truth.value" }),
        show: node("output.show", {}, { value: "pick.value" }),
      };
      const list = {
        range: node("list.range", { count }),
        from: node("util.reroute", {}, { value: "range.values" }),
        ...tail,
      };
      const together = await record(planOf(workflow(list), environment));
      for (let i = 0; i < count; i++) {
        const alone = await record(
          planOf(workflow({ from: node("math.constant", { value: i }), ...tail }), environment),
        );
        assert.equal(together.values["show.value"]?.[i], alone.values["show.value"]?.[0]);
      }
    }),
    runs,
  );
});

test("[W3] explaining a random graph names what a run executes, whatever the cache lost", async () => {
  await fc.assert(
    fc.asyncProperty(graph, fc.infiniteStream(fc.boolean()), async (nodes, losses) => {
      const plan = planOf(workflow(nodes), environment);
      const { cache } = await record(plan);
      const lost = new Map<string, boolean>();
      const isLost = (key: string) => {
        if (!lost.has(key)) lost.set(key, losses.next().value!);
        return lost.get(key)!;
      };
      const losing: Cache = {
        ...cache,
        has: async (key) => !isLost(key) && cache.has(key),
        get: async (key) => (isLost(key) ? undefined : cache.get(key)),
        put: async (key, bytes) => {
          lost.set(key, false);
          await cache.put(key, bytes);
        },
      };
      const expanded = await expandPlan(plan, losing);
      const explained = await explainPlan(expanded, losing, new Map());
      assert.deepEqual(
        [...(await nodesAhead(expanded, losing)).keys()],
        explained.flatMap(({ node, state }) => (state === "cached" || state === "not needed" ? [] : node)),
      );
      const { events, status } = await record(plan, { cache: losing });
      const executed = new Set(events.flatMap((event) => (event.event === "node.started" ? [event.node] : [])));
      const keys = describePlan(await expandPlan(plan, cache));
      assert.deepEqual(
        [...planKeys(await expandPlan(plan, cache))],
        [...keys].map(([id, { keys }]) => [id, keys]),
      );
      const ran = new Set([...executed].flatMap((node) => keys.get(node)?.keys ?? []));
      // Behind a failure, or behind what only a run tells, more may be named than is run in the end; never less.
      const certain = status === "finished" && explained.every(({ state }) => state !== "unknown");
      for (const { node, state } of explained) {
        if (state === "would run" && certain)
          assert.ok(
            keys.get(node)!.keys.some((key) => ran.has(key)),
            `${node} would run`,
          );
        if (state !== "would run" && state !== "unknown") assert.ok(!executed.has(node), `${node}: ${state}`);
      }
    }),
    runs,
  );
});

test("[D8] a document that is saved and read is the same document", () => {
  fc.assert(
    fc.property(graph, (nodes) => {
      const odd = Object.entries(nodes).map(([id, made], i) => [id, { ...made, [`unknown${i}`]: { i } }]);
      const json = workflow(Object.fromEntries(odd), {
        meta: { title: "x", more: null },
        other: [1],
        layout: { gone: 0 },
      });
      const once = readDocument(JSON.parse(JSON.stringify(json))).document!;
      assert.deepEqual(once.json, json);
      const twice = readDocument(JSON.parse(JSON.stringify(once.json))).document!;
      assert.deepEqual(twice, once);
    }),
    runs,
  );
});

test("[Z2] any graph finishes or reports", async () => {
  const link = fc.constantFrom(
    ...["n0", "n1", "n2", "n3", "n4"].flatMap((id) => [`${id}.value`, `${id}.values`]),
    "gone.value",
  );
  const mostly = (usual: fc.Arbitrary<unknown>, weight: number, other: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: other });
  const none = fc.constant(undefined);
  const given = (record: object) =>
    Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
  const anyNode = fc.constantFrom(...testNodes).chain(({ type, inputs, params }) => {
    const ports = Object.keys(inputs).map((port) => [port, mostly(link, 9, fc.oneof(none, fc.anything()))]);
    const linked = Object.keys(params).map((name) => [name, mostly(none, 4, link)]);
    const values = Object.keys(params).map((name) => [name, mostly(fc.nat(5), 9, fc.oneof(none, fc.anything()))]);
    return fc.record({
      type: mostly(fc.constant(type), 20, fc.string()),
      version: mostly(fc.constant(1), 20, fc.constant(2)),
      inputs: fc.record(Object.fromEntries([...ports, ...linked])).map(given),
      params: fc.record(Object.fromEntries(values)).map(given),
      mode: mostly(fc.constant("run"), 5, fc.constantFrom("mute", "bypass")),
    });
  });
  let ran = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 20, arbitrary: anyNode }, { weight: 1, arbitrary: fc.anything() }), {
        minLength: 1,
        maxLength: 6,
      }),
      async (list) => {
        const nodes = Object.fromEntries(list.map((value, i) => [`n${i}`, value]));
        const { plan, problems } = validateJson(workflow(nodes), environment, { targets: [`n${list.length - 1}`] });
        assert.equal(
          plan === undefined,
          problems.some(({ severity }) => severity === "error"),
        );
        if (!plan) return;
        ran++;
        assert.ok(["finished", "failed"].includes((await record(plan)).status));
      },
    ),
    { numRuns: 800 },
  );
  assert.ok(ran > 10, `only ${ran} graphs were right`);
  fc.assert(fc.property(fc.anything(), (json) => assert.equal(validateJson(json, environment).plan, undefined)));
});
