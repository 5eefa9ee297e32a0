import assert from "node:assert/strict";
import { test } from "node:test";
import { runNode } from "../testing/index.ts";
import { lines } from "./lines.ts";

const textsOf = async (text: string) => (await runNode(lines, {}, { text })).outputs.texts;

test("each line is a text, trimmed; empty lines are left out", async () => {
  assert.deepEqual(await textsOf("a red cube\r\n\n  a ball \n"), ["a red cube", "a ball"]);
});

test("alternatives in braces stand for one text each, the first braces changing slowest; one may be empty", async () => {
  assert.deepEqual(await textsOf("a {red|blue} {cube|ball}"), [
    "a red cube",
    "a red ball",
    "a blue cube",
    "a blue ball",
  ]);
  assert.deepEqual(await textsOf("a{ small|} cube\na cone"), ["a small cube", "a cube", "a cone"]);
});

test("braces without a partner are text", async () => {
  assert.deepEqual(await textsOf("a {red cube"), ["a {red cube"]);
  assert.deepEqual(await textsOf("a red} cube|ball"), ["a red} cube|ball"]);
});

test("no text, and more than 10,000, are refused before they are made", async () => {
  await assert.rejects(textsOf(" \n"), /no line of text/);
  await assert.rejects(textsOf("{a|b|c|d|e|f|g|h|i|j}".repeat(9)), /more than 10000 texts/);
  await assert.rejects(textsOf(`${"{a|b|c|d|e|f|g|h|i|j}".repeat(4)}\none more`), /more than 10000 texts/);
  assert.equal(((await textsOf("{a|b|c|d|e|f|g|h|i|j}".repeat(4))) as string[]).length, 10_000);
});

test("texts of more than ten million letters together are refused before they are made", async () => {
  const many = "{a|b|c|d|e|f|g|h|i|j}".repeat(3);
  const all = (await textsOf(`${many}${"x".repeat(9_997)}`)) as string[];
  assert.equal(all.length, 1000);
  assert.equal(all[0]!.length, 10_000);
  const message = "The lines stand for texts of more than 10,000,000 letters together.";
  await assert.rejects(textsOf(`${many}${"x".repeat(9_998)}`), { message, remedy: /Shorten the lines/ });
  await assert.rejects(textsOf(`${many}${"x".repeat(9_997)}\nb`), { message });
  // Alternatives of unequal length count each as often as it stands.
  await assert.rejects(textsOf(`${many}{|${"x".repeat(20_000)}}`), { message });
});
