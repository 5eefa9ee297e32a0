import assert from "node:assert/strict";
import { test } from "node:test";
import { guide } from "../diffusion/guidance.ts";
import { runNode } from "../testing/index.ts";
import { cfg } from "./cfg.ts";
import { predictGuided } from "./predict-guided.ts";

test("guidance.cfg gives its scale and negative caption", async () => {
  const { outputs } = await runNode(cfg, {}, { scale: 4.5, negative: "fog" });
  assert.deepEqual(outputs, { guidance: { scale: 4.5, negative: "fog" } });
});

test("guide moves from unconditional through conditional and leaves the variance half alone", () => {
  const conditional = Float32Array.of(1, 2, 7, 8);
  const unconditional = Float32Array.of(0, 4, 5, 5);
  assert.deepEqual([...guide(conditional, unconditional, 3, 2)], [3, -2, 7, 8]);
  assert.deepEqual([...guide(conditional, unconditional, 0, 2)], [0, 4, 7, 8]);
  assert.deepEqual([...conditional], [1, 2, 7, 8], "inputs are not changed");
});

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
