import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { cp, mkdtemp, readFile, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { PackError } from "../fields/pack-error.ts";
import { loadPack } from "./load-pack.ts";
import { readArrays } from "./pack-arrays.ts";
import { bytesOf, safetensors } from "./safetensors.fixture.ts";
import { arrayDigests, packDigests, stageDigests } from "./stage-digests.ts";

const fixture = join(import.meta.dirname, "../../../test/fixtures/random-pack");
const root = await mkdtemp(join(tmpdir(), "clipwork-arrays-"));
const folder = join(root, "random-pack");
const file = "image-basis.safetensors";
const numbers = (value: number) =>
  safetensors({ mean: { dtype: "F32", shape: [2], data_offsets: [0, 8] } }, bytesOf(Float32Array.of(0.5, value)));

/** Gives the pack the arrays "image-basis" with these bytes. */
async function addArrays(bytes: Uint8Array): Promise<string> {
  const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8"));
  const sha256 = hash("sha256", bytes);
  await writeFile(join(folder, file), bytes);
  await writeFile(
    join(folder, "manifest.json"),
    JSON.stringify({ ...manifest, arrays: { "image-basis": { file, sha256 } } }),
  );
  return sha256;
}

beforeEach(async () => {
  await rm(root, { recursive: true });
  await cp(fixture, folder, { recursive: true });
});
after(() => rm(root, { recursive: true }));

const refusal = (message: RegExp, remedy: RegExp) => (error: unknown) => {
  assert.ok(error instanceof PackError, String(error));
  assert.match(error.message, message);
  assert.match(error.remedy, remedy);
  return true;
};

test("a pack's arrays are read by name, anew each time; other names are refused with those that there are", async () => {
  const none = await loadPack(folder);
  await assert.rejects(
    readArrays(none, "image-basis"),
    refusal(/"random-pack" has no arrays "image-basis"/, /no arrays/),
  );
  await addArrays(numbers(1));
  const pack = await loadPack(folder);
  const first = await readArrays(pack, "image-basis");
  assert.deepEqual(first, { mean: { shape: [2], data: Float32Array.of(0.5, 1) } });
  first.mean!.data[0] = 9;
  assert.equal((await readArrays(pack, "image-basis")).mean!.data[0], 0.5);
  await assert.rejects(readArrays(pack, "toString"), refusal(/no arrays "toString"/, /this one has image-basis/));
});

test("arrays have the digest of their file's bytes, and move no digest of a stage", async () => {
  const before = await loadPack(folder);
  assert.deepEqual(packDigests(before), stageDigests(before));
  const sha256 = await addArrays(numbers(1));
  const pack = await loadPack(folder);
  assert.deepEqual(stageDigests(pack), stageDigests(before));
  assert.deepEqual(arrayDigests(pack), { "image-basis": sha256 });
  assert.deepEqual(packDigests(pack), { ...stageDigests(before), "arrays/image-basis": sha256 });
  assert.notDeepEqual(await addArrays(numbers(2)), sha256);
});

test("a pack whose arrays were changed, are missing or are a link is refused", async () => {
  await addArrays(numbers(1));
  await writeFile(join(folder, file), numbers(2));
  await assert.rejects(
    loadPack(folder),
    refusal(/image-basis\.safetensors in .* is not the file/, /Download or export/),
  );
  await rename(join(folder, file), join(root, "elsewhere"));
  await assert.rejects(loadPack(folder), refusal(/has no image-basis\.safetensors/, /Download or export/));
  await symlink(join(root, "elsewhere"), join(folder, file));
  await assert.rejects(loadPack(folder), refusal(/links are not followed/, /copy/));
});

test("what was hashed is what is read: bytes that changed after the pack was loaded are refused, and so are too many", async () => {
  await addArrays(numbers(1));
  const pack = await loadPack(folder);
  await writeFile(join(folder, file), numbers(2));
  await assert.rejects(
    readArrays(pack, "image-basis"),
    refusal(/is not the file that the manifest describes/, /again/),
  );
  await truncate(join(folder, file), 2 ** 28 + 1);
  await assert.rejects(readArrays(pack, "image-basis"), refusal(/268435457 bytes, and at most 268435456/, /again/));
});

test("a file that is no safetensors file is refused by name when it is read", async () => {
  await addArrays(new TextEncoder().encode("PK"));
  const pack = await loadPack(folder);
  await assert.rejects(
    readArrays(pack, "image-basis"),
    refusal(/image-basis\.safetensors in .* it has 2 bytes/, /again/),
  );
});
