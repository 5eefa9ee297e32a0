import assert from "node:assert/strict";
import { test } from "node:test";
import { runNode } from "../testing/index.ts";
import { cfg } from "./cfg.ts";

test("guidance.cfg gives its scale and negative caption", async () => {
  const { outputs } = await runNode(cfg, {}, { scale: 4.5, negative: "fog" });
  assert.deepEqual(outputs, { guidance: { scale: 4.5, negative: "fog" } });
});
