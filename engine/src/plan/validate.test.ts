import assert from "node:assert/strict";
import { test } from "node:test";
import type { Environment } from "../catalogue/environment.ts";
import { nodeDefiner } from "../catalogue/node.ts";
import { p } from "../catalogue/param.ts";
import { t } from "../kinds/socket.ts";
import { listProblems, node, record, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { type TestServices, testNodes } from "../testing/test-nodes.ts";

const defineNode = nodeDefiner<TestServices>();
const settings = defineNode({
  type: "test.settings",
  version: 3,
  title: "Settings",
  summary: "Has every kind of parameter.",
  outputs: { value: t.number("Nothing.") },
  params: {
    steps: p.integer("Steps.", { default: 25, min: 1, max: 250 }),
    scale: p.number("Scale.", { default: null, min: 0, max: 20 }),
    seed: p.seed(),
    flag: p.boolean("Flag.", false),
    caption: p.text("Caption.", { maxLength: 10 }),
    method: p.choice("Method.", ["ddpm", "ddim"], "ddpm"),
  },
  migrations: [
    {
      from: 2,
      name: "count is called steps",
      apply({ params: { count, ...params }, inputs }) {
        if (count === "many") throw new Error("many is no count");
        return { params: { ...params, steps: count }, inputs };
      },
    },
  ],
  run: () => ({ value: 0 }),
});
const environment = testEnvironment([...testNodes, settings]);

const problemsOf = (nodes: object, env: Environment<TestServices> = environment, options = {}) =>
  validateJson(workflow(nodes), env, options).problems;
const brief = (nodes: object) =>
  problemsOf(nodes).map(({ code, severity, node, port }) => `${severity} ${code} ${node ?? ""}.${port ?? ""}`);
const one = node("math.constant", { value: 1 });
const show = (value: string) => node("output.show", {}, { value });

/** The problems of a test.settings node with these parameters. */
const setting = (params: object) =>
  problemsOf({ s: node("test.settings", params, {}, { version: 3 }), show: show("s.value") });

test("[V1] an unknown node type suggests the nearest name", () => {
  const [problem] = problemsOf({ one: node("math.constent"), show: show("one.value") });
  assert.equal(problem!.code, "unknown-node-type");
  assert.match(problem!.message, /"math\.constent"/);
  assert.match(problem!.remedy, /Did you mean "math\.constant"\?/);
});

test("[V2] a newer version is a problem, an older one is migrated, a forgotten one is a problem", () => {
  const versioned = (version: number) => ({
    s: node("test.settings", { count: 7 }, {}, { version }),
    show: show("s.value"),
  });
  assert.equal(problemsOf(versioned(4))[0]!.code, "newer-version");
  assert.equal(problemsOf(versioned(1))[0]!.code, "unknown-version");
  assert.match(problemsOf(versioned(1))[0]!.message, /known are 2 to 3/);
  const json = workflow(versioned(2));
  const { plan, problems } = validateJson(json, environment);
  assert.deepEqual(problems, []);
  assert.equal(plan!.nodes[0]!.params.steps, 7);
  assert.deepEqual(json.nodes, versioned(2), "the document is not changed");
  const s = node("test.settings", { count: "many" }, {}, { version: 2 });
  const failed = problemsOf({ s, show: show("s.value") });
  assert.deepEqual([failed[0]!.code, failed[1]!.code], ["failed-migration", "dangling-link"]);
  assert.match(failed[0]!.message, /many is no count/);
});

test("[V3] unknown ports and parameters suggest the nearest name", () => {
  const problems = problemsOf({
    one,
    add: node("math.add", { bb: 1 }, { aa: "one.value", a: "one.value" }),
    show: show("add.value"),
  });
  assert.deepEqual(
    problems.map(({ code, port, remedy }) => [code, port, remedy]),
    [
      ["unknown-port", "aa", 'Did you mean "a"?'],
      ["unknown-param", "bb", 'Did you mean "b"?'],
    ],
  );
});

test("[V4] an input that is not optional has to be linked", () => {
  assert.deepEqual(brief({ add: node("math.add"), show: show("add.value") }), ["error missing-input add.a"]);
  assert.deepEqual(brief({ range: node("list.range"), show: show("range.values") }), []);
  const [problem] = problemsOf({ add: node("math.add"), show: show("add.value") });
  assert.equal(problem!.remedy, 'Link an output to "add.a", such as that of a math.constant node.');
});

test("[V5] a link to a node or output that does not exist is a problem", () => {
  const problems = problemsOf({ one, a: show("ona.value"), b: show("one.valu"), c: show("a.value") });
  assert.deepEqual(
    problems.map(({ code, remedy }) => [code, remedy]),
    [
      ["dangling-link", 'Did you mean "one"?'],
      ["dangling-link", 'Did you mean "value"?'],
      ["dangling-link", "There is no output to choose from; remove it."],
    ],
  );
});

test("[V6] a cycle is a problem that writes out its path", () => {
  const [self] = problemsOf({ a: node("math.add", {}, { a: "a.value" }), show: show("a.value") });
  assert.match(self!.message, /circle: a → a\./);
  const problems = problemsOf({
    a: node("math.add", {}, { a: "c.value" }),
    b: node("math.add", {}, { a: "a.value" }),
    c: node("math.add", {}, { a: "b.value", b: "x.value" }),
    x: node("math.add", {}, { a: "y.value" }),
    y: node("math.add", {}, { a: "x.value" }),
    behind: node("math.add", {}, { a: "c.value" }),
    show: show("behind.value"),
  });
  assert.deepEqual(
    problems.map(({ code, message }) => [code, /: (.*)\.$/.exec(message)![1]]),
    [
      ["cycle", "a → b → c → a"],
      ["cycle", "x → y → x"],
    ],
  );
});

test("[V7] a value is checked against its kind and range, and never converted", () => {
  const bad: [object, string, RegExp][] = [
    [{ steps: "25" }, "wrong-kind", /is the text "25", but must be a whole number.*Write 25 without quotation marks/],
    [{ steps: 0 }, "out-of-range", /is 0, but the least allowed is 1/],
    [{ steps: 1e9 }, "out-of-range", /is 1000000000, but the most allowed is 250/],
    [{ steps: 1.5 }, "not-an-integer", /is 1.5/],
    [{ steps: Number.NaN }, "not-finite", /is NaN/],
    [{ steps: null }, "wrong-kind", /is null/],
    [{ scale: Number.POSITIVE_INFINITY }, "not-finite", /is Infinity/],
    [{ scale: [1] }, "wrong-kind", /is a list of 1/],
    [{ seed: -1 }, "out-of-range", /least allowed is 0/],
    [{ seed: 2 ** 32 }, "out-of-range", /most allowed is 4294967295/],
    [{ flag: "false" }, "wrong-kind", /Write false without quotation marks/],
    [{ flag: 0 }, "wrong-kind", /must be true or false/],
    [{ caption: 3 }, "wrong-kind", /must be text/],
    [{ caption: "a".repeat(11) }, "text-too-long", /11 characters, but at most 10/],
    [{ caption: "\ud83d" }, "not-unicode", /lone surrogate/],
    [{ method: "dddm" }, "bad-choice", /must be one of "ddpm" and "ddim".*Did you mean "ddpm"/],
    [{ method: {} }, "bad-choice", /is an object/],
  ];
  for (const [params, code, pattern] of bad) {
    const problems = setting(params);
    assert.deepEqual(
      problems.map(({ code, node, port }) => [code, node, port]),
      [[code, "s", Object.keys(params)[0]]],
    );
    assert.match(listProblems(problems), pattern);
  }
  const good = { steps: 250, scale: null, seed: 2 ** 32 - 1, flag: true, caption: "häuser 🏠", method: "ddim" };
  assert.deepEqual(setting(good), []);
});

test("[V7] minus zero is zero", () => {
  const { plan } = validateJson(
    workflow({ c: node("math.constant", { value: -0 }), show: show("c.value") }),
    environment,
  );
  assert.ok(Object.is(plan!.nodes[0]!.params.value, 0));
});

test("[T1] a parameter is fed only what it takes: an integer for a number, and nothing else of another kind", () => {
  const range = node("list.range");
  const fed = (param: string, source: string) =>
    brief({ one, range, s: node("test.settings", {}, { [param]: source }, { version: 3 }), show: show("s.value") });
  assert.deepEqual(fed("scale", "range.count"), []);
  assert.deepEqual(fed("steps", "range.count"), []);
  assert.deepEqual(fed("steps", "one.value"), ["error wrong-type s.steps"]);
  assert.deepEqual(fed("flag", "range.count"), ["error wrong-type s.flag"]);
  assert.deepEqual(fed("method", "one.value"), ["error wrong-type s.method"]);
});

test("[V10] a workflow without an output is a problem", () => {
  assert.deepEqual(brief({ one }), ["error nothing-to-run ."]);
  assert.deepEqual(brief({}), ["error nothing-to-run ."]);
});

test("[V11] all problems are reported", () => {
  const nodes = {
    a: node("no.such"),
    b: node("math.constant", { value: "x", y: 1 }),
    c: node("math.add", { b: 1e10 }, { a: "a.value" }),
    d: node("math.add", {}, { a: "b.value", b: "c.value" }),
    show: show("d.value"),
    BAD: node("math.add"),
  };
  assert.deepEqual(brief(nodes), [
    "error bad-id .",
    "error unknown-node-type a.",
    "error unknown-param b.y",
    "error wrong-kind b.value",
    "error dangling-link c.a",
    "error out-of-range c.b",
  ]);
});

test("[V12] a problem that the run does not need is a warning and blocks nothing", () => {
  const nodes = { one, show: show("one.value"), half: node("math.add", { b: "x" }), lost: node("no.such") };
  const { plan, problems } = validateJson(workflow(nodes), environment);
  assert.deepEqual(
    plan!.nodes.map(({ id }) => id),
    ["one", "show"],
  );
  assert.deepEqual(
    problems.map(({ severity, code }) => `${severity} ${code}`),
    ["warning unknown-node-type", "warning wrong-kind", "warning missing-input"],
  );
  for (const { message } of problems) assert.match(message, /This run does not need that node\.$/);
});

test("[V13] a misspelt output type blocks", () => {
  const { plan, problems } = validateJson(
    workflow({ one, show: show("one.value"), also: node("output.shwo") }),
    environment,
  );
  assert.equal(plan, undefined);
  assert.match(listProblems(problems), /Did you mean "output\.show"/);
});

test("[V14] chosen nodes take the place of the outputs", () => {
  const nodes = { one, two: node("math.add", {}, { a: "one.value" }), show: show("two.value"), bad: show("no.value") };
  const { plan } = validateJson(workflow(nodes), environment, { targets: ["one"] });
  assert.deepEqual(
    plan!.nodes.map(({ id, wanted }) => [id, wanted]),
    [["one", true]],
  );
  const problems = problemsOf(nodes, environment, { targets: ["tvo"] }).filter(({ severity }) => severity === "error");
  assert.deepEqual(
    problems.map(({ code, remedy }) => [code, remedy]),
    [["unknown-target", 'Did you mean "two"?']],
  );
  const none = validateJson(workflow(nodes), environment, { targets: [] });
  assert.deepEqual([none.plan, none.problems.at(-1)!.code], [undefined, "nothing-to-run"]);
});

test("[V15] chains and cycles of 100,000 nodes, and wide ones, are fine", () => {
  const length = 100_000;
  const chain = (first: object) => {
    const nodes: { [id: string]: object } = { n0: first };
    for (let i = 1; i < length; i++) nodes[`n${i}`] = node("math.add", {}, { a: `n${i - 1}.value` });
    nodes.show = show(`n${length - 1}.value`);
    return nodes;
  };
  assert.equal(validateJson(workflow(chain(one)), environment).plan!.nodes.length, length + 1);
  // Everybody reads one, and each is read by one of the outputs: two links a node, none behind another.
  const wide: { [id: string]: object } = { n0: one };
  for (let i = 1; i < length / 2; i++) {
    wide[`n${i}`] = node("math.add", {}, { a: "n0.value", b: "n0.value" });
    wide[`show${i}`] = show(`n${i}.value`);
  }
  assert.equal(validateJson(workflow(wide), environment).plan!.nodes.length, length - 1);
  const cyclic = problemsOf(chain(node("math.add", {}, { a: `n${length - 1}.value` })));
  assert.deepEqual(
    cyclic.map(({ code }) => code),
    ["cycle"],
  );
  assert.ok(cyclic[0]!.message.length < 500);
});

test("[V16] the literal of a linked parameter is not checked", async () => {
  const nodes = {
    one,
    add: node("math.add", { b: "nonsense" }, { a: "one.value", b: "one.value" }),
    show: show("add.value"),
  };
  const { plan, problems } = validateJson(workflow(nodes), environment);
  assert.deepEqual(problems, []);
  assert.deepEqual((await record(plan!)).values, { "show.value": [2] });
});
