import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeDefiner } from "../catalogue/node.ts";
import { p } from "../catalogue/param.ts";
import { t } from "../kinds/socket.ts";
import { node, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";

const measure = nodeDefiner<unknown>()({
  type: "test.measure",
  version: 1,
  title: "Measure",
  summary: "Reads arrays of a pack.",
  outputs: { value: t.number("Nothing.") },
  params: { pack: p.pack() },
  arrays: ["basis"],
  optionalArrays: ["statistics"],
  run: () => ({ value: 0 }),
});

test("[V20] a pack without arrays that the node reads is a problem; those that it may lack count where they are", () => {
  const facts = (name: string, arrays?: Record<string, string>) => ({
    [name]: { name, refinements: {}, stages: {}, ...(arrays && { arrays }) },
  });
  const packs = {
    ...facts("toybox", { basis: "b1", statistics: "s1" }),
    ...facts("plain", { basis: "b1" }),
    ...facts("bare"),
  };
  const checked = (pack: string) =>
    validateJson(
      workflow({ m: node("test.measure", { pack }), show: node("output.show", {}, { value: "m.value" }) }),
      testEnvironment<unknown>([...testNodes, measure] as never, { packs }),
    );
  assert.deepEqual(checked("toybox").plan!.nodes[0]!.stages, { "arrays/basis": "b1", "arrays/statistics": "s1" });
  assert.deepEqual(checked("plain").plan!.nodes[0]!.stages, { "arrays/basis": "b1" });
  const [problem, ...more] = checked("bare").problems;
  assert.deepEqual([problem!.code, more], ["missing-arrays", []]);
  assert.equal(problem!.message, 'Model pack "bare" has no arrays "basis", which "m" (test.measure) reads.');
});
