import assert from "node:assert/strict";
import { test } from "node:test";
import type { Manifest } from "@clipwork/models";
import { tinyManifest } from "../testing/index.ts";
import { packFacts } from "./pack-facts.ts";

const spaceOf = (manifest: Manifest) => packFacts({ manifest }).refinements.space as { id: string; name: string };

test("reports sizes, spaces and a digest for every part that a stage plays", () => {
  const { name, refinements, stages } = packFacts({ manifest: tinyManifest });
  assert.equal(name, "tiny");
  const space = { id: "0".repeat(64), name: "tiny-clip" };
  assert.deepEqual(refinements, {
    space,
    "clip-text.space": space,
    "clip-text.text": space,
    "clip-text.textSpace": space,
    "clip-image.space": space,
    "prior.space": space,
    "prior.text": space,
    "prior.textSpace": space,
    "autoregressive-prior.space": space,
    "autoregressive-prior.text": space,
    "autoregressive-prior.textSpace": space,
    "autoregressive-prior.codes": 3,
    "decoder-condition.space": space,
    "decoder-condition.text": space,
    "decoder-condition.textSpace": space,
    "decoder.space": space,
    "decoder.text": space,
    "decoder.textSpace": space,
    "decoder.size": 8,
    "latent-encoder.latent": { id: "1".repeat(64), name: "tiny-vae" },
    "latent-encoder.factor": 2,
    "latent-decoder.latent": { id: "1".repeat(64), name: "tiny-vae" },
    "latent-decoder.factor": 2,
    "upsampler-256.size": 16,
    "upsampler-256.conditionSize": 8,
    "upsampler-1024.size": 32,
    "upsampler-1024.conditionSize": 16,
  });
  const parts = Object.keys(tinyManifest.stages).filter((stage) => stage !== "upsampler-256-last");
  assert.deepEqual(Object.keys(stages).sort(), parts.sort());
});

test("names of stages mean nothing: the same pack under other names has the same facts", () => {
  const renamed = Object.entries(tinyManifest.stages).map(([name, stage]) => [`my-${name}`, stage]);
  const stages = Object.fromEntries(renamed) as Manifest["stages"];
  const decoder = { ...tinyManifest.stages.decoder, condition: "my-decoder-condition" };
  const last = { ...tinyManifest.stages["upsampler-256-last"], finishes: "my-upsampler-256" };
  const manifest = { ...tinyManifest, stages: { ...stages, "my-decoder": decoder, "my-upsampler-256-last": last } };
  assert.deepEqual(packFacts({ manifest }), packFacts({ manifest: tinyManifest }));
});

test("a space is what the manifest states: without the image encoder, or with another graph, it is the same", () => {
  const { "clip-image": image, ...stages } = tinyManifest.stages;
  assert.deepEqual(spaceOf({ ...tinyManifest, stages }), spaceOf(tinyManifest));
  const exported = { ...tinyManifest.stages, "clip-image": { ...image, sha256: "1".repeat(64) } };
  assert.deepEqual(spaceOf({ ...tinyManifest, stages: exported }), spaceOf(tinyManifest));
  const spaces = { "tiny-clip": { ...tinyManifest.spaces["tiny-clip"], id: "1".repeat(64) } };
  assert.notEqual(spaceOf({ ...tinyManifest, spaces }).id, spaceOf(tinyManifest).id);
});

test("a pack without upsamplers has no facts about them", () => {
  const { "upsampler-256": _, "upsampler-256-last": __, "upsampler-1024": ___, ...stages } = tinyManifest.stages;
  const { refinements } = packFacts({ manifest: { ...tinyManifest, stages } });
  assert.deepEqual(
    Object.keys(refinements).filter((key) => key.startsWith("upsampler")),
    [],
  );
  assert.equal(refinements["decoder.size"], 8);
});
