import assert from "node:assert/strict";
import { test } from "node:test";
import { places } from "../document/definitions.fixture.ts";
import { Report } from "../document/report.ts";
import { node, planOf, recordCalls, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { around, down, loop, one, plus, show } from "./loop.fixture.ts";

const environment = testEnvironment(testNodes);
const start = { value: "start.value" };
const checked = (json: unknown, targets?: readonly string[]) =>
  validateJson(json, environment, targets ? { targets } : {});
const problemsOf = (json: unknown) => checked(json).problems;

test("[I10] what is wrong in many rounds counts once, so that warnings alone stop no run", async () => {
  const broken = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`n${i}`, node("math.add", { b: "x" }, { a: "in.value" })]),
  );
  const body = { ...plus, nodes: { ...plus.nodes, ...broken } };
  const { plan, problems } = checked(around(loop("repeat", "body", start, { rounds: 1000 }), { body }));
  assert.ok(plan, problems.at(-1)?.message);
  assert.deepEqual(
    places(problems),
    Object.keys(broken).map((id) => `wrong-kind loop/1/${id}.b`),
  );
  assert.ok(
    problems.every(({ severity, message }) => severity === "warning" && /does not need that node/.test(message)),
  );
  assert.deepEqual((await recordCalls(plan)).values["show.value"], [1 + (1000 * 1001) / 2]);
});

test("[I10] it is an error if a run needs it in one round only, also the last one", () => {
  // What a round is fed is not used, so only the last round is needed.
  const body = {
    nodes: { sum: node("math.add", { b: "x" }, { a: "in.round" }) },
    inputs: { value: {}, round: {} },
    outputs: { value: { from: "sum.value" } },
  };
  const nodes = { one, loop: loop("repeat", "body", { value: "one.value" }, { rounds: 20 }), show: show("loop.value") };
  const { plan, problems } = checked(workflow(nodes, { definitions: { body } }));
  assert.equal(plan, undefined);
  assert.deepEqual(places(problems), ["wrong-kind loop/1/sum.b"]);
  assert.equal(problems[0]!.severity, "error");
});

test("[I10] what reading finds in many rounds counts once too, and stops a run that needs one of them", () => {
  const inner = loop("repeat", "plus", { value: "in.value" }, { rounds: 0 });
  const of = (outputs: object) =>
    around(loop("repeat", "outer", start, { rounds: 900 }), {
      outer: { ...plus, nodes: { ...plus.nodes, ...Object.fromEntries(names.map((id) => [id, inner])) }, outputs },
      plus,
    });
  const names = Array.from({ length: 12 }, (_, i) => `n${i}`);
  const unneeded = checked(of(plus.outputs));
  assert.ok(unneeded.plan, unneeded.problems.at(-1)?.message);
  assert.deepEqual(
    places(unneeded.problems),
    names.map((id) => `out-of-range loop/1/${id}.rounds`),
  );
  const needed = checked(of({ ...plus.outputs, all: { from: "n3.value" } }));
  assert.equal(needed.plan, undefined);
  assert.deepEqual(
    needed.problems.map(({ severity }) => severity),
    names.map((id) => (id === "n3" ? "error" : "warning")),
  );
});

test("[I10] a report lists a problem of rounds once, as an error if one is, and says where else it stands", () => {
  const report = new Report();
  const at = (round: number) => ({ node: `loop/${round}/sum`, port: "b" });
  report.warning("odd", at(1), "one", "");
  report.error("odd", at(2), "two", () => "mend");
  report.error("odd", at(3), "three", () => assert.fail("what is not listed needs no remedy"));
  report.error("odd", { node: "loop/1/sum", port: "a" }, "other", "");
  const [listed, other, ...more] = report.problems;
  assert.deepEqual([listed!.message, listed!.severity, listed!.remedy, more], ["two", "error", "mend", []]);
  assert.deepEqual(
    [report.elsewhere.get(listed!), report.elsewhere.get(other!)],
    [["loop/1/sum", "loop/3/sum"], undefined],
  );
  assert.equal(report.found, 4);
});

test("[I10] what is wrong with outputs of a loop is said of each by name, also in the remedy", () => {
  const body = {
    nodes: { sum: node("math.ad", {}, { a: "in.value" }), word: node("test.wrd") },
    inputs: { value: {} },
    outputs: { all: { from: "sum.value" }, words: { from: "word.value" } },
  };
  const nodes = {
    one,
    loop: loop("repeat", "body", { value: "one.value" }, { rounds: 30 }),
    show: show("loop.all"),
    more: show("loop.words"),
  };
  const { problems } = checked(workflow(nodes, { definitions: { body } }));
  const dangling = problems.filter(({ code }) => code === "dangling-link");
  assert.deepEqual(places(dangling), ["dangling-link loop.all", "dangling-link loop.words"]);
  for (const { message, remedy } of dangling) assert.doesNotMatch(message + remedy, /loop\/out|value\d/);
});

/** A loop that collects, as `all`, a list that is as long as the round has it. */
const growing = (definition: object) => ({
  ...plus,
  nodes: { ...plus.nodes, range: node("list.range", {}, { count: "in.round" }), ...definition },
  outputs: { ...plus.outputs, all: { from: "range.values" } },
});

test("[I3] lists inside rounds are zipped, and single values go with all of them", async () => {
  const body = { ...growing({ range: node("list.range", { count: 2 }) }) };
  const { plan } = checked(around(loop("repeat", "body", start, { rounds: 3 }), { body }));
  assert.deepEqual((await recordCalls(plan!)).values["all.value"], [0, 0, 0, 1, 1, 1]);
  const two = checked(around(loop("repeat", "grown", start, { rounds: 2 }), { grown: growing({}) }));
  assert.deepEqual((await recordCalls(two.plan!)).values["all.value"], [0, 0, 0, 1]);
});

test("[I3] rounds that give lists of different lengths fail their output by name", async () => {
  const json = around(loop("repeat", "grown", start, { rounds: 3 }), { grown: growing({}) });
  const { failures, values } = await recordCalls(planOf(json, environment));
  assert.deepEqual(values["show.value"], [7], "what is carried is not hurt");
  const [failure, ...others] = failures;
  assert.deepEqual(others, []);
  assert.equal(
    failure!.message,
    'The rounds of "loop" gave lists of different lengths for its output "all": round 2 gave 2 items, round 3 gave 3.',
  );
  assert.match(failure!.remedy!, /every round give the same number of items/);
});

test("[I3] so do rounds of a loop that runs while it says so", async () => {
  const body = {
    nodes: {
      range: node("list.range", {}, { count: "in.round" }),
      less: node("math.add", { b: -1 }, { a: "range.values" }),
      truth: node("test.truth", {}, { a: "less.value" }),
    },
    inputs: { value: {}, round: {} },
    outputs: { value: { from: "less.value" }, again: { from: "truth.value" } },
  };
  const nodes = { one, loop: loop("while", "body", { value: "one.value" }, { rounds: 3 }), show: show("loop.value") };
  const { failures } = await recordCalls(planOf(workflow(nodes, { definitions: { body } }), environment));
  assert.deepEqual(
    failures.map(({ message }) => message),
    [
      'The rounds of "loop" gave lists of different lengths for its output "value": round 3 gave 3 items, the rounds before 3 gave 2.',
    ],
  );
});

test("[I9] a definition that calls something of its own rounds, and a loop without an end, are problems", () => {
  const own = { ...plus, exposed: { rounds: "sum.b" }, nodes: { sum: node("math.add", {}, { a: "in.value" }) } };
  assert.deepEqual(places(problemsOf(around(loop("repeat", "own", start), { own }))), ["bad-loop loop.rounds"]);
  const [endless] = problemsOf(around(loop("while", "plus", start), { plus }));
  assert.equal(endless!.code, "bad-loop");
  assert.match(endless!.message, /as long as the output "again" of "Plus" is true, but there is no such output/);
  const number = { ...down, outputs: { ...down.outputs, again: { from: "less.value" } } };
  const [never, ...others] = problemsOf(around(loop("while", "number", start), { number }));
  assert.deepEqual([never!.code, never!.node, others], ["wrong-type", "loop", []]);
  assert.match(never!.message, /as long as its output "again" is true, but that gives something else/);
});

test("[I10] what is wrong in many rounds is reported once", () => {
  const of = (sum: object) => {
    const body = { ...plus, nodes: { sum } };
    return problemsOf(around(loop("repeat", "body", start, { rounds: 200 }), { body }));
  };
  assert.deepEqual(places(of(node("math.add", { b: "x" }, { a: "in.value" }))), ["wrong-kind loop/1/sum.b"]);
  const unknown = of(node("math.ad", {}, { a: "in.value" }));
  assert.deepEqual(places(unknown), [
    "unknown-node-type loop/1/sum",
    "dangling-link show.value",
    "dangling-link loop.all",
  ]);
  assert.match(unknown[2]!.message, /^"loop\.all" /);
});
