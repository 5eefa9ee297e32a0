import assert from "node:assert/strict";
import { test } from "node:test";
import { readManifest } from "../manifest/read-manifest.ts";
import { changed, example, exampleManifest } from "./example.fixture.ts";
import { type LatentDecoder, latentDecoder } from "./latent-decoder.ts";

const unfold = (path: string, value: unknown) => readManifest(changed(`stages/unfold/${path}`, value));

test("a latent decoder is refused without a latent space, and with a scale of its own", () => {
  assert.throws(
    () => unfold("latent", undefined),
    /stages.unfold.latent is missing, but must be a name in latents: movq/,
  );
  assert.throws(() => unfold("scale", 0.5), /stages.unfold has the field "scale", .* its fields are role, .*latent/);
});

test("of its latent space the scale alone counts beside a latent decoder", () => {
  const stage = exampleManifest.stages.unfold as LatentDecoder;
  const latents = { movq: { ...example.latents.movq, scale: 0.18215 } };
  assert.equal(latentDecoder.countsBeside!(stage, { ...exampleManifest, latents }, "unfold"), 0.18215);
});
