import assert from "node:assert/strict";
import { test } from "node:test";
import { listProblems, node, planOf, recordCalls, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import type { Cache } from "../values/cache.ts";
import { memoryCache } from "../values/memory-cache.ts";

const environment = testEnvironment(testNodes);
const show = (value: string) => node("output.show", {}, { value });

function runNodes(nodes: object, { targets, ...options }: { cache?: Cache; targets?: readonly string[] } = {}) {
  return recordCalls(planOf(workflow(nodes), environment, targets), options);
}

/** Two branches and a pick. */
const branches = (pick: object, more: object = {}) => ({
  one: node("math.constant", { value: 1 }),
  yes: node("math.add", { b: 10 }, { a: "one.value" }),
  no: node("math.add", { b: 20 }, { a: "one.value" }),
  pick,
  show: show("pick.value"),
  ...more,
});
const both = { yes: "yes.value", no: "no.value" };
const literal = (which: boolean) => node("test.pick", { which }, both);
const linked = (first: number) => ({
  decide: node("math.constant", { value: first }),
  truth: node("test.truth", {}, { a: "decide.value" }),
  pick: node("test.pick", {}, { ...both, which: "truth.value" }),
});

test("[N1] [N2] the literal of a parameter decides: the other branch is neither planned nor run", async () => {
  for (const [which, call, value] of [
    [true, "1+10", 11],
    [false, "1+20", 21],
  ] as const) {
    const nodes = branches(literal(which));
    assert.ok(!planOf(workflow(nodes), environment).nodes.some(({ id }) => id === (which ? "no" : "yes")));
    const { calls, values } = await runNodes(nodes);
    assert.deepEqual([calls, values], [[call], { "show.value": [value] }]);
  }
});

test("[N3] a linked parameter decides when its value is known; the other branch is not run", async () => {
  for (const [first, call, value] of [
    [1, "1+10", 11],
    [0, "1+20", 21],
  ] as const) {
    const { calls, values, events } = await runNodes(branches(linked(first).pick, linked(first)));
    assert.deepEqual([calls, values], [[`truth ${first}`, call], { "show.value": [value] }]);
    assert.ok(!events.some((event) => "node" in event && event.node === (first ? "no" : "yes")));
  }
});

test("[N1] a change to the branch that is not needed changes no fingerprint", async () => {
  for (const more of [{ pick: literal(true) }, linked(1)]) {
    const { cache, outputs } = await runNodes(branches(literal(true), more));
    const changed = { ...more, no: node("math.add", { b: 99 }, { a: "one.value" }) };
    const again = await runNodes(branches(literal(true), changed), { cache });
    assert.deepEqual([again.executed, again.outputs], [0, outputs]);
  }
  const half = (inputs: object) => ({
    eight: node("math.constant", { value: 8 }),
    halve: node("test.halve", {}, { half: "eight.value", ...inputs }),
    show: show("halve.value"),
  });
  assert.deepEqual((await runNodes(half({}))).outputs, (await runNodes(half({ twice: "eight.value" }))).outputs);
  const how = { word: node("test.word", { word: "half" }) };
  const told = await runNodes({ ...half({ how: "word.value" }), ...how });
  const spare = await runNodes({ ...half({ how: "word.value", twice: "eight.value" }), ...how }, { cache: told.cache });
  assert.deepEqual([spare.executed, spare.outputs], [0, told.outputs], "also where a value decides");
});

test("[N3] every item of a list needs what its own value asks for", async () => {
  const nodes = {
    three: node("list.range", { count: 3 }),
    truth: node("test.truth", {}, { a: "three.values" }),
    yes: node("math.add", { b: 10 }, { a: "three.values" }),
    hundred: node("math.constant", { value: 100 }),
    no: node("math.add", { b: 20 }, { a: "hundred.value" }),
    pick: node("test.pick", {}, { ...both, which: "truth.value" }),
    after: node("math.add", { b: 1 }, { a: "pick.value" }),
    show: show("after.value"),
  };
  const { values, calls, cache } = await runNodes(nodes);
  assert.deepEqual(values, { "show.value": [121, 12, 13] });
  assert.deepEqual(calls.filter((call) => call.includes("+")).sort(), [
    "1+10",
    "100+20",
    "11+1",
    "12+1",
    "120+1",
    "2+10",
  ]);
  const again = await runNodes(nodes, { cache });
  assert.deepEqual([again.executed, again.calls, again.values], [0, [], values]);
});

test("[N3] a node that computes needs, item by item, only what it computes from", async () => {
  const nodes = (word: string) => ({
    eight: node("math.constant", { value: 8 }),
    five: node("math.add", { b: 4 }, { a: "eight.value" }),
    word: node("test.word", { word }),
    halve: node("test.halve", {}, { half: "eight.value", twice: "five.value", how: "word.value" }),
    show: show("halve.value"),
  });
  for (const [word, value, call] of [
    ["half", 4, []],
    ["twice", 24, ["8+4"]],
    ["not", -1, []],
  ] as const) {
    const { values, calls } = await runNodes(nodes(word));
    assert.deepEqual([values, calls], [{ "show.value": [value] }, [...call, word]]);
  }
});

test("[N4] lists that no item needs count neither by their length nor by their failure, and are not even asked for", async () => {
  const nodes = (pick: object, more: object) => ({
    two: node("list.range", { count: 2 }),
    five: node("list.range", { count: 5 }),
    bad: node("math.add", {}, { a: "two.values", b: "five.values" }),
    never: node("list.range", { count: 9 }, { first: "bad.value" }),
    also: node("math.add", { b: 1 }, { a: "never.values" }),
    pick,
    show: show("pick.value"),
    ...more,
  });
  for (const [pick, more] of [
    [node("test.pick", {}, { yes: "two.values", no: "five.values" }), {}],
    [node("test.pick", {}, { yes: "two.values", no: "also.value" }), {}],
    [node("test.pick", {}, { yes: "two.values", no: "five.values", which: "truth.value" }), linked(1)],
    [node("test.pick", {}, { yes: "two.values", no: "also.value", which: "truth.value" }), linked(1)],
  ] as const) {
    const { status, values, calls } = await runNodes({ ...nodes(pick, more), pick });
    assert.deepEqual([status, values], ["finished", { "show.value": [0, 1] }]);
    assert.ok(!calls.includes("range 9") && !calls.includes("range 5"), calls.join());
  }
});

test("[N5] what an item does not need never fails it; what it needs and is lost skips it alone", async () => {
  const nodes = {
    three: node("list.range", { count: 3 }),
    two: node("list.range", { count: 2 }),
    broken: node("math.add", {}, { a: "three.values", b: "two.values" }),
    truth: node("test.truth", {}, { a: "three.values" }),
    pick: node("test.pick", {}, { yes: "three.values", no: "broken.value", which: "truth.value" }),
    after: node("math.add", { b: 1 }, { a: "pick.value" }),
    show: show("after.value"),
  };
  const { values, failures, events } = await runNodes(nodes);
  // biome-ignore lint/suspicious/noSparseArray: the skipped item is missing.
  assert.deepEqual(values, { "show.value": [, 2, 3] });
  assert.deepEqual(
    failures.map(({ node }) => node),
    ["broken"],
  );
  const skipped = events.flatMap((event) =>
    event.event === "node.skipped" ? [`${event.node} ${event.item} ${event.because}`] : [],
  );
  assert.deepEqual(skipped.sort(), ["after 0 broken", "pick 0 broken", "show 0 broken"]);
  const computed = { ...nodes, pick: node("test.fail", { at: 1 }, { value: "three.values" }) };
  const decided = {
    ...computed,
    truth: node("test.truth", {}, { a: "pick.value" }),
    last: node("test.pick", {}, { yes: "three.values", no: "three.values", which: "truth.value" }),
    show: show("last.value"),
  };
  // biome-ignore lint/suspicious/noSparseArray: nobody knows what item 1 needs.
  assert.deepEqual((await runNodes(decided)).values, { "show.value": [0, , 2] });
});

test("[N6] a needed input without a link fails the item, or is a problem where that is known before", async () => {
  const half = { yes: "yes.value" };
  const { plan, problems } = validateJson(workflow(branches(node("test.pick", { which: false }, half))), environment);
  assert.equal(plan, undefined);
  assert.match(listProblems(problems), /missing-input: "pick\.no" needs something, but nothing is linked/);
  assert.ok(validateJson(workflow(branches(node("test.pick", { which: true }, half))), environment).plan);
  const pick = node("test.pick", {}, { ...half, which: "truth.value" });
  assert.equal((await runNodes(branches(pick, { ...linked(1), pick }))).status, "finished");
  const { failures } = await runNodes(branches(pick, { ...linked(0), pick }));
  assert.deepEqual(failures, [
    {
      node: "pick",
      item: 0,
      message: '"pick.no" is needed when "which" is false, but nothing is linked to it.',
      remedy: 'Link an output to "pick.no", or give "which" another value.',
    },
  ]);
});

test("[N2] problems behind an input that is not needed are warnings, at its own end too", async () => {
  for (const [no, inputs] of [
    [node("no.such"), both],
    [node("math.add", { b: "x" }, { a: "one.value" }), both],
    [undefined, { yes: "yes.value", no: "gone.value" }],
    [node("test.word"), both],
  ] as const) {
    const nodes = branches(node("test.pick", {}, inputs), { no });
    if (!no) delete (nodes as { no?: object }).no;
    const { plan, problems } = validateJson(workflow(nodes), environment);
    assert.ok(plan, listProblems(problems));
    assert.ok(problems.length > 0);
    for (const { severity, message } of problems) {
      assert.equal(severity, "warning");
      assert.match(message, /This run does not need that (node|input)\.$/);
    }
    assert.equal(
      validateJson(workflow({ ...nodes, pick: node("test.pick", { which: false }, inputs) }), environment).plan,
      undefined,
    );
  }
});

test("[N2] [M1] a muted node behind an input that is not needed takes nothing out", async () => {
  const muted = { no: node("math.add", { b: 20 }, { a: "one.value" }, { mode: "mute" }) };
  assert.deepEqual((await runNodes(branches(literal(true), muted))).values, { "show.value": [11] });
  assert.match(
    listProblems(validateJson(workflow(branches(literal(false), muted)), environment).problems),
    /nothing-to-run/,
  );
  assert.deepEqual((await runNodes(branches(literal(true), { ...linked(1), ...muted }))).values, {
    "show.value": [11],
  });
  const gone = await runNodes(branches(literal(true), { ...linked(0), ...muted }));
  assert.match(gone.failures[0]!.message, /"pick\.no" is needed/);
  const literally = { ...linked(0), truth: node("test.truth", {}, { a: "decide.value" }, { mode: "mute" }) };
  assert.deepEqual((await runNodes(branches(literal(true), literally))).values, { "show.value": [11] });
});

test("[N7] what both branches are made from is run once, and picks may stand behind picks", async () => {
  const { calls, values } = await runNodes({
    one: node("math.constant", { value: 1 }),
    shared: node("math.add", { b: 1 }, { a: "one.value" }),
    yes: node("math.add", { b: 10 }, { a: "shared.value" }),
    no: node("math.add", { b: 20 }, { a: "shared.value" }),
    truth: node("test.truth", {}, { a: "shared.value" }),
    inner: node("test.pick", {}, { ...both, which: "truth.value" }),
    far: node("math.add", { b: 30 }, { a: "inner.value" }),
    never: node("math.add", { b: 40 }, { a: "no.value" }),
    again: node("test.truth", {}, { a: "one.value" }),
    outer: node("test.pick", {}, { yes: "far.value", no: "never.value", which: "again.value" }),
    show: show("outer.value"),
  });
  assert.deepEqual(calls.toSorted(), ["1+1", "12+30", "2+10", "truth 1", "truth 2"]);
  assert.deepEqual(values, { "show.value": [42] });
});

test("[N3] a value that decides and was lost by the cache is computed again", async () => {
  const nodes = branches(literal(true), linked(1));
  const { cache, values } = await runNodes(nodes);
  const memory = memoryCache();
  const keys = await runNodes(nodes, { cache: memory });
  for (const forgetful of [
    { ...cache, get: async () => undefined },
    { ...cache, has: async () => false },
  ]) {
    const again = await runNodes(nodes, { cache: forgetful });
    assert.deepEqual([again.status, again.calls.includes("truth 1")], ["finished", true]);
  }
  assert.deepEqual(keys.values, values);
});

test("[T7] inputs of one variable have one type, whether they are needed or not", () => {
  const nodes = (which: boolean) => ({
    one: node("math.constant"),
    word: node("test.word"),
    pick: node("test.pick", { which }, { yes: "one.value", no: "word.value" }),
    add: node("math.add", {}, { a: "pick.value" }),
    show: show("add.value"),
  });
  const { plan, problems } = validateJson(workflow(nodes(true)), environment);
  assert.ok(plan);
  assert.deepEqual(
    problems.map(({ severity, code, port }) => [severity, code, port]),
    [["warning", "wrong-type", "no"]],
  );
  assert.equal(validateJson(workflow(nodes(false)), environment).plan, undefined);
});
