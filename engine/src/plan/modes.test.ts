import assert from "node:assert/strict";
import { test } from "node:test";
import { listProblems, node, record, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";

const environment = testEnvironment(testNodes);
const one = node("math.constant", { value: 1 });
const show = (value: string) => node("output.show", {}, { value });

test("[M1] a muted node is left out, with all that cannot do without it", async () => {
  const nodes = {
    one,
    muted: node("math.add", { b: "x" }, { a: "one.value" }, { mode: "mute" }),
    behind: node("math.add", {}, { a: "muted.value" }),
    lost: show("behind.value"),
    range: node("list.range", { count: 2 }, { first: "muted.value" }),
    add: node("math.add", { b: 5 }, { a: "one.value", b: "muted.value" }),
    ranged: show("range.values"),
    added: show("add.value"),
  };
  const wrong = { ...nodes, add: node("math.add", { b: "x" }, { a: "one.value", b: "muted.value" }) };
  assert.deepEqual(
    validateJson(workflow(wrong), environment)
      .problems.filter(({ severity }) => severity === "error")
      .map(({ node, port }) => `${node}.${port}`),
    ["add.b"],
  );
  const { plan, problems } = validateJson(workflow(nodes), environment);
  assert.ok(problems.every(({ severity }) => severity === "warning"));
  assert.deepEqual((await record(plan!)).values, { "added.value": [6], "ranged.value": [0, 1] });
  const all = validateJson(
    workflow({ one, show: node("output.show", {}, { value: "one.value" }, { mode: "mute" }) }),
    environment,
  );
  assert.match(listProblems(all.problems), /neither muted nor behind a muted node/);
  const chosen = validateJson(workflow(nodes), environment, { targets: ["behind"] });
  assert.deepEqual(
    chosen.problems.filter(({ severity }) => severity === "error").map(({ code }) => code),
    ["muted-target"],
  );
});

test("[M2] a bypassed node hands on its first input of the same kind", async () => {
  const bypassed = { mode: "bypass" };
  const nodes = {
    one,
    a: node("math.add", { b: 10 }, { a: "one.value" }, bypassed),
    b: node("math.add", { b: 20 }, { a: "a.value" }, bypassed),
    c: node("math.add", { b: 30 }, { a: "b.value" }),
    show: show("c.value"),
    unlinked: node("math.add", {}, {}, bypassed),
    gone: show("unlinked.value"),
    counts: node("list.range", {}, { first: "one.value" }, bypassed),
    count: show("counts.count"),
  };
  const { plan, problems } = validateJson(workflow(nodes), environment);
  assert.deepEqual(problems, []);
  assert.deepEqual((await record(plan!)).values, { "show.value": [31] });
});

test("[M2] if nothing runs since a bypassed node has nothing to hand on, that node is named", () => {
  const bypassed = node("math.add", {}, {}, { mode: "bypass" });
  const { plan, problems } = validateJson(workflow({ add: bypassed, gone: show("add.value") }), environment);
  assert.equal(plan, undefined);
  assert.deepEqual(
    problems.filter(({ severity }) => severity === "error").map(({ code }) => code),
    ["nothing-to-run"],
  );
  assert.match(listProblems(problems), /"add" is bypassed and has no input to pass on/);
});

test("[M1] [M2] a chosen node that modes leave out is told which node stops it, and why", () => {
  const bypassed = { mode: "bypass" };
  const nodes = {
    muted: node("math.add", {}, { a: "one.value" }, { mode: "mute" }),
    behind: node("math.add", {}, { a: "muted.value" }),
    one,
    unlinked: node("math.add", {}, {}, bypassed),
    further: node("math.add", {}, { a: "unlinked.value" }),
    last: node("math.add", {}, { a: "further.value" }),
  };
  const said = (target: string) =>
    listProblems(validateJson(workflow(nodes), environment, { targets: [target] }).problems);
  assert.match(said("muted"), /Node "muted" was chosen, but is muted\..*Let "muted" run/s);
  assert.match(said("behind"), /Node "behind" was chosen, but waits for "muted", which is muted\./);
  assert.match(said("unlinked"), /Node "unlinked" was chosen, but is bypassed, so it does not run\./);
  assert.match(
    said("last"),
    /waits for "unlinked", which is bypassed and has no linked input of the kind of its output to pass on\..*Let "unlinked" run/s,
  );
});
