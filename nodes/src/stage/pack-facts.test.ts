import assert from "node:assert/strict";
import { test } from "node:test";
import type { Manifest } from "@clipwork/models";
import { tinyManifest } from "../testing/index.ts";
import { packFacts } from "./pack-facts.ts";

const spaceOf = (manifest: Manifest) => packFacts({ manifest }).refinements.space as { id: string; name: string };

test("tells sizes, space and a digest for every stage", () => {
  const { name, refinements, stages } = packFacts({ manifest: tinyManifest });
  assert.equal(name, "tiny");
  const { space, ...sizes } = refinements;
  assert.deepEqual(sizes, {
    "decoder.size": 8,
    "upsampler-256.size": 16,
    "upsampler-256.conditionSize": 8,
    "upsampler-1024.size": 32,
    "upsampler-1024.conditionSize": 16,
  });
  assert.equal((space as { name: string }).name, "tiny-clip");
  assert.deepEqual(Object.keys(stages).sort(), Object.keys(tinyManifest.stages).sort());
});

test("a space is its CLIP weights: another name does not change it, other weights do", () => {
  const renamed = { ...tinyManifest, name: "other", clip: { ...tinyManifest.clip, name: "other" } };
  assert.equal(spaceOf(renamed).id, spaceOf(tinyManifest).id);
  const other = { file: "clip-text.onnx", sha256: "1".repeat(64) };
  const retrained = { ...tinyManifest, stages: { ...tinyManifest.stages, "clip-text": other } };
  assert.notEqual(spaceOf(retrained).id, spaceOf(tinyManifest).id);
});

test("a pack without upsamplers has no facts about them", () => {
  const { "upsampler-256": _, "upsampler-1024": __, ...stages } = tinyManifest.stages;
  const { refinements } = packFacts({ manifest: { ...tinyManifest, stages } });
  assert.deepEqual(Object.keys(refinements).sort(), ["decoder.size", "space"]);
});
