import assert from "node:assert/strict";
import { test } from "node:test";
import { otherTextEncoder, whatCounts } from "./beside.ts";
import { exampleManifest } from "./example.fixture.ts";

const sha256 = "0".repeat(64);

test("of a stage its contents and numbers count; names of files and of other parts do not", () => {
  const { guess, tell, polish } = exampleManifest.stages;
  const { inputs, scheduler, defaults, normalisation } = guess as unknown as Record<string, unknown>;
  const own = { role: "prior", sha256, externalData: ["1".repeat(64)], inputs, scheduler, defaults, normalisation };
  assert.deepEqual(whatCounts(guess!), own);
  assert.deepEqual(whatCounts(tell!), { role: "condition", sha256, nullImageEmbedding: [0.5, 0.5], externalData: [] });
  assert.deepEqual(whatCounts(polish!), { role: "denoiser", sha256, externalData: [] });
});

test("the encoder of captions counts only if there is one and it is not the pack's first", () => {
  assert.deepEqual(otherTextEncoder(exampleManifest, "tags"), { role: "text-encoder", sha256, externalData: [] });
  assert.equal(otherTextEncoder(exampleManifest, "captions"), null);
  assert.equal(otherTextEncoder(exampleManifest, undefined), null);
  const { words: _, ...stages } = exampleManifest.stages;
  assert.equal(otherTextEncoder({ ...exampleManifest, stages }, "captions"), null);
  assert.equal(otherTextEncoder({ ...exampleManifest, stages }, "tags"), null);
});
