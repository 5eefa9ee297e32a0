// Captions are put together from the pack's own wording and read back. fast-check prints the seed and the smallest failing case.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readManifest, type Score } from "@clipwork/models";
import fc from "fast-check";
import { answer } from "./answers.ts";
import { readCaption, type Thing } from "./read-caption.ts";

const manifest = readFileSync(join(import.meta.dirname, "../../../packs/toybox/manifest.json"), "utf8");
const stage = readManifest(JSON.parse(manifest)).stages.classifier as Score;
const wording = stage.wording!;
const ofThings = new Set(["solid", "colour", "size", "material"]);
const describe = (caption: string) => readCaption(caption, wording, ofThings);

/** A label of an attribute, and one of the wordings that say it. */
const said = (attribute: string) =>
  fc.constantFrom(
    ...Object.entries(wording.words[attribute]!).flatMap(([label, phrases]) =>
      phrases.map((phrase) => ({ attribute, label, phrase })),
    ),
  );
type Said = { readonly attribute: string; readonly label: string; readonly phrase: string };

/** A thing: some of its adjectives in any order, and then its noun. */
const thing = fc
  .record({
    adjectives: fc
      .tuple(said("size"), said("colour"), said("material"))
      .chain((all) => fc.shuffledSubarray(all, { minLength: 0, maxLength: 3 })),
    noun: said("solid"),
  })
  .map(({ adjectives, noun }) => [...adjectives, noun]);
const labels = (words: readonly Said[]): Thing =>
  Object.fromEntries(words.map(({ attribute, label }) => [attribute, label]));
const phrase = (words: readonly Said[]) => `a ${words.map((word) => word.phrase).join(" ")}`;

test("one thing is read with all its adjectives, in whatever order, wherever it stands and however it is written", () => {
  fc.assert(
    fc.property(thing, said("floor"), said("time"), said("style"), fc.boolean(), (words, floor, time, style, loud) => {
      const caption = `${style.phrase} ${phrase(words)} ${floor.phrase}, ${time.phrase}.`;
      assert.deepEqual(describe(loud ? caption.toUpperCase() : caption), {
        things: [labels(words)],
        scene: { style: style.label, floor: floor.label, time: time.label },
      });
    }),
  );
});

test("two things keep their own adjectives; a relation stated from the second has them the other way round", () => {
  const converse = Object.entries(wording.converse).flatMap(([label, phrases]) =>
    phrases.map((one) => ({ label, phrase: one, turned: true })),
  );
  const plain = Object.entries(wording.words.relation!)
    .filter(([label]) => label !== "row")
    .flatMap(([label, phrases]) => phrases.map((one) => ({ label, phrase: one, turned: false })));
  fc.assert(
    fc.property(thing, thing, fc.constantFrom(...plain, ...converse), (first, second, relation) => {
      const things = [labels(first), labels(second)];
      assert.deepEqual(describe(`${phrase(first)} ${relation.phrase} ${phrase(second)}`), {
        things: relation.turned ? things.reverse() : things,
        scene: { relation: relation.label },
      });
    }),
  );
});

test("any number of things is read in their order", () => {
  fc.assert(
    fc.property(fc.array(thing, { minLength: 3, maxLength: 5 }), (things) => {
      const { things: found, scene } = describe(`${things.map(phrase).join(", ")} in a row`);
      assert.deepEqual([found, scene], [things.map(labels), { relation: "row" }]);
    }),
  );
});

test("a picture that shows what a caption of one thing or two says is right in all that is asked", () => {
  fc.assert(
    fc.property(fc.array(thing, { minLength: 1, maxLength: 2 }), said("floor"), (things, floor) => {
      const description = describe(`${things.map(phrase).join(" and ")} ${floor.phrase}`);
      const shown = things.flatMap((words, i) =>
        Object.entries(labels(words)).map(([attribute, label]) => [`${attribute} ${i + 1}`, label] as const),
      );
      const found = { count: String(things.length), floor: floor.label, ...Object.fromEntries(shown) };
      const right = Object.values(answer(description, found));
      assert.ok(right.length >= 2 && right.every(Boolean), JSON.stringify({ description, found }));
    }),
  );
});

test("no caption makes reading fail", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (caption) => void answer(describe(caption), {})));
});
