import assert from "node:assert/strict";
import { test } from "node:test";
import { readManifest } from "../manifest/read-manifest.ts";
import { changed, example, exampleManifest } from "./example.fixture.ts";
import { type LatentEncoder, latentEncoder } from "./latent-encoder.ts";

const squeeze = (path: string, value: unknown) => readManifest(changed(`stages/squeeze/${path}`, value));

test("a latent encoder is refused without a latent space, and with a scale of its own", () => {
  assert.throws(
    () => squeeze("latent", undefined),
    /stages.squeeze.latent is missing, but must be a name in latents: movq/,
  );
  assert.throws(() => squeeze("scale", 0.5), /stages.squeeze has the field "scale", .* its fields are role, .*latent/);
});

test("of its latent space the scale alone counts beside a latent encoder", () => {
  const stage = exampleManifest.stages.squeeze as LatentEncoder;
  const latents = { movq: { ...example.latents.movq, scale: 0.18215 } };
  assert.equal(latentEncoder.countsBeside!(stage, { ...exampleManifest, latents }, "squeeze"), 0.18215);
});

test("in a pack without latent spaces a latent encoder is refused with whatever name it gives", () => {
  const { dream: _, unfold: __, ...stages } = example.stages;
  assert.throws(
    () => readManifest({ ...example, latents: undefined, stages }),
    /stages.squeeze.latent is "movq", but must be a name in latents, which has none/,
  );
});
