import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocument } from "../document/document.ts";
import { applySettings } from "../plan/settings.ts";
import { validate } from "../plan/validate.ts";
import { node, recordCalls, testEnvironment } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { around, down, loop } from "./loop.fixture.ts";

const environment = testEnvironment(testNodes);
const start = { value: "start.value" };

/** A loop that counts down from 9, whose rounds and step are exposed. */
const json = around(
  loop("repeat", "down", start, { rounds: 3 }),
  { down },
  { start: 9, more: { exposed: { times: "loop.rounds", step: "loop.by" } } },
);

function set(settings: { readonly [name: string]: unknown }, of: unknown = json) {
  const { document, problems } = applySettings(readDocument(of).document!, settings, environment.catalogue);
  return { document, codes: problems.map(({ code }) => code), problems };
}

async function valuesOf(document: ReturnType<typeof set>["document"]) {
  const { plan, problems } = validate(document, environment);
  assert.deepEqual(problems, []);
  return (await recordCalls(plan!)).values["all.value"];
}

test("[I9] rounds are set by the name that exposes them, as text too, and by address", async () => {
  assert.deepEqual(validate(readDocument(json).document!, environment).problems, []);
  for (const settings of [{ times: 5 }, { times: "5" }, { "loop.rounds": 5 }]) {
    const { document, codes } = set(settings);
    assert.deepEqual(codes, []);
    assert.deepEqual(await valuesOf(document), [8, 7, 6, 5, 4]);
    assert.equal(document.json.nodes.loop!.params!.rounds, 5);
  }
});

test("[I9] rounds that cannot be are refused when they are set", () => {
  assert.deepEqual(set({ times: 0 }).codes, ["out-of-range"]);
  assert.deepEqual(set({ times: 1001 }).codes, ["out-of-range"]);
  assert.deepEqual(set({ times: "some" }).codes, ["wrong-kind"]);
  assert.match(set({ times: 0 }).problems[0]!.message, /"times" is 0, but the least allowed is 1/);
});

test("[I8] rounds that would be too many are refused when they are set", () => {
  const wide = { ...down, nodes: { ...down.nodes } as { [id: string]: object } };
  for (let i = 0; i < 300; i++) wide.nodes[`n${i}`] = node("math.add", {}, { a: "in.value" });
  const { codes, document } = set({ times: 1000 }, { ...json, definitions: { down: wide } });
  assert.deepEqual(codes, ["too-many-nodes"]);
  assert.equal(document.instances.get("loop")!.loop!.rounds, 3);
});

test("[I11] what an exposed name sets is set in every round", async () => {
  const { document, codes } = set({ step: -2 });
  assert.deepEqual(codes, []);
  assert.deepEqual(await valuesOf(document), [7, 5, 3]);
});

test("[I11] what is set inside one round is set in all, and both kinds of setting go together", async () => {
  const { document, codes } = set({ "loop/2/less.b": -3, times: 2 });
  assert.deepEqual(codes, []);
  assert.deepEqual(await valuesOf(document), [6, 3]);
  assert.deepEqual(document.json.nodes.loop!.params, { rounds: 2, by: -3 });
});

test("[I11] a link to an exposed name feeds every round", async () => {
  const linked = { ...json, nodes: { ...json.nodes, loop: loop("repeat", "down", { ...start, by: "start.value" }) } };
  assert.deepEqual(await valuesOf(readDocument(linked).document!), [18, 27, 36, 45]);
});

test("[I9] a loop inside a subgraph has its rounds set through what exposes them", async () => {
  const outer = {
    nodes: { inner: loop("repeat", "down", { value: "in.value" }, { rounds: 2 }) },
    inputs: { value: {} },
    outputs: { value: { from: "inner.value" }, all: { from: "inner.all" } },
    exposed: { times: "inner.rounds" },
  };
  const nested = { ...json, exposed: { times: "loop.times" }, definitions: { down, outer } };
  const at = { ...nested, nodes: { ...json.nodes, loop: node("subgraph.outer", {}, start) } };
  assert.deepEqual(await valuesOf(set({}, at).document), [8, 7]);
  assert.deepEqual(await valuesOf(set({ times: 4 }, at).document), [8, 7, 6, 5]);
  assert.deepEqual(await valuesOf(set({ "loop/inner.rounds": 3 }, at).document), [8, 7, 6]);
  assert.deepEqual(await valuesOf(set({ "loop/inner/1/less.b": -4 }, at).document), [5, 1]);
});
