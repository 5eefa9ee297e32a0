import assert from "node:assert/strict";
import { test } from "node:test";
import { createCatalogue } from "../catalogue/catalogue.ts";
import { nodeDefiner } from "../catalogue/node.ts";
import { p } from "../catalogue/param.ts";
import { readDocument } from "../document/document.ts";
import { t } from "../kinds/socket.ts";
import { node, workflow } from "../testing/index.ts";
import { exposedParams } from "./exposed-params.ts";

const define = nodeDefiner<unknown>();
const common = { version: 1, title: "A", summary: "B.", outputs: { value: t.number(".") }, run: () => ({ value: 0 }) };
const coarse = define({
  ...{ ...common, type: "test.coarse" },
  params: {
    seed: p.seed(),
    size: p.number("Size.", { default: 1, min: 0, max: 10 }),
    method: p.choice("Method.", ["a", "b", "c"], "a"),
  },
});
const fine = define({
  ...{ ...common, type: "test.fine" },
  params: {
    size: p.integer("Whole size.", { default: 3, min: 2, max: 90 }),
    method: p.choice("Method.", ["c", "b"], "c"),
  },
});
const catalogue = createCatalogue([coarse, fine]);

test("[S5] what a workflow exposes is told with the range and the choices that all its parameters share, and with its value; what cannot be set is left out", () => {
  const { document } = readDocument(
    workflow(
      {
        a: node("test.coarse", { size: 4 }),
        b: node("test.fine"),
        c: node("test.coarse", {}, { seed: "a.value" }),
      },
      {
        exposed: {
          seed: "a.seed",
          size: ["a.size", "b.size"],
          method: ["b.method", "a.method"],
          linked: "c.seed",
          gone: ["a.size", "a.nothing"],
        },
      },
    ),
  );
  const [seed, size, method, ...more] = exposedParams(document!, catalogue);
  assert.deepEqual([seed!.name, seed!.param.kind, seed!.value], ["seed", "seed", 0]);
  assert.deepEqual(
    [size!.name, size!.value, size!.param],
    ["size", 4, { ...coarse.params.size, kind: "integer", min: 2, max: 10 }],
  );
  assert.deepEqual([method!.value, method!.param.kind === "choice" && method!.param.choices], ["c", ["c", "b"]]);
  assert.deepEqual(more, []);
});

test("[I11] the rounds of a loop and what its definition exposes are among them", () => {
  const body = {
    title: "Body",
    nodes: { inner: node("test.coarse", { size: 7 }) },
    outputs: { value: { from: "inner.value" } },
    exposed: { size: "inner.size" },
  };
  const { document } = readDocument(
    workflow(
      { again: { type: "loop.repeat.body", version: 1, params: { rounds: 3 } } },
      { definitions: { body }, exposed: { rounds: "again.rounds", size: "again.size" } },
    ),
  );
  const found = exposedParams(document!, catalogue);
  assert.deepEqual(
    found.map(({ name, value, param }) => [name, value, param.kind]),
    [
      ["rounds", 3, "integer"],
      ["size", 7, "number"],
    ],
  );
});
