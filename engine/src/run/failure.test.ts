import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeDefiner } from "../catalogue/node.ts";
import { NodeError } from "../catalogue/node-error.ts";
import { p } from "../catalogue/param.ts";
import { list } from "../kinds/socket.ts";
import { gate, node, planOf, record, testEnvironment, workflow } from "../testing/index.ts";
import { t } from "../testing/test-kinds.ts";
import { testNodes } from "../testing/test-nodes.ts";

const defineNode = nodeDefiner<unknown>();
const environment = testEnvironment(testNodes);
const runNodes = (nodes: object, options = {}) => record(planOf(workflow(nodes), environment), options);
const show = (value: string) => node("output.show", {}, { value });
const three = node("list.range", { count: 3 });

test("[X1] a failed item skips what depends on it, and everything else goes on", async () => {
  const { status, failures, events, values } = await runNodes({
    three,
    fail: node("test.fail", { at: 1 }, { value: "three.values" }),
    add: node("math.add", { b: 5 }, { a: "fail.value" }),
    show: show("add.value"),
    other: show("three.count"),
  });
  assert.equal(status, "failed");
  assert.deepEqual(failures, [{ node: "fail", item: 1, message: "cannot do 1" }]);
  assert.deepEqual(
    events.flatMap((event) => (event.event === "node.skipped" ? [[event.node, event.item, event.because]] : [])),
    [
      ["add", 1, "fail"],
      ["show", 1, "fail"],
    ],
  );
  // biome-ignore lint/suspicious/noSparseArray: the failed item is missing.
  assert.deepEqual(values, { "show.value": [5, , 7], "other.value": [3] });
  assert.equal(events.at(-1)!.event, "run.failed");
});

test("[X1] what depends on a failure but is cached is given", async () => {
  const nodes = (at: number) => ({
    one: node("math.constant", { value: 1 }),
    fail: node("test.fail", { at }, { value: "one.value" }),
    show: show("fail.value"),
    direct: show("one.value"),
  });
  const { cache } = await runNodes(nodes(0));
  assert.deepEqual((await runNodes(nodes(1), { cache })).values, { "direct.value": [1] });
  assert.equal((await runNodes(nodes(0), { cache })).status, "finished");
});

test("[X2] a failure has the error's message and remedy, never a stack", async () => {
  const thrown: unknown[] = [
    new NodeError("No word was known.", "Use the words of the pack."),
    new Error(""),
    "just text",
    undefined,
  ];
  const thrower = defineNode({
    type: "test.thrower",
    version: 1,
    title: "Thrower",
    summary: "Throws.",
    outputs: { value: t.number("Never.") },
    params: { which: p.integer("Which.", { default: 0, min: 0, max: 9 }), later: p.boolean("Reject.", false) },
    run(_, { which, later }) {
      if (later) return Promise.reject(thrown[which]);
      throw thrown[which];
    },
  });
  const messages = [];
  for (const later of [false, true])
    for (const which of thrown.keys()) {
      const nodes = { bad: node("test.thrower", { which, later }), show: show("bad.value") };
      const { failures } = await record(planOf(workflow(nodes), testEnvironment([...testNodes, thrower])));
      messages.push(failures[0]);
    }
  const expected = [
    { node: "bad", item: 0, message: "No word was known.", remedy: "Use the words of the pack." },
    { node: "bad", item: 0, message: "It failed without a message." },
    { node: "bad", item: 0, message: "just text" },
    { node: "bad", item: 0, message: "undefined" },
  ];
  assert.deepEqual(messages, [...expected, ...expected]);
});

test("[X3] outputs that do not match the declaration are a failure that says so", async () => {
  const results: [unknown, RegExp][] = [
    [undefined, /returned no outputs/],
    [{}, /returned nothing for its output "one"/],
    [{ one: [1], many: [1] }, /"one" has to be one item, but is a list/],
    [{ one: 1, many: 1 }, /"many" has to be a list/],
    [{ one: "1", many: [1] }, /"one" is not a finite number/],
    [{ one: 1, many: [1, null] }, /"many" is not a finite number/],
    [{ one: 1, many: [1], extra: 1 }, /returned "extra", which it does not declare/],
  ];
  for (const [result, pattern] of results) {
    const odd = defineNode({
      type: "test.odd",
      version: 1,
      title: "Odd",
      summary: "Breaks its word.",
      outputs: { one: t.number("One."), many: list(t.number("Many.")) },
      run: () => result as never,
    });
    const nodes = { odd: node("test.odd"), show: show("odd.one") };
    const { failures } = await record(planOf(workflow(nodes), testEnvironment([...testNodes, odd])));
    assert.equal(failures.length, 1);
    assert.match(failures[0]!.message, pattern);
    assert.match(failures[0]!.message, /test\.odd/);
  }
});

test("[X3] values of each kind are checked", async () => {
  const data = new Float32Array(12);
  const kinds: [Parameters<typeof pass>[0], unknown, unknown][] = [
    [t.text("."), "a", 1],
    [t.integer("."), 3, 3.5],
    [t.boolean("."), true, 1],
    [t.image("."), { width: 2, height: 2, data }, { width: 2, height: 3, data }],
    [t.imageEmbedding("."), { embedding: data }, { embedding: [1] }],
    [t.textEmbedding("."), { embedding: data }, data],
  ];
  function pass(socket: ReturnType<(typeof t)[Exclude<keyof typeof t, "variable">]>, value: unknown) {
    return defineNode({
      type: "test.pass",
      version: 1,
      title: "Pass",
      summary: "Gives a value.",
      outputs: { value: socket },
      run: () => ({ value }) as never,
    });
  }
  for (const [socket, good, bad] of kinds) {
    for (const [value, status] of [
      [good, "finished"],
      [bad, "failed"],
    ]) {
      const nodes = { pass: node("test.pass"), show: show("pass.value") };
      const result = await record(planOf(workflow(nodes), testEnvironment([...testNodes, pass(socket, value)])));
      assert.equal(result.status, status, socket.type.kind);
    }
  }
});

test("[X4] a failed item of an emitted list skips all that needs the list", async () => {
  const { failures, events, values } = await runNodes({
    three,
    fail: node("test.fail", { at: 1 }, { value: "three.values" }),
    two: node("list.range", { count: 2 }, { first: "fail.value" }),
    sum: node("list.sum", {}, { values: "two.values" }),
    show: show("sum.value"),
    counts: show("two.count"),
  });
  assert.equal(failures.length, 1);
  const skipped = events.flatMap((event) => (event.event === "node.skipped" ? [`${event.node} ${event.item}`] : []));
  assert.deepEqual(skipped.sort(), ["counts 1", "show 0", "sum 0", "two 1"]);
  // biome-ignore lint/suspicious/noSparseArray: the failed item is missing.
  assert.deepEqual(values, { "counts.value": [2, , 2] });
});

test("[X5] a value that a linked parameter does not allow fails the item", async () => {
  const { failures } = await runNodes({
    three,
    minus: node("math.add", { b: -1 }, { a: "three.values" }),
    big: node("math.constant", { value: 1e9 }),
    twice: node("math.add", {}, { a: "big.value", b: "big.value" }),
    add: node("math.add", {}, { a: "big.value", b: "twice.value" }),
    show: show("add.value"),
  });
  assert.equal(failures[0]!.node, "add");
  assert.match(failures[0]!.message, /"add.b" is 2000000000, but the most allowed is 1000000000/);
  assert.match(failures[0]!.remedy!, /from -1000000000 to 1000000000/);
});

test("[X6] a cancel stops the run; what had finished is cached", async () => {
  const nodes = {
    three,
    first: node("math.add", { b: 1 }, { a: "three.values" }),
    second: node("math.add", { b: 2 }, { a: "first.value" }),
    show: show("second.value"),
  };
  const controller = new AbortController();
  const calls: string[] = [];
  const { opened, open } = gate();
  const call = async (label: string, signal: AbortSignal) => {
    calls.push(label);
    if (label !== "1+1") return;
    open();
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  const running = runNodes(nodes, { services: { call }, signal: controller.signal, concurrency: 1 });
  await opened;
  controller.abort();
  const { status, failures, outputs, events, cache } = await running;
  assert.deepEqual([status, failures, calls], ["cancelled", [], ["range 3", "0+1", "1+2", "1+1"]]);
  assert.equal(outputs.length, 1);
  assert.equal(events.at(-1)!.event, "run.cancelled");
  const later: string[] = [];
  await runNodes(nodes, { cache, services: { call: (label: string) => void later.push(label) } });
  assert.deepEqual(later, ["1+1", "2+2", "2+1", "3+2"]);
});

test("[X6] a run that is cancelled before it begins does nothing", async () => {
  const calls: string[] = [];
  const { status, events } = await runNodes(
    { three, show: show("three.values") },
    { signal: AbortSignal.abort(), services: { call: (label: string) => void calls.push(label) } },
  );
  assert.deepEqual(
    [status, calls, events.map(({ event }) => event)],
    ["cancelled", [], ["run.started", "run.cancelled"]],
  );
});

test("[X7] a cancel that comes when all is done changes nothing", async () => {
  const controller = new AbortController();
  const { status, events } = await runNodes(
    { three, show: show("three.values") },
    {
      signal: controller.signal,
      emit: ({ event }: { event: string }) => event === "node.finished" && controller.abort(),
    },
  );
  assert.equal(status, "finished");
  assert.equal(events.at(-1)!.event, "run.finished");
});

test("[X8] an error of the host's listener rejects the run", async () => {
  const emit = ({ event }: { event: string }) => {
    if (event === "node.finished") throw new Error("listener broke");
  };
  await assert.rejects(runNodes({ three, show: show("three.values") }, { emit }), /listener broke/);
});
