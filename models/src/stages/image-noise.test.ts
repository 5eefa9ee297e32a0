import assert from "node:assert/strict";
import { test } from "node:test";
import { readManifest } from "../manifest/read-manifest.ts";
import type { Denoiser } from "./denoiser.ts";
import { changed } from "./example.fixture.ts";

const noise = { trainTimesteps: 1000, betas: { kind: "cosine" }, mean: [0, 0.5], std: [1, 2] };
const read = (value: unknown, stage = "dream") => readManifest(changed(`stages/${stage}/imageNoise`, value));

test("the noise of image embeddings is read as it stands", () => {
  const { dream } = read(noise).stages;
  assert.deepEqual((dream as Denoiser).imageNoise, noise);
});

test("its numbers are as many as an embedding's, its deviations above 0, its table one for each level", () => {
  const refusals = [
    [{ mean: [0] }, /imageNoise.mean is "a list of 1", but must be a list of 2/],
    [{ std: [1, 0] }, /imageNoise.std\[1\] is 0/],
    [{ betas: { kind: "table", values: [0.1] } }, /imageNoise.betas.values is "a list of 1"/],
    [{ trainTimesteps: 0 }, /imageNoise.trainTimesteps is 0/],
    [{ clip: 1 }, /imageNoise has the field "clip"/],
  ] as const;
  for (const [wrong, message] of refusals) assert.throws(() => read({ ...noise, ...wrong }), { message });
});

test("a stage that names no space has none", () => {
  assert.throws(() => read(noise, "enlarge"), { message: /stages.enlarge.space is missing/ });
});
