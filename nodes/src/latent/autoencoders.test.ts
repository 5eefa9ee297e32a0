import assert from "node:assert/strict";
import { test } from "node:test";
import { testEnvironment, validateJson } from "@clipwork/engine/testing";
import { catalogue, packFacts } from "../index.ts";
import type { NodeServices } from "../stage/services.ts";
import { tinyManifest } from "../testing/index.ts";
import { latentManifest } from "../testing/latents.ts";

const other = {
  ...latentManifest,
  latents: { "other-vae": { ...latentManifest.latents["tiny-vae"], id: "2".repeat(64) } },
  stages: {
    "latent-encoder": { ...latentManifest.stages["latent-encoder"], latent: "other-vae" },
    "latent-decoder": { ...latentManifest.stages["latent-decoder"], latent: "other-vae" },
  },
};
const { "latent-encoder": _, "latent-decoder": __, ...pixelStages } = tinyManifest.stages;
const packs = Object.fromEntries(
  [
    { ...tinyManifest, name: "pixels", latents: {}, stages: pixelStages },
    { ...latentManifest, name: "kandinsky" },
    { ...other, name: "stable" },
  ].map((manifest) => [manifest.name, packFacts({ manifest })]),
);
const environment = testEnvironment<NodeServices>([...catalogue.values()], { packs });
const node = (type: string, params: object, inputs: object = {}) => ({ type, version: 1, params, inputs });
const problemsOf = (nodes: object) =>
  validateJson({ format: "clipwork/1", nodes }, environment).problems.filter(({ severity }) => severity === "error");

const none = node("prior.none", { pack: "kandinsky" });
const paint = (pack: string) => node("decoder.sample", { pack }, { image: "none.embedding" });
const decode = (pack: string, latent: string) => ({
  decode: node("latent.decode", { pack }, { latent }),
  show: node("output.image", {}, { image: "decode.image" }),
});

test("a latent goes into the decoder of its own autoencoder, in whichever pack that is", () => {
  assert.deepEqual(problemsOf({ none, paint: paint("kandinsky"), ...decode("kandinsky", "paint.latent") }), []);
});

test("another autoencoder refuses a latent, and the packs that fit are named", () => {
  const [problem] = problemsOf({ none, paint: paint("kandinsky"), ...decode("stable", "paint.latent") });
  assert.equal(
    problem!.message,
    '"decode.latent" needs latent (autoencoder other-vae), but "paint.latent" gives latent (autoencoder tiny-vae).',
  );
  assert.match(problem!.remedy, /agree in autoencoder: .* Packs that fit "decode": "kandinsky"\.$/);
});

test("a decoder of pixels has no latent to link", () => {
  const pixels = { none: node("prior.none", { pack: "pixels" }), paint: paint("pixels") };
  const [problem] = problemsOf({ ...pixels, ...decode("kandinsky", "paint.latent") });
  assert.match(problem!.message, /linked to "paint.latent", which there is not with the pack "pixels"/);
  assert.match(problem!.remedy, /"image" instead, or choose a pack that has it: "kandinsky"/);
});
