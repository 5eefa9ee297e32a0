import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { appendFileSync, cpSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Denoiser, FileHashes, loadPack, type Pack, packDigests, stageDigests } from "@clipwork/models";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import type { CheckedPack } from "../worker/worker-protocol.ts";
import { CheckedPacks } from "./checked-packs.ts";

const original = join(import.meta.dirname, "..", "..", "..", "test", "fixtures", "random-pack");
const wrong = "0".repeat(64);

function copyOfPack(context: TestContext): string {
  const folder = join(temporaryFolder(context), "random-pack");
  cpSync(original, folder, { recursive: true });
  return folder;
}

/** As a host that has just read the pack would order it. */
async function check(folder: string, hashes = new FileHashes()): Promise<CheckedPack> {
  const pack = await loadPack(folder, hashes);
  return { folder, digests: packDigests(pack), hashes: hashes.below(folder) };
}

function changeSteps(folder: string, steps: number): void {
  const path = join(folder, "manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  manifest.stages.decoder.defaults.steps = steps;
  writeFileSync(path, JSON.stringify(manifest));
}

const stepsOf = (opened: Pack | object) =>
  "manifest" in opened ? (opened.manifest.stages.decoder as Denoiser).defaults.steps : opened;

test("a pack is opened once while it stays as it is", async (context) => {
  const folder = copyOfPack(context);
  const packs = new CheckedPacks();
  const ordered = await check(folder);
  const opened = await packs.open("random-pack", ordered);
  assert.deepEqual("digest" in opened ? opened : stageDigests(opened as Pack), ordered.digests);
  assert.equal(await packs.open("random-pack", ordered), opened);
});

test("a pack that changed is opened again, and an order for the old one is refused by name", async (context) => {
  const folder = copyOfPack(context);
  const packs = new CheckedPacks();
  const before = await check(folder);
  const steps = stepsOf(await packs.open("random-pack", before));
  changeSteps(folder, 77);
  const after = await check(folder);
  const refused = await packs.open("random-pack", before);
  assert.ok("code" in refused && refused.code === "pack-changed", JSON.stringify(refused));
  assert.match(refused.message, /"random-pack" has changed/);
  assert.equal(stepsOf(await packs.open("random-pack", after)), 77);
  changeSteps(folder, steps as number);
  assert.equal(stepsOf(await packs.open("random-pack", before)), steps);
});

test("a pack whose arrays changed is another one, and an order for the old one is refused", async (context) => {
  const folder = copyOfPack(context);
  const packs = new CheckedPacks();
  const path = join(folder, "manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  const put = (bytes: string) => {
    writeFileSync(join(folder, "image-basis.safetensors"), bytes);
    const arrays = { "image-basis": { file: "image-basis.safetensors", sha256: hash("sha256", bytes) } };
    writeFileSync(path, JSON.stringify({ ...manifest, arrays }));
  };
  put("one");
  const before = await check(folder);
  assert.ok("manifest" in (await packs.open("random-pack", before)));
  put("two");
  const refused = await packs.open("random-pack", before);
  assert.ok("code" in refused && refused.code === "pack-changed", JSON.stringify(refused));
  const after = await check(folder);
  const { "arrays/image-basis": _, ...stages } = after.digests;
  assert.deepEqual(stages, stageDigests((await packs.open("random-pack", after)) as Pack), "the stages are the same");
});

test("a pack whose files are not those of its manifest is refused with the reason, until they are", async (context) => {
  const folder = copyOfPack(context);
  const packs = new CheckedPacks();
  const ordered = await check(folder);
  appendFileSync(join(folder, "decoder.onnx"), "x");
  const refused = await packs.open("random-pack", ordered);
  assert.ok("code" in refused && refused.code === "unusable-pack", JSON.stringify(refused));
  assert.match(refused.message, /decoder\.onnx in .* is not the file that the manifest describes/);
  cpSync(join(original, "decoder.onnx"), join(folder, "decoder.onnx"));
  assert.ok("manifest" in (await packs.open("random-pack", ordered)));
});

test("files that did not change since they were checked are not read again", async () => {
  const hashes = new FileHashes();
  const { digests } = await check(original, hashes);
  const known = hashes.below(original);
  const graphs = globSync("*.onnx", { cwd: original }).map((file) => join(original, file));
  // The tokenizer is small: its hash is taken of the bytes that are used, each time.
  assert.deepEqual(Object.keys(known).toSorted(), graphs.toSorted(), "the files are older than a moment");
  const forged = Object.fromEntries(Object.entries(known).map(([path, hash]) => [path, { ...hash, sha256: wrong }]));
  const opened = await new CheckedPacks().open("random-pack", { folder: original, digests, hashes: forged });
  assert.ok("code" in opened && opened.message.includes(wrong), "the hashes that came with the order were taken");
});

test("runs that begin together have one and the same pack, by which they may share it", async (context) => {
  const folder = copyOfPack(context);
  const packs = new CheckedPacks();
  const ordered = await check(folder);
  const [a, b] = await Promise.all([packs.open("random-pack", ordered), packs.open("random-pack", ordered)]);
  assert.ok(!("code" in a));
  assert.equal(a, b);
});
