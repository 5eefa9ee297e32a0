import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocument, validate } from "@clipwork/engine";
import { painting, testCatalogue, testPacks } from "../testing/catalogue.ts";
import { assetHash, assetName, environmentFor } from "./environment.ts";

const hash = "ab".repeat(32);

function problemsOf(nodes: object) {
  const { document } = readDocument({ ...painting, nodes: { ...painting.nodes, ...nodes } });
  const known = environmentFor(document, { catalogue: testCatalogue, packs: testPacks });
  return validate(document!, known).problems;
}

test("an uploaded picture counts as being there, a path is refused with what to do", () => {
  const load = (file: string) => ({
    load: { type: "image.load", version: 1, params: { file } },
    save: { type: "output.image", version: 1, inputs: { image: "load.image" } },
  });
  assert.deepEqual(problemsOf(load(assetName(hash))), []);
  const [problem] = problemsOf(load("/etc/passwd"));
  assert.match(problem!.message, /uploaded pictures, not paths/);
  assert.match(problem!.remedy, /Drop the picture onto the node/);
});

test("a pack that the server cannot use is a problem with the server's own words", () => {
  const encode = (pack: string) => ({
    encode: { type: "clip.encode-text", version: 1, params: { pack }, inputs: { text: "caption.text" } },
  });
  assert.deepEqual(problemsOf(encode("toybox")), []);
  assert.match(problemsOf(encode("broken"))[0]!.message, /weights are missing/);
});

test("the name of an uploaded file is its hash, and nothing else has one", () => {
  assert.equal(assetHash(assetName(hash)), hash);
  for (const other of [hash, `asset:${hash}0`, `asset:${hash.toUpperCase()}`, `x asset:${hash}`, "", 7, null])
    assert.equal(assetHash(other), undefined, String(other));
});
