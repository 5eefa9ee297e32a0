import assert from "node:assert/strict";
import { test } from "node:test";
import { runNode } from "../testing/index.ts";
import { cfg } from "./cfg.ts";

test("guidance.cfg gives its scale and negative caption", async () => {
  const { outputs } = await runNode(cfg, {}, { scale: 4.5, negative: "fog" });
  assert.deepEqual(outputs, { guidance: { scale: 4.5, negative: "fog" } });
});

test("an interval and a schedule are its course", async () => {
  const course = { from: 0.25, to: 0.75, schedule: "cosine" };
  const { outputs } = await runNode(cfg, {}, { scale: 4, ...course });
  assert.deepEqual(outputs, { guidance: { scale: 4, negative: "", course } });
  const always = await runNode(cfg, {}, { scale: 4, from: 0, to: 1, schedule: "constant" });
  assert.deepEqual(always.outputs, { guidance: { scale: 4, negative: "" } });
});

test("an interval that ends before it begins is refused", async () => {
  await assert.rejects(runNode(cfg, {}, { from: 0.6, to: 0.4 }), {
    name: "NodeError",
    message: /"from" is 0.6 and "to" is 0.4/,
    remedy: /at most "to"/,
  });
});

test("C11: a negative caption at a scale of 1 is said to change nothing, and only there", async () => {
  const notices = async (scale: number, negative: string) => (await runNode(cfg, {}, { scale, negative })).notices;
  const [notice, ...more] = await notices(1, "fog");
  assert.match(notice!, /^The negative caption changes nothing: at a scale of 1/);
  assert.deepEqual([more, await notices(1, ""), await notices(0, "fog"), await notices(1.1, "fog")], [[], [], [], []]);
});
