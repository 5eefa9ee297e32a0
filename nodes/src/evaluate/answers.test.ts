// What the judge in Python says of the same readings: training/judge/classifier_goldens.py wrote them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readManifest, type Score } from "@clipwork/models";
import { answer, questions } from "./answers.ts";
import { type Description, readCaption } from "./read-caption.ts";

const root = join(import.meta.dirname, "../../..");
const json = (...path: string[]) => JSON.parse(readFileSync(join(root, ...path), "utf8"));
const { wording, heads } = readManifest(json("packs", "toybox", "manifest.json")).stages.classifier as Score;
const golden = json("test", "parity", "goldens", "classifier.json") as {
  readonly read: readonly string[];
  readonly asked: readonly { caption: string; found: string; right: string[]; wrong: string[] }[];
};
const ofThings = new Set(["solid", "colour", "size", "material"]);
const describe = (caption: string): Description => readCaption(caption, wording!, ofThings);

test("captions are judged as the judge judges them, by every question that they name", () => {
  assert.ok(golden.asked.length >= 30);
  for (const { caption, found, right, wrong } of golden.asked) {
    const labels = found.split("|");
    const answers = answer(describe(caption), Object.fromEntries(golden.read.map((head, i) => [head, labels[i]!])));
    const said = (is: boolean) => questions.filter((question) => answers[question] === is);
    // Of a photograph the caption need not say that it is one.
    const named = (names: readonly string[]) =>
      questions.filter((one) => names.includes(one) && (one !== "style" || answers.style !== undefined));
    assert.deepEqual([said(true), said(false)], [named(right), named(wrong)], caption);
  }
});

const captions: readonly [caption: string, description: Description][] = [
  [
    "a small red metal cube on sand at sunset",
    {
      things: [{ size: "small", colour: "red", material: "metal", solid: "cube" }],
      scene: { floor: "sand", time: "sunset" },
    },
  ],
  [
    "A Snow White ball on the snow, under the stars.",
    { things: [{ colour: "white", solid: "sphere" }], scene: { floor: "snow", time: "night" } },
  ],
  [
    "a red cube on top of a blue cube",
    {
      things: [
        { colour: "red", solid: "cube" },
        { colour: "blue", solid: "cube" },
      ],
      scene: { relation: "on" },
    },
  ],
  [
    "a red cube below a blue ball on a lawn",
    {
      things: [
        { colour: "blue", solid: "sphere" },
        { colour: "red", solid: "cube" },
      ],
      scene: { relation: "on", floor: "grass" },
    },
  ],
  [
    "a green thing and an orange cone",
    { things: [{ colour: "green" }, { colour: "orange", solid: "cone" }], scene: {} },
  ],
  [
    "a line drawing of a red cube, a blue ball and a white ring in a row",
    {
      things: [
        { colour: "red", solid: "cube" },
        { colour: "blue", solid: "sphere" },
        { colour: "white", solid: "torus" },
      ],
      scene: { style: "drawing", relation: "row" },
    },
  ],
  [
    'a blue cube and a sign that says "red" at night',
    { things: [{ colour: "blue", solid: "cube" }], scene: { time: "night" }, word: "red" },
  ],
  ["a sign that says xyzzy", { things: [], scene: {} }],
  ["", { things: [], scene: {} }],
];
for (const [caption, description] of captions)
  test(`reads "${caption}"`, () => assert.deepEqual(describe(caption), description));

test("every wording of the pack is read as its label, also where it begins like another", () => {
  for (const [attribute, labels] of Object.entries(wording!.words))
    for (const [label, phrases] of Object.entries(labels))
      for (const phrase of phrases) {
        const { things, scene, word } = describe(attribute === "word" ? `a sign that reads ${phrase}` : phrase);
        assert.equal(attribute === "word" ? word : (things[0]?.[attribute] ?? scene[attribute]), label, phrase);
      }
});

test("labels of the wording are labels of the heads", () => {
  for (const [attribute, labels] of Object.entries(wording!.words))
    for (const label of Object.keys(labels))
      assert.ok((heads![attribute] ?? heads![`${attribute} 1`])!.includes(label), `${attribute} ${label}`);
});

const two = describe("a red cube on a blue ball");
const pair = (first: string, second: string, relation = "on", count = "2") => {
  const [colour1, solid1] = first.split(" ");
  const [colour2, solid2] = second.split(" ");
  return { count, relation, "colour 1": colour1!, "solid 1": solid1!, "colour 2": colour2!, "solid 2": solid2! };
};

test("binding holds wherever the two solids stand; the relation only the right way round", () => {
  assert.deepEqual(answer(two, pair("red cube", "blue sphere")), { binding: true, relation: true });
  assert.deepEqual(answer(two, pair("blue sphere", "red cube")), { binding: true, relation: false });
  assert.deepEqual(answer(two, pair("blue cube", "red sphere")), { binding: false, relation: true });
  assert.deepEqual(answer(two, pair("red cube", "blue sphere", "left")), { binding: true, relation: false });
  assert.deepEqual(answer(two, pair("red cube", "blue sphere", "on", "3")), { binding: false, relation: true });
  assert.deepEqual(answer(two, pair("green cone", "blue sphere")), { binding: false, relation: false });
});

test("three solids are bound in their order alone", () => {
  const three = describe("a red cube, a blue ball and a white cone");
  const found = (...things: string[]) => ({
    count: String(things.length),
    ...Object.fromEntries(
      things.flatMap((thing, i) => thing.split(" ").map((label, k) => [`${["colour", "solid"][k]} ${i + 1}`, label])),
    ),
  });
  assert.deepEqual(answer(three, found("red cube", "blue sphere", "white cone")), { binding: true });
  assert.deepEqual(answer(three, found("blue sphere", "red cube", "white cone")), { binding: false });
});

test("what a caption leaves open is not asked", () => {
  assert.deepEqual(answer(describe("a cube"), { "solid 1": "cube" }), { shape: true });
  assert.deepEqual(answer(describe("on sand"), { floor: "grass" }), { floor: false });
  const thing = describe("a red thing on a blue ball");
  assert.deepEqual(answer(thing, pair("red cone", "blue sphere")), { binding: true, relation: true });
  assert.deepEqual(answer(thing, pair("green cone", "blue sphere")), { binding: false, relation: false });
});
