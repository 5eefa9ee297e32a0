import assert from "node:assert/strict";
import { test } from "node:test";
import { painting, testCatalogue } from "../testing/catalogue.ts";
import { exposedParams } from "./exposed.ts";

const valuesOf = (addresses: readonly string[], workflow: Parameters<typeof exposedParams>[0] = painting) =>
  exposedParams(workflow, addresses, testCatalogue).map(({ end, value }) => [`${end.node}.${end.port}`, value]);

test("an exposed parameter has its own value, or the default", () => {
  assert.deepEqual(valuesOf(["caption.text", "paint.seed", "paint.size"]), [
    ["caption.text", "a red cube"],
    ["paint.seed", 7],
    ["paint.size", 8],
  ]);
});

test("addresses that lead to no parameter are left out", () => {
  assert.deepEqual(valuesOf(["gone.text", "paint.text", "paint", "constructor.name", "paint.constructor"]), []);
  const odd = { ...painting, nodes: { odd: { type: "future.node", version: 1 } } };
  assert.deepEqual(valuesOf(["odd.text"], odd), []);
});
