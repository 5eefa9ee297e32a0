import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Cache, encodeValue, memoryCache, type Plan, type Value } from "@clipwork/engine";
import { node, planOf, record, testEnvironment, testNodes, workflow } from "@clipwork/engine/testing";
import { artifactFiles } from "../artifacts/artifact-files.ts";
import { outputMaker } from "../outputs/make-output.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import type { ShownValue } from "../wire/wire.ts";
import type { Provenance, Shown } from "../worker/worker-protocol.ts";
import { watchRun } from "./watch-run.ts";

/** A chain of that many nodes, of which the last one's value is wanted. */
function chain(length: number): Plan<object> {
  const nodes: { [id: string]: object } = { n0: node("math.constant") };
  for (let i = 1; i < length; i++) nodes[`n${i}`] = node("math.add", { b: 1 }, { a: `n${i - 1}.value` });
  return planOf(workflow(nodes), testEnvironment(testNodes), [`n${length - 1}`]);
}

const provenance: Provenance = { numerics: "none", nodePacks: [], stages: {}, versions: {} };

async function watch(context: TestContext, plan: Plan<object>, cache: Cache, clock = () => 0): Promise<Shown[]> {
  const shown: Shown[] = [];
  const artifacts = artifactFiles(join(temporaryFolder(context), "artifacts"));
  const options = { runId: "r", cache, services: {}, clock, emit: () => {} };
  const json = { format: "clipwork/1", nodes: {} } as const;
  const make = outputMaker({ json, plan, provenance }, cache);
  await watchRun(plan, options, { make, artifacts, show: (event) => shown.push(event) });
  return shown;
}

/** The values that came many at once. */
function valuesIn(shown: readonly Shown[]): readonly ShownValue[] {
  return shown.flatMap((event) => (event.event === "node.values" ? JSON.parse(event.values.json) : []));
}

test("what a value took to compute reaches the store", async (context) => {
  const costs: (number | undefined)[] = [];
  const memory = memoryCache();
  const cache: Cache = {
    ...memory,
    put: (key, bytes, ms) => {
      costs.push(ms);
      return memory.put(key, bytes, ms);
    },
  };
  let now = 0;
  await watch(context, chain(2), cache, () => (now += 5));
  assert.equal(costs.length, 2);
  for (const ms of costs) assert.ok(ms! > 0, `a value was put with ${ms} ms`);
});

test("showing a kept chain looks at each node a fixed number of times, however long it is", async (context) => {
  const looks = async (length: number) => {
    const plan = chain(length);
    const cache = memoryCache();
    await watch(context, plan, cache);
    let count = 0;
    const nodes = new Proxy(plan.nodes, {
      get(target, name) {
        if (typeof name === "string" && /^\d+$/.test(name)) count++;
        return Reflect.get(target, name);
      },
    });
    const shown = await watch(context, { ...plan, nodes }, cache);
    const events = shown.map(({ event }) => event);
    const values = valuesIn(shown);
    assert.deepEqual(
      values.map(({ node }) => node).sort(),
      plan.nodes.map(({ id }) => id).sort(),
      "every value is shown once",
    );
    assert.equal(events.filter((event) => event === "run.output").length, 1, "the last one is kept");
    return count;
  };
  for (const length of [50, 200]) {
    const count = await looks(length);
    assert.ok(count <= 10 * length, `${count} looks at ${length} nodes`);
  }
});

test("a kept value is shown as it is kept now, however often it was shown before", async (context) => {
  const plan = chain(3);
  const memory = memoryCache();
  const shownValues = async (cache: Cache) => valuesIn(await watch(context, plan, cache));
  await watch(context, plan, memory);
  const first = await shownValues(memory);
  assert.equal(first.length, 3);
  assert.deepEqual(await shownValues(memory), first);
  const { key } = (await record(plan, { cache: memory })).outputs[0]!.value;
  const other = (await record(chain(1))).values["n0.value"]![0]!;
  await memory.put(key, encodeValue({ value: [other as Value] }));
  const changed = (await shownValues(memory)).find(({ node }) => node === "n2")!;
  assert.notDeepEqual(changed.view, first.find(({ node }) => node === "n2")!.view);
});

/** 0 and 1, each with 1 added by a parameter that a link feeds; the second item waits for `gate`. */
function twoItems() {
  const nodes = {
    list: node("list.range", { count: 2 }),
    one: node("math.constant", { value: 1 }),
    add: node("math.add", {}, { a: "one.value", b: "list.values" }),
    show: node("output.show", {}, { value: "add.value" }),
    sum: node("list.sum", {}, { values: "add.value" }),
    total: node("math.add", { b: 0 }, { a: "sum.value" }),
  };
  return planOf(workflow(nodes), testEnvironment(testNodes), ["show", "total"]);
}

test("[W10] an item's value is shown as soon as it is kept, while the node still works on others", async (context) => {
  const gate = Promise.withResolvers<void>();
  const first = Promise.withResolvers<void>();
  const cache = memoryCache();
  const artifacts = artifactFiles(join(temporaryFolder(context), "artifacts"));
  const services = { call: (label: string) => (label === "1+1" ? gate.promise : undefined) };
  const plan = twoItems();
  const make = outputMaker({ json: { format: "clipwork/1", nodes: {} }, plan, provenance }, cache);
  const seen: string[] = [];
  const running = watchRun(
    plan,
    { runId: "r", cache, services, clock: () => 0, emit: () => {} },
    {
      make,
      artifacts,
      show(event) {
        if (event.event !== "node.value" || event.node !== "add") return;
        seen.push(`${event.item}`);
        if (event.item === 0) first.resolve();
      },
    },
  );
  await first.promise;
  assert.deepEqual(seen, ["0"]);
  gate.resolve();
  await running;
  assert.deepEqual(seen, ["0", "1"]);
});

test("[W11] an item is shown with what links put into parameters for it, fresh or kept, up to where a whole list goes in", async (context) => {
  const plan = twoItems();
  const cache = memoryCache();
  for (const turn of ["fresh", "kept"]) {
    const shown = await watch(context, plan, cache);
    const values = [...valuesIn(shown), ...shown.flatMap((event) => (event.event === "node.value" ? [event] : []))];
    const settingsOf = (id: string) =>
      values
        .filter(({ node }) => node === id)
        .sort((a, b) => a.item - b.item)
        .map(({ item, settings }) => [item, settings]);
    const setting = (value: number) => [{ node: "add", param: "b", value }];
    assert.deepEqual(
      settingsOf("add"),
      [
        [0, setting(0)],
        [1, setting(1)],
      ],
      turn,
    );
    assert.deepEqual(settingsOf("sum"), [[0, undefined]], turn);
    assert.deepEqual(settingsOf("total"), [[0, undefined]], turn);
    const outputs = shown.flatMap((event) => (event.event === "run.output" ? [event.output] : []));
    assert.deepEqual(
      outputs
        .filter(({ node }) => node === "show")
        .sort((a, b) => a.item - b.item)
        .map(({ item, settings }) => [item, settings]),
      [
        [0, setting(0)],
        [1, setting(1)],
      ],
      turn,
    );
  }
});
