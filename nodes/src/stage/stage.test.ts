import assert from "node:assert/strict";
import { test } from "node:test";
import type { Denoiser } from "@clipwork/models";
import { tinyManifest, tinyPack, tinyPackWith } from "../testing/index.ts";
import { networkOf, output, requireStage, row, sideOf } from "./stage.ts";

const { decoder } = tinyManifest.stages;

test("a stage is found by its part, whatever the pack calls it", () => {
  assert.equal(requireStage(tinyPack, "decoder").name, "decoder");
  const { decoder: painter, ...others } = tinyManifest.stages;
  const renamed = { ...tinyPack, manifest: { ...tinyManifest, stages: { ...others, painter } } };
  assert.deepEqual(requireStage(renamed, "decoder"), { name: "painter", stage: painter });
});

test("a pack without the part is an error that names both", () => {
  const { prior: _, ...stages } = tinyManifest.stages;
  assert.throws(() => requireStage({ ...tinyPack, manifest: { ...tinyManifest, stages } }, "prior"), {
    name: "NodeError",
    message: 'The pack "tiny" has no stage "prior".',
    remedy: "Choose a pack that has it, or leave this node out.",
  });
});

test("a denoiser that only finishes for another plays no part", () => {
  const { "upsampler-256": _, ...stages } = tinyManifest.stages;
  const pack = { ...tinyPack, manifest: { ...tinyManifest, stages } };
  assert.throws(() => requireStage(pack, "upsampler-256"), /has no stage "upsampler-256"/);
});

test("a denoiser has one side, or several and no node for them yet", () => {
  assert.equal(sideOf("decoder", decoder), 8);
  const several: Denoiser = { ...decoder, sample: { channels: 3, multiple: 8, size: [16, 64] } };
  assert.throws(() => sideOf("painter", several), {
    name: "NodeError",
    message: 'The stage "painter" makes pictures with sides of 16 to 64 pixels, but this node supports only one size.',
  });
});

test("only the step that finishes the sample runs the network that the pack has for it", () => {
  const first = { index: 1, timestep: 999, previous: 0 };
  const last = { index: 2, timestep: 0, previous: -1 };
  const network = networkOf(tinyManifest, "upsampler-256");
  assert.deepEqual([network(first), network(last)], ["upsampler-256", "upsampler-256-last"]);
  const alone = networkOf(tinyManifest, "decoder");
  assert.deepEqual([alone(first), alone(last)], ["decoder", "decoder"]);
  const finished = tinyPackWith({
    polish: { role: "denoiser", file: "p.onnx", sha256: "0".repeat(64), finishes: "decoder" },
  });
  assert.equal(networkOf(finished.manifest, "decoder")(last), "polish");
});

test("a row is one of its shape", () => {
  const data = Float32Array.of(1, 2, 3, 4);
  assert.deepEqual(row(data, 2, 2), { shape: [1, 2, 2], data });
  assert.deepEqual(row(data), { shape: [1], data });
});

test("an output that the network did not return as float32 is an error that lists what it returned", () => {
  const outputs = { output: row(Float32Array.of(1), 1), ids: row(Int32Array.of(1), 1) };
  assert.deepEqual(output(outputs, "output"), Float32Array.of(1));
  for (const name of ["ids", "embedding"])
    assert.throws(() => output(outputs, name), new RegExp(`no float output "${name}", only output, ids`));
});
