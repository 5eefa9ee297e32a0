import assert from "node:assert/strict";
import { test } from "node:test";
import { addTwice, chain, instance, one, show } from "../document/definitions.fixture.ts";
import { readDocument } from "../document/document.ts";
import { planOf, record, recordCalls, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { applySettings } from "./settings.ts";
import { validate } from "./validate.ts";

const environment = testEnvironment(testNodes);
const problemsOf = (json: unknown) =>
  validateJson(json, environment).problems.map(({ code, severity, node }) =>
    `${severity} ${code} ${node ?? ""}`.trim(),
  );
const valuesOf = async (json: unknown) => (await record(planOf(json, environment))).values;

test("[G10] a setting goes through exposed names, and is written at the instance", () => {
  const json = { ...chain, exposed: { step: "sub.by" } };
  const { document, problems } = applySettings(readDocument(json).document!, { step: "7" }, environment.catalogue);
  assert.deepEqual(problems, []);
  assert.equal(document.nodes.get("sub/first")!.params.b, 7);
  assert.equal(document.nodes.get("sub/second")!.params.b, 7);
  assert.deepEqual(document.json, {
    ...json,
    nodes: { ...json.nodes, sub: { ...(json.nodes["sub" as never] as object), params: { by: 7 } } },
  });
});

test("[G10] a setting may name a parameter inside by its address; only that instance has it then", async () => {
  const outer = {
    nodes: { deep: instance("twice", { value: "in.x" }) },
    inputs: { x: {} },
    outputs: { y: { from: "deep.value" } },
  };
  const loose = { ...addTwice, exposed: {} };
  const json = workflow(
    { one, a: instance("outer", { x: "one.value" }), b: instance("outer", { x: "a.y" }), show: show("b.y") },
    { definitions: { outer, twice: loose } },
  );
  const document = readDocument(json).document!;
  const set = (settings: { [name: string]: unknown }) => applySettings(document, settings, environment.catalogue);
  const { document: changed, problems } = set({ "b/deep/first.b": 100 });
  assert.deepEqual(problems, []);
  const values = { "show.value": [104] };
  const plan = validate(changed, environment).plan!;
  assert.deepEqual((await record(plan)).values, values);
  assert.deepEqual(await valuesOf(changed.json), values, "the document that is recorded means the same");
  assert.deepEqual(
    set({ "b/deep/first.nothing": 1 }).problems.map(({ code }) => code),
    ["bad-exposed"],
  );
  assert.deepEqual(
    set({ "b/nowhere.b": 1 }).problems.map(({ code }) => code),
    ["unknown-setting"],
  );
  assert.deepEqual(
    set({ "a/deep/second.a": 1 }).problems.map(({ code }) => code),
    ["bad-exposed"],
  );
});

test("[G10] what a definition exposes along with others cannot be set alone, but by its name", () => {
  const document = readDocument(chain).document!;
  const alone = applySettings(document, { "sub/first.b": 1 }, environment.catalogue);
  assert.deepEqual(
    alone.problems.map(({ code }) => code),
    ["bad-exposed"],
  );
  assert.equal(alone.document, document);
  assert.deepEqual(applySettings(document, { "sub.by": 1 }, environment.catalogue).problems, []);
});

test("[G11] a chosen instance stands for what gives its outputs, and for the outputs inside", async () => {
  const plan = planOf(chain, environment, ["sub"]);
  assert.deepEqual(
    plan.nodes
      .filter(({ wanted }) => wanted)
      .map(({ id }) => id)
      .sort(),
    ["sub/first", "sub/second"],
  );
  const inside = { nodes: { show: show("in.value"), spare: one }, inputs: { value: {} } };
  const shown = workflow({ one, sub: instance("inside", { value: "one.value" }) }, { definitions: { inside } });
  assert.deepEqual((await recordCalls(planOf(shown, environment, ["sub"]))).values, { "sub/show.value": [1] });
  assert.deepEqual(await valuesOf(shown), { "sub/show.value": [1] });
});

test("[G11] the types of an instance's outputs are told", () => {
  const types = validate(readDocument(chain).document!, environment).types();
  assert.deepEqual(types.get("sub"), { value: { kind: "number" }, half: { kind: "number" } });
});

test("[G11] a problem at an instance that a run does not need is a warning", () => {
  const json = workflow(
    { one, sub: instance("twice", { value: "one.value" }, { bye: 1 }), show: show("one.value") },
    { definitions: { twice: addTwice } },
  );
  assert.deepEqual(problemsOf(json), ["warning unknown-param sub"]);
});
