import assert from "node:assert/strict";
import { test } from "node:test";
import { runNode } from "../testing/index.ts";
import { reroute } from "./reroute.ts";

test("passes on the very value it is given", async () => {
  const value = { embedding: Float32Array.of(1, 2) };
  const { outputs } = await runNode(reroute, { value });
  assert.equal(outputs.value, value);
});
