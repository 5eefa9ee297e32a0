import assert from "node:assert/strict";
import { test } from "node:test";
import { readManifest } from "../manifest/read-manifest.ts";
import { changed, exampleManifest } from "./example.fixture.ts";
import { type TextEncoder, textEncoder, textFacts } from "./text-encoder.ts";

const words = (path: string, value: unknown) => readManifest(changed(`stages/words/${path}`, value)).stages.words;
const text = { id: "b".repeat(64), name: "captions" };

test("a text encoder of states alone has no CLIP space; its text is a space of its own, so that no picture is compared with it", () => {
  const manifest = readManifest(changed("stages/words/space", undefined));
  const stage = manifest.stages.words as TextEncoder;
  assert.equal("space" in stage, false);
  assert.deepEqual(textEncoder.facts(stage, manifest, "words"), {
    part: "clip-text",
    facts: { text, textSpace: text },
  });
});

test("a text encoder is refused without a text, and with what belongs to the text", () => {
  assert.throws(() => words("text", undefined), /stages.words.text is missing, but must be a name in texts/);
  assert.throws(() => words("contextLength", 8), /stages.words has the field "contextLength"/);
});

test("the tokens count beside a text encoder: all of the tokenizer but its file's name, and the length of a context", () => {
  const stage = exampleManifest.stages.tags as TextEncoder;
  assert.deepEqual(textEncoder.countsBeside!(stage, exampleManifest, "tags"), {
    ...{ sha256: "e".repeat(64), bos: "<", eos: ">", pad: ">", unknown: "?" },
    contextLength: 16,
  });
});

test("the facts of a text are there without its encoder; of no text there are none", () => {
  const { words: _, ...stages } = exampleManifest.stages;
  assert.deepEqual(textFacts({ ...exampleManifest, stages }, "captions"), { text });
  assert.deepEqual(textFacts(exampleManifest, undefined), {});
});
