import assert from "node:assert/strict";
import { test } from "node:test";
import type { Environment } from "../catalogue/environment.ts";
import { nodeDefiner } from "../catalogue/node.ts";
import { p } from "../catalogue/param.ts";
import { optional, t } from "../kinds/socket.ts";
import { node, planOf, record, testEnvironment, workflow } from "../testing/index.ts";
import { show } from "../testing/test-nodes.ts";

const defineNode = nodeDefiner<unknown>();
const source = (version: number, stages: readonly string[] = ["clip"]) =>
  defineNode({
    type: "test.source",
    version,
    title: "Source",
    summary: "Gives a number.",
    inputs: { left: optional(t.number(".")), right: optional(t.number(".")) },
    outputs: { value: t.number("."), other: t.number(".") },
    params: { pack: p.pack(), file: p.file("."), size: p.number(".", { default: 5, min: 0, max: 9 }) },
    stages,
    run: () => ({ value: 1, other: 2 }),
  });
const other = { ...source(1), type: "test.other" };
const environment = (more: Partial<Environment> = {}, definitions = [source(1), other, show]) =>
  testEnvironment<unknown>(definitions as never, {
    packs: { toybox: { name: "toybox", refinements: {}, stages: { clip: "c1", prior: "p1" } } },
    files: { "a.png": { digest: "f1" }, "b.png": { digest: "f1" }, "c.png": { digest: "f2" } },
    ...more,
  });

/** The key of the value that reaches the sink "show". */
async function key(nodes: { [id: string]: object }, env = environment(), more: object = {}): Promise<string> {
  const { outputs } = await record(planOf(workflow(nodes, more), env));
  return outputs.find(({ node }) => node === "show")!.value.key;
}

const a = node("test.source", { file: "a.png" });
const sink = (value = "a.value") => node("output.show", {}, { value });

test("[F1] everything that decides the result counts", async () => {
  const base = await key({ a, show: sink() });
  const different = {
    type: await key({ a: { ...a, type: "test.other" }, show: sink() }),
    version: await key({ a: { ...a, version: 2 }, show: sink() }, environment({}, [source(2), other, show])),
    parameter: await key({ a: node("test.source", { file: "a.png", size: 6 }), show: sink() }),
    file: await key({ a: node("test.source", { file: "c.png" }), show: sink() }),
    stage: await key(
      { a, show: sink() },
      environment({ packs: { toybox: { name: "toybox", refinements: {}, stages: { clip: "c2", prior: "p1" } } } }),
    ),
    numerics: await key({ a, show: sink() }, environment({ numerics: "other" })),
    input: await key({ b: a, a: node("test.source", { file: "a.png" }, { left: "b.value" }), show: sink() }),
    port: await key({ b: a, a: node("test.source", { file: "a.png" }, { right: "b.value" }), show: sink() }),
    output: await key({ b: a, a: node("test.source", { file: "a.png" }, { left: "b.other" }), show: sink() }),
  };
  assert.match(base, /^[0-9a-f]{64}$/);
  assert.equal(new Set([base, ...Object.values(different)]).size, 10, JSON.stringify({ base, ...different }));
});

test("[F5] the node pack that brings the type counts, and Clipwork's own types have none", async () => {
  const from = (origin: string) => key({ a, show: sink() }, environment({}, [{ ...source(1), origin }, other, show]));
  const keys = [await key({ a, show: sink() }), await from("film@1.0.0 sha256:1"), await from("film@1.0.0 sha256:2")];
  assert.equal(new Set(keys).size, 3);
  assert.equal(await from("film@1.0.0 sha256:1"), keys[1]);
});

test("[F1] a default counts as if it were written, and stages that the node does not run do not count", async () => {
  const base = await key({ a, show: sink() });
  assert.equal(await key({ a: node("test.source", { size: 5, file: "a.png", pack: "toybox" }), show: sink() }), base);
  const prior = { name: "toybox", refinements: {}, stages: { clip: "c1", prior: "p2" } };
  assert.equal(await key({ a, show: sink() }, environment({ packs: { toybox: prior } })), base);
});

test("[F2] ids, order, titles, layout and unknown fields do not count", async () => {
  const base = await key({
    b: a,
    a: node("test.source", { file: "a.png" }, { left: "b.value", right: "b.other" }),
    show: sink(),
  });
  const renamed = await key(
    {
      show: sink("x.value"),
      x: node("test.source", { file: "a.png" }, { right: "y.other", left: "y.value" }, { title: "Mine" }),
      y: { ...a, colour: "red" },
    },
    environment(),
    { meta: { title: "Another" }, layout: { x: { x: 5, y: 5 } } },
  );
  assert.equal(renamed, base);
});

test("[F3] a file counts by its content", async () => {
  const keys = await Promise.all(
    ["a.png", "b.png"].map((file) => key({ a: node("test.source", { file }), show: sink() })),
  );
  assert.equal(keys[0], keys[1]);
});

test("[F4] the literal of a linked parameter does not count", async () => {
  const linked = (size: number) =>
    key({ b: a, a: node("test.source", { file: "a.png", size }, { size: "b.value" }), show: sink() });
  assert.equal(await linked(1), await linked(2));
  assert.notEqual(await linked(1), await key({ a, show: sink() }));
});
