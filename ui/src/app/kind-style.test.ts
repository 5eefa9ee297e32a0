import assert from "node:assert/strict";
import { test } from "node:test";
import { createCatalogue, defineKind, nodeDefiner, socketOf } from "@clipwork/engine";
import { t } from "@clipwork/engine/testing";
import { kindStyle } from "./kind-style.ts";

const film = defineKind({ kind: "film-strip", hue: 123.5, check: () => undefined });
const grey = defineKind({ kind: "grey", check: () => undefined });
const defineNode = nodeDefiner<unknown>();
const giving = (type: string, output: ReturnType<typeof t.text>) =>
  defineNode({
    version: 1,
    type,
    title: "Give",
    summary: "Gives a value.",
    outputs: { value: output },
    run: () => ({}) as never,
  });
const catalogue = createCatalogue([
  giving("film.one", t.text(".")),
  giving("film.two", socketOf(film, ".") as never),
  giving("film.three", socketOf(film, ".") as never),
  giving("plain.one", socketOf(grey, ".") as never),
  giving("decoder.one", socketOf(film, ".") as never),
  giving("upsampler.one", socketOf(film, ".") as never),
]);
const rules = new Map(
  kindStyle(catalogue)
    .split("\n")
    .map((rule) => {
      const [, name, colour] = /^\[(data-[a-z]+="[a-z-]+")\] \{ --(?:kind|group): (oklch\([^;]*\)); \}$/.exec(rule)!;
      return [name, colour];
    }),
);

test("a kind has the hue that it says, one that says none stays grey", () => {
  const colour = "oklch(var(--kind-lightness) var(--kind-chroma) 123.5)";
  assert.equal(rules.get('data-kind="film-strip"'), colour);
  assert.ok(!rules.has('data-kind="grey"'));
});

test("a group of node types has the hue that most of them make", () => {
  assert.equal(rules.get('data-group="film"'), rules.get('data-kind="film-strip"'));
  assert.ok(!rules.has('data-group="plain"'));
});

test("stages have hues of their own, whatever they make", () => {
  const hues = ["decoder", "upsampler", "film"].map((group) => rules.get(`data-group="${group}"`)!);
  assert.equal(new Set(hues).size, 3, `${hues}`);
});

test("an empty catalogue has no rules", () => {
  assert.equal(kindStyle(new Map()), "");
});
