import assert from "node:assert/strict";
import { test } from "node:test";
import { readManifest } from "../manifest/read-manifest.ts";
import { type Condition, condition } from "./condition.ts";
import { changed, exampleManifest } from "./example.fixture.ts";

const tell = (path: string, value: unknown) => readManifest(changed(`stages/tell/${path}`, value)).stages.tell;

test("a condition may take no caption, and then says none to types", () => {
  const stage = tell("text", undefined) as Condition;
  assert.equal("text" in stage, false);
  assert.deepEqual(condition.facts(stage, exampleManifest, "tell"), {
    part: "decoder-condition",
    facts: { space: { id: "a".repeat(64), name: "clip" } },
  });
});

test("a condition may have no null image embedding, which is then absent and not zero", () => {
  assert.equal("nullImageEmbedding" in tell("nullImageEmbedding", undefined)!, false);
});

for (const [path, value, message] of [
  ["space", undefined, /stages.tell.space is missing, but must be a name in spaces: clip/],
  ["text", "latin", /stages.tell.text is "latin", but must be a name in texts: captions, tags/],
  ["text", null, /stages.tell.text is null/],
  ["condition", "tell", /stages.tell has the field "condition"/],
] as const) {
  test(`a condition is refused with ${path} as ${value ?? typeof value}`, () => {
    assert.throws(() => tell(path, value), message);
  });
}
