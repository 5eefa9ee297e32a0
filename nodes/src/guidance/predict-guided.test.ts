import assert from "node:assert/strict";
import { test } from "node:test";
import { guidanceOr, predictGuided } from "./predict-guided.ts";

test("both calls are made before either is answered", async () => {
  const asked: string[] = [];
  let answer = () => {};
  const gate = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const call = async (condition: string) => {
    asked.push(condition);
    await gate;
    return Float32Array.of(condition === "with" ? 1 : 0);
  };
  const guided = predictGuided(call, { conditional: "with", unconditional: "without" }, 2, 1);
  assert.deepEqual(asked, ["with", "without"]);
  answer();
  assert.deepEqual([...(await guided)], [2]);
});

test("without an unguided half there is one call, and its output is not touched", async () => {
  const output = Float32Array.of(1, 2);
  const asked: string[] = [];
  const call = async (condition: string) => {
    asked.push(condition);
    return output;
  };
  const guided = await predictGuided(call, { conditional: "with", unconditional: undefined }, 5, 1);
  assert.deepEqual(asked, ["with"]);
  assert.equal(guided, output);
});

test("at a scale of 1 the unguided half is not asked for", async () => {
  const asked: string[] = [];
  const call = async (condition: string) => {
    asked.push(condition);
    return Float32Array.of(3);
  };
  const guided = await predictGuided(call, { conditional: "with", unconditional: "without" }, 1, 1);
  assert.deepEqual([asked, [...guided]], [["with"], [3]]);
});

test("the guidance that is linked goes before the pack's own; a pack that states none does not guide", () => {
  const given = { scale: 0, negative: "fog" };
  assert.deepEqual(guidanceOr(given, { defaults: { guidanceScale: 2 } }), given);
  assert.deepEqual(guidanceOr(undefined, { defaults: { guidanceScale: 2 } }), { scale: 2, negative: "" });
  assert.deepEqual(guidanceOr(undefined, { defaults: {} }), { scale: 1, negative: "" });
});

test("the pack's own guidance keeps to the pack's interval; linked guidance does not", () => {
  const stage = { defaults: { guidanceScale: 2, guidanceInterval: [0.25, 0.75] as const } };
  const course = { from: 0.25, to: 0.75, schedule: "constant" };
  assert.deepEqual(guidanceOr(undefined, stage), { scale: 2, negative: "", course });
  assert.deepEqual(guidanceOr({ scale: 3, negative: "" }, stage), { scale: 3, negative: "" });
});
