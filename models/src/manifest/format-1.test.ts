import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { changedAt } from "../fields/changed.fixture.ts";
import { PackError } from "../fields/pack-error.ts";
import { readFormat1 } from "./format-1.ts";
import { readManifest } from "./read-manifest.ts";

const text = readFileSync(join(import.meta.dirname, "../../../test/fixtures/format-1/random-pack.json"), "utf8");

/** The manifest that the random pack had in format 1, with one field replaced, or removed if the value is undefined. */
const changed = (path: string, value: unknown) => changedAt(JSON.parse(text), path, value);

const read = (json: unknown) => readFormat1(json as Record<string, unknown>);

test("reads all that the format knows and nothing else", () => {
  const { format: _, ...manifest } = JSON.parse(text);
  const { file, sha256 } = manifest.stages["upsampler-256-last"];
  manifest.stages["upsampler-256-last"] = { file, sha256 };
  assert.deepEqual(read(JSON.parse(text)), manifest);
  assert.deepEqual(read(changed("clip/comment", "x")), manifest);
});

const wrong: readonly [path: string, value: unknown, message: RegExp][] = [
  ["format", "clipwork-pack/3", /format is "clipwork-pack\/3", but must be "clipwork-pack\/1" or "clipwork-pack\/2"/],
  ["name", "../up", /name is "..\/up", but must be lower-case letters/],
  ["title", "", /title is ""/],
  ["version", 3, /version is 3/],
  ["licence", undefined, /licence is missing/],
  ["clip", [], /clip is \[\], but must be an object/],
  ["clip/dimension", 1e9, /clip.dimension is 1000000000, but must be a whole number from 1 to 16384/],
  ["clip/contextLength", 2, /clip.contextLength is 2/],
  ["clip/imageMean", [0, 0], /clip.imageMean is "a list of 2", but must be a list of 3 numbers/],
  ["clip/imageStd", [1, 0, 1], /clip.imageStd\[1\] is 0/],
  ["tokenizer/sha256", "ABC", /tokenizer.sha256 is "ABC", but must be 64 lower-case/],
  ["tokenizer/unknown", undefined, /tokenizer.unknown is missing/],
  ["vocabulary/colour", "red", /vocabulary.colour is "red", but must be a list/],
  ["vocabulary/colour", [3], /vocabulary.colour\[0\] is 3/],
  ["stages/clip-text", undefined, /stages.clip-text is missing/],
  ["stages/Bad Name", {}, /a stage's name is "Bad Name"/],
  [
    "stages/prior/normalisation/mean",
    [1],
    /stages.prior.normalisation.mean is "a list of 1", but must be a list of 16/,
  ],
  ["stages/prior/normalisation/std", Array(16).fill(0), /stages.prior.normalisation.std\[0\] is 0/],
  ["stages/prior/scheduler/prediction", "v", /stages.prior.scheduler.prediction is "v", but must be "sample" or "ep/],
  ["stages/prior/defaults/steps", 1001, /stages.prior.defaults.steps is 1001/],
  ["stages/decoder-condition/nullImageEmbedding", null, /nullImageEmbedding is null/],
  ["stages/decoder/size", "64", /stages.decoder.size is "64"/],
  ["stages/decoder/scheduler", undefined, /stages.decoder.scheduler is missing/],
  ["stages/decoder/defaults/guidanceScale", -1, /guidanceScale is -1/],
  ["stages/decoder/externalData", [{ file: "/etc/x" }], /externalData\[0\].file is "\/etc\/x"/],
  ["stages/upsampler-256/last", "nowhere", /stages.upsampler-256.last is "nowhere", but must be another stage/],
  ["stages/upsampler-256/last", "upsampler-256", /last is "upsampler-256"/],
  ["stages/upsampler-1024/conditionSize", 0.5, /conditionSize is 0.5/],
];

for (const [path, value, message] of wrong) {
  test(`refuses ${path} = ${JSON.stringify(value)?.slice(0, 40)}`, () => {
    assert.throws(
      () => readManifest(changed(path, value)),
      (error) => error instanceof PackError && message.test(error.message) && error.remedy.length > 0,
    );
  });
}

const unknown: readonly [path: string, message: RegExp][] = [
  [
    "stages/decoder/channels",
    /stages\.decoder has the field "channels".* file, sha256, externalData, scheduler, .*size/,
  ],
  ["stages/decoder/comment", /stages\.decoder has the field "comment"/],
  ["stages/decoder/normalisation", /stages\.decoder has the field "normalisation"/],
  ["stages/decoder/scheduler/betaSchedule", /stages\.decoder\.scheduler has the field "betaSchedule"/],
  ["stages/decoder/defaults/eta", /stages\.decoder\.defaults has the field "eta"/],
  ["stages/prior/scheduler/clip_sample", /stages\.prior\.scheduler has the field "clip_sample"/],
  ["stages/prior/normalisation/scale", /stages\.prior\.normalisation has the field "scale"/],
  ["stages/prior/size", /stages\.prior has the field "size"/],
  ["stages/clip-text/pooling", /stages\.clip-text has the field "pooling"/],
  ["stages/clip-image/size", /stages\.clip-image has the field "size"/],
  ["stages/decoder-condition/tokens", /stages\.decoder-condition has the field "tokens"/],
  [
    "stages/upsampler-1024/scheduler/prediction_type",
    /stages\.upsampler-1024\.scheduler has the field "prediction_type"/,
  ],
  ["stages/upsampler-256-last/channels", /stages\.upsampler-256-last has the field "channels"/],
  ["stages/upsampler-256-last/scheduler/betaSchedule", /stages\.upsampler-256-last\.scheduler has the field "betaSc/],
];
for (const [path, message] of unknown) {
  test(`refuses a stage's field that it does not know, since it may mean another picture: ${path}`, () => {
    assert.throws(
      () => readManifest(changed(path, "linear")),
      (error) => error instanceof PackError && message.test(error.message) && /Remove the field/.test(error.remedy),
    );
  });
}

test("refuses a field that it does not know of an external file, and one that JavaScript hides", () => {
  const file = { file: "decoder.onnx.data", sha256: "0".repeat(64) };
  assert.ok(readManifest(changed("stages/decoder/externalData", [file])));
  const more = changed("stages/decoder/externalData", [file, { ...file, offset: 3 }]);
  assert.throws(() => readManifest(more), /stages\.decoder\.externalData\[1\] has the field "offset"/);
  assert.ok(readManifest(changed("stages/constructor", file)));
  const proto = JSON.parse(text.replace('"scheduler": {', '"scheduler": { "__proto__": { "betaSchedule": 1 },'));
  assert.throws(() => readManifest(proto), /scheduler has the field "__proto__"/);
});

test("a file is a plain name in the folder", () => {
  for (const file of ["../x.onnx", "a/b", "a\\b", "/x", "C:\\x", "..", ".", ".hidden", "a..b", "x.", "", "nul\0", "é"])
    assert.throws(() => readManifest(changed("stages/decoder/file", file)), /stages.decoder.file is/, file);
  for (const file of ["decoder.onnx", "decoder.onnx.data", "A_1-b.c"])
    assert.ok(readManifest(changed("stages/decoder/file", file)));
});

test("what is no object at all is refused, and long values are shown shortened", () => {
  for (const json of [null, 3, "x", []]) assert.throws(() => readManifest(json), /the manifest is/);
  const message = (error: Error) => error.message.length < 300;
  assert.throws(() => readManifest(changed("name", "x".repeat(100_000))), message);
});
