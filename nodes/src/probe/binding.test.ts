import assert from "node:assert/strict";
import { test } from "node:test";
import { readCaption } from "../evaluate/read-caption.ts";
import { table as tableKind } from "../kinds/table.ts";
import { runNode, tinyManifest, tinyPackWith } from "../testing/index.ts";
import { binding } from "./binding.ts";
import { valuesOf } from "./goldens.fixture.ts";

const { wording } = tinyManifest.stages.classifier;
const words = {
  solid: { cube: ["cube", "box"], sphere: ["sphere"], cone: ["cone"] },
  colour: { red: ["red"], orange: ["orange"], blue: ["blue"] },
  relation: { on: ["on top of", "on"], left: ["left of"], row: ["in a row"] },
};
const pack = tinyPackWith({
  classifier: { ...tinyManifest.stages.classifier, wording: { ...wording, words } },
});
const run = async (params: object) => (await runNode(binding, {}, params, { pack })).outputs;
const textsOf = async (params: object) => (await run(params)).captions as readonly string[];

test("each caption says what its row expects, as evaluate.read understands it", async () => {
  const { captions, swapped, expected } = await run({ count: 30, seed: 3 });
  assert.equal(tableKind.check(expected), undefined);
  const column = (name: string) => valuesOf<string>(expected, name);
  const description = (caption: string) => readCaption(caption, { ...wording, words }, new Set(["solid", "colour"]));
  for (const [i, caption] of (captions as string[]).entries()) {
    const [colours, solids] = ["colour", "solid"].map((name) => [column(`${name} 1`)[i]!, column(`${name} 2`)[i]!]);
    const things = (order: readonly number[]) =>
      solids!.map((solid, place) => ({ colour: colours![order[place]!], solid }));
    assert.deepEqual(description(caption), { things: things([0, 1]), scene: { relation: column("relation")[i] } });
    assert.deepEqual(description((swapped as string[])[i]!).things, things([1, 0]));
  }
});

test("two things differ in colour and in shape, so that what is swapped is another picture; a row is no relation of two", async () => {
  const captions = await textsOf({ count: 5000 });
  // Six ordered pairs of colours and of solids, two relations.
  assert.equal(captions.length, 6 * 6 * 2);
  assert.equal(new Set(captions).size, captions.length);
  assert.ok(captions.includes("a red cube on top of an orange sphere"));
  assert.ok(!captions.some((caption) => caption.includes("row")));
});

test("one seed draws the same captions, another one others, and a longer draw begins with a shorter one", async () => {
  const eight = await textsOf({ count: 8, seed: 1 });
  assert.deepEqual(await textsOf({ count: 8, seed: 1 }), eight);
  assert.notDeepEqual(await textsOf({ count: 8, seed: 2 }), eight);
  assert.deepEqual((await textsOf({ count: 20, seed: 1 })).slice(0, 8), eight);
});

test("the template stands around the two things, and needs a place for them", async () => {
  const [plain] = await textsOf({ count: 1 });
  assert.deepEqual(await textsOf({ count: 1, template: "{} on grass" }), [`${plain} on grass`]);
  await assert.rejects(run({ template: "on grass" }), /no place for the words/);
});

test("a pack whose classifier has no words for it, and one without a classifier, are refused", async () => {
  const { relation: _, ...fewer } = words;
  const mute = tinyPackWith({
    classifier: { ...tinyManifest.stages.classifier, wording: { ...wording, words: fewer } },
  });
  await assert.rejects(async () => runNode(binding, {}, {}, { pack: mute }), /has no words for "relation"/);
  const { classifier: __, ...stages } = tinyManifest.stages;
  const blind = { ...pack, manifest: { ...tinyManifest, stages } };
  await assert.rejects(async () => runNode(binding, {}, {}, { pack: blind }), /has no stage "classifier"/);
});
