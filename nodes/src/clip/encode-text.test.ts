import assert from "node:assert/strict";
import { test } from "node:test";
import type { TextEmbeddingValue } from "../kinds/text-embedding.ts";
import type { TokensValue } from "../kinds/tokens.ts";
import { runNode } from "../testing/index.ts";
import { encodeText } from "./encode-text.ts";

test("runs clip-text on one row of ids and gives embedding, states and mask", async () => {
  const { outputs, calls, notices } = await runNode(encodeText, { text: "cube" });
  assert.deepEqual(
    calls.map(({ stage, feeds }) => [stage, feeds.ids!.shape, [...feeds.ids!.data]]),
    [["clip-text", [1, 6], [100, 4, 101, 101, 101, 101]]],
  );
  const value = outputs.embedding as TextEmbeddingValue;
  assert.equal(value.text, "cube");
  assert.equal(value.embedding.length, 8);
  assert.equal(value.states.length, 6 * 8);
  assert.deepEqual([...value.mask], [1, 1, 1, 0, 0, 0]);
  assert.deepEqual(notices, []);
});

test("names the words that were cut and those the pack does not know", async () => {
  const { notices, previews } = await runNode(encodeText, { text: "cube cube cube cube on sand" });
  assert.equal(notices.length, 2);
  assert.match(notices[0]!, /cut: "on sand"/);
  assert.match(notices[1]!, /not trained on "on", "sand"/);
  assert.equal(previews[0]!.kind, "tokens");
  const { pieces, cut } = previews[0]!.value as TokensValue;
  assert.deepEqual({ pieces, cut }, { pieces: ["cube", "cube", "cube", "cube"], cut: "on sand" });
});

test("a very long caption makes a short notice, on one line", async () => {
  const { notices } = await runNode(encodeText, { text: `cube cube cube cube ${"line\n".repeat(1000)}` });
  assert.ok(notices[0]!.length < 300 && !notices[0]!.includes("\n"), notices[0]);
});
