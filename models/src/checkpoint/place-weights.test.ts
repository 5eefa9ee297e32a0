import assert from "node:assert/strict";
import { hash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { FileHashes } from "../pack/file-hashes.ts";
import { leave, type Placing, placeFile, weightsName } from "./place-weights.ts";

const content = "weights";
const sha256 = hash("sha256", content);

function given(context: TestContext) {
  const root = mkdtempSync(join(tmpdir(), "clipwork-place-"));
  context.after(() => rmSync(root, { recursive: true }));
  const [from, folder] = [join(root, "model.safetensors"), join(root, "pack")];
  mkdirSync(folder);
  writeFileSync(from, content);
  const place = (placing: Placing, source = from, hashes = new FileHashes()) =>
    placeFile(source, { folder, file: "prior.safetensors" }, placing, hashes);
  return { root, from, target: join(folder, "prior.safetensors"), place };
}

for (const [placing, shared] of [
  ["link", true],
  ["move", true],
  ["copy", false],
] as const)
  test(`to ${placing} says where the file was, its hash and size, and leaves it there for now`, async (context) => {
    const { from, target, place } = given(context);
    assert.deepEqual(await place(placing), { from, file: "prior.safetensors", sha256, bytes: content.length });
    assert.deepEqual([readFileSync(from, "utf8"), readFileSync(target, "utf8")], [content, content]);
    assert.equal(statSync(from).ino === statSync(target).ino, shared);
  });

test("what is placed once is not placed over", async (context) => {
  const { target, place } = given(context);
  writeFileSync(target, "another");
  await assert.rejects(place("link"), { code: "EEXIST" });
  assert.equal(readFileSync(target, "utf8"), "another");
});

test("a file that is not there is the system's error", async (context) => {
  const { root, place } = given(context);
  await assert.rejects(place("copy", join(root, "none")), { code: "ENOENT" });
});

test("a copy that the disk has no room for is refused before it is begun", async (context) => {
  const { root, from, target, place } = given(context);
  const { bavail, bsize } = statfsSync(root);
  // A file without content takes no room itself.
  truncateSync(from, bavail * bsize + 2 ** 40);
  await assert.rejects(place("copy"), (error: Error & { remedy?: string }) => {
    assert.match(error.message, /^A copy of .* takes [\d.]+ GB, and [\d.]+ GB are free in .*\.$/);
    assert.equal(error.remedy, "Free some space, or leave --copy out: then the file is on the disk only once.");
    return true;
  });
  assert.ok(!existsSync(target));
});

test("a file that is left is gone, and stays in the pack", async (context) => {
  const { from, target, place } = given(context);
  await leave(await place("move"));
  assert.deepEqual([existsSync(from), readFileSync(target, "utf8")], [false, content]);
});

test("a link that is left goes with what it led to", async (context) => {
  const { root, from, target, place } = given(context);
  const name = join(root, "named.safetensors");
  symlinkSync(from, name);
  await leave(await place("move", name));
  assert.deepEqual(
    [name, from, target].map((path) => existsSync(path)),
    [false, false, true],
  );
});

test("a hash is known at a file's new path without its being read", async (context) => {
  const { target, place } = given(context);
  const later = new FileHashes();
  await place("link");
  await later.note(target, "ab".repeat(32));
  assert.equal(later.known(target)!.sha256, "ab".repeat(32));
});

test("a link to a file whose hash is known is not read; one that changed since is, and so is a copy", async (context) => {
  const forged = "ab".repeat(32);
  const placed = async (placing: Placing, change: boolean) => {
    const { from, place } = given(context);
    const hashes = new FileHashes();
    await hashes.note(from, forged);
    if (change) writeFileSync(from, content);
    return (await place(placing, from, hashes)).sha256;
  };
  assert.deepEqual([await placed("link", false), await placed("move", false)], [forged, forged]);
  assert.deepEqual([await placed("link", true), await placed("copy", false)], [sha256, sha256]);
});

test("one file is called as its stage is, and several are counted", () => {
  assert.equal(weightsName("prior", "a", ["a"]), "prior.safetensors");
  const names = ["a", "b"].map((file) => weightsName("prior", file, ["a", "b"]));
  assert.deepEqual(names, ["prior-1-of-2.safetensors", "prior-2-of-2.safetensors"]);
});
