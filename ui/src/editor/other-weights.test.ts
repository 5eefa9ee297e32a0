import assert from "node:assert/strict";
import { test } from "node:test";
import { testPacks } from "../testing/catalogue.ts";
import { otherWeights } from "./other-weights.ts";

const said = (stages?: { readonly [stage: string]: string }) => otherWeights(stages ? { stages } : {}, testPacks);

test("a picture that the networks here made, or that does not say what made it, needs no word", () => {
  assert.equal(said({ "toybox/decoder": "d2" }), undefined);
  assert.equal(said({ "toybox/decoder": "d2", "toybox/prior": "p", "toybox/arrays/image-samples": "a" }), undefined);
  assert.equal(said(), undefined);
});

test("of a picture by other weights the pack is named, with the version that is here instead", () => {
  assert.deepEqual(said({ "toybox/decoder": "d1", "toybox/prior": "p" }), {
    text: "The Toybox that made this picture is not here.",
    more: "Run draws it anew with Toybox 2.0.0: another picture of the same workflow.",
  });
});

test("of packs that are not here, or cannot be used, the workflow itself speaks", () => {
  assert.equal(said({ "karlo/decoder": "k", "broken/decoder": "b", "toybox-2/decoder": "d1" }), undefined);
});
