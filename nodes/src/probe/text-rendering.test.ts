import assert from "node:assert/strict";
import { test } from "node:test";
import { readCaption } from "../evaluate/read-caption.ts";
import { runNode, tinyManifest, tinyPackWith } from "../testing/index.ts";
import { valuesOf } from "./goldens.fixture.ts";
import { textRendering } from "./text-rendering.ts";

const { classifier } = tinyManifest.stages;
const run = async (params: object = {}, options: object = {}) =>
  (await runNode(textRendering, {}, params, options)).outputs;

test("each caption asks for its row's word, as evaluate.read understands it; there is one for each word", async () => {
  const { captions, expected } = await run({ count: 100 });
  const words = valuesOf<string>(expected, "word");
  assert.deepEqual([...words].sort(), ["cat", "dog"]);
  for (const [i, caption] of (captions as string[]).entries())
    assert.equal(readCaption(caption, classifier.wording, new Set()).word, words[i]);
});

test("the word goes wherever the template has a place for it, as it is", async () => {
  const { captions } = await run({ count: 1, template: "{} that says {}" });
  assert.match((captions as string[])[0]!, /^(cat|dog) that says \1$/);
  const strange = { ...classifier.wording.words, word: { "$&": ["$&"] } };
  const pack = tinyPackWith({ classifier: { ...classifier, wording: { ...classifier.wording, words: strange } } });
  assert.deepEqual((await run({ template: "a {}" }, { pack })).captions, ["a $&"]);
});

test("a template without a place and a pack without words are refused with what to do", async () => {
  await assert.rejects(run({ template: "a sign" }), { message: /no place for the words/, remedy: /Write "\{\}"/ });
  const { word: _, ...mute } = classifier.wording.words;
  const pack = tinyPackWith({ classifier: { ...classifier, wording: { ...classifier.wording, words: mute } } });
  await assert.rejects(run({}, { pack }), /has no words for "word"/);
});
