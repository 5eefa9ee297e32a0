import assert from "node:assert/strict";
import { test } from "node:test";
import { json } from "../kinds/json.ts";
import { runNode } from "../testing/index.ts";
import { caption } from "./caption.ts";

test("reports what the pack's tokenizer makes of a caption, in data that JSON holds", async () => {
  const text = "cube cube cube cube on sand";
  const { report } = (await runNode(caption, { text })).outputs;
  assert.deepEqual(report, {
    text,
    tokens: ["cube", "cube", "cube", "cube"],
    ids: [100, 4, 4, 4, 4, 101],
    cut: "on sand",
  });
  assert.equal(json.check(report), undefined);
});

test("another tokenizer gives another fingerprint: the stage whose digest counts it is declared", () => {
  assert.deepEqual(caption.stages, ["clip-text"]);
});
