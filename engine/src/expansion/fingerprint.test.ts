import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Environment } from "../catalogue/environment.ts";
import { nodeDefiner } from "../catalogue/node.ts";
import { addedLater, type Param, type ParamValue, p } from "../catalogue/param.ts";
import { optional, t } from "../kinds/socket.ts";
import { node, planOf, record, testEnvironment, workflow } from "../testing/index.ts";
import { show } from "../testing/test-nodes.ts";
import { fingerprint } from "./fingerprint.ts";

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
const reader = { ...source(1), arrays: ["statistics"] };
const environment = (more: Partial<Environment> = {}, definitions = [source(1), other, show]) =>
  testEnvironment<unknown>(definitions as never, {
    packs: { toybox: { name: "toybox", refinements: {}, stages: { clip: "c1", prior: "p1" } } },
    files: { "a.png": { digest: "f1" }, "b.png": { digest: "f1" }, "c.png": { digest: "f2" } },
    ...more,
  });

const statistics = (digest: string) => ({
  packs: { toybox: { name: "toybox", refinements: {}, stages: { clip: "c1" }, arrays: { statistics: digest } } },
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
    arrays: await key({ a, show: sink() }, environment(statistics("s1"), [reader, other, show])),
    otherArrays: await key({ a, show: sink() }, environment(statistics("s2"), [reader, other, show])),
    numerics: await key({ a, show: sink() }, environment({ numerics: "other" })),
    input: await key({ b: a, a: node("test.source", { file: "a.png" }, { left: "b.value" }), show: sink() }),
    port: await key({ b: a, a: node("test.source", { file: "a.png" }, { right: "b.value" }), show: sink() }),
    output: await key({ b: a, a: node("test.source", { file: "a.png" }, { left: "b.other" }), show: sink() }),
  };
  assert.match(base, /^[0-9a-f]{64}$/);
  assert.equal(new Set([base, ...Object.values(different)]).size, 12, JSON.stringify({ base, ...different }));
});

/** Names as node types have them. fast-check prints the seed and the smallest failing case. */
const names = fc.uniqueArray(
  fc.oneof(
    fc.constantFrom("eta", "steps", "scale", "seed", "sampler", "text", "negative", "size", "gap", "file2", "version"),
    fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,12}$/),
  ),
  { minLength: 1, maxLength: 8 },
);

test("[F1] each parameter counts, whatever its name, its kind and the others, also where it is at its default", () => {
  const kinds: readonly (() => readonly [Param, readonly ParamValue[]])[] = [
    () => [p.number(".", { default: 0, min: 0, max: 9 }), [0, 1, 0.5]],
    () => [p.integer(".", { default: null, min: 0, max: 9 }), [null as never, 0, 1]],
    () => [p.seed(), [0, 1]],
    () => [p.boolean(".", false), [false, true]],
    () => [p.text("."), ["", "0", "null"]],
    () => [p.choice(".", ["no", "yes"], "no"), ["no", "yes"]],
  ];
  fc.assert(
    fc.property(names, fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), (names, picks) => {
      const made = names.map((name, i) => [name, ...kinds[picks[i]! % kinds.length]!()] as const);
      const type = defineNode({
        type: "test.any",
        version: 1,
        title: "Any",
        summary: "Gives a number.",
        outputs: { value: t.number(".") },
        params: Object.fromEntries(made.map(([name, param]) => [name, param])),
        run: () => ({ value: 1 }),
      });
      const env = testEnvironment<unknown>([type, show] as never);
      const keyOf = (params: object) => {
        const plan = planOf(workflow({ a: node("test.any", params), show: sink() }), env);
        return fingerprint(plan as never, plan.nodes.find(({ id }) => id === "a")! as never, []);
      };
      const keys = made.flatMap(([name, , values]) => values.slice(1).map((value) => keyOf({ [name]: value })));
      assert.equal(new Set([keyOf({}), ...keys]).size, keys.length + 1);
      for (const [name, , [first]] of made) assert.equal(keyOf({ [name]: first }), keyOf({}), "the default is written");
    }),
  );
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

test("[F6] a parameter that was added later counts where it is not at its default, and only there", async () => {
  const grown = source(1);
  const params = { ...grown.params, count: addedLater(p.number(".", { default: 1, min: 1, max: 9 })) };
  const env = environment({}, [{ ...grown, params }, other, show]);
  const before = await key({ a, show: sink() });
  const now = (more: object, inputs: object = {}) =>
    key({ b: a, a: node("test.source", { file: "a.png", ...more }, inputs), show: sink() }, env);
  assert.equal(await now({}), before);
  assert.equal(await now({ count: 1 }), before);
  const others = [await now({ count: 2 }), await now({ count: 3 }), await now({}, { count: "b.value" })];
  assert.equal(new Set([before, ...others]).size, 4);
});
