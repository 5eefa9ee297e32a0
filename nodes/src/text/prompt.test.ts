import assert from "node:assert/strict";
import { test } from "node:test";
import { runNode } from "../testing/index.ts";
import { prompt } from "./prompt.ts";

test("gives its text unchanged, spaces and line breaks included", async () => {
  const { outputs } = await runNode(prompt, {}, { text: "  a cube\non sand " });
  assert.deepEqual(outputs, { text: "  a cube\non sand " });
});
