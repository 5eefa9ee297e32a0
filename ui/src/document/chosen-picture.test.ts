import assert from "node:assert/strict";
import { test } from "node:test";
import { testCatalogue } from "../testing/catalogue.ts";
import { chosenPicture } from "./chosen-picture.ts";

const asset = `asset:${"a".repeat(64)}`;

test("a node that reads a picture is known by it; arrays, paths and other nodes are none", () => {
  const of = (type: string, params: object) =>
    chosenPicture({ type, version: 1, params: { ...params } }, testCatalogue);
  assert.equal(of("image.load", { file: asset }), "a".repeat(64));
  assert.equal(of("image.load", { file: "/home/me/cat.png" }), undefined);
  assert.equal(of("image.load", {}), undefined);
  assert.equal(of("latent.import", { file: asset }), undefined, "an array");
  assert.equal(of("text.prompt", { text: asset }), undefined);
  assert.equal(of("gone.type", { file: asset }), undefined);
});
