import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { FileHashes } from "@clipwork/models";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { knownHashes, rememberHashes, worthRemembering } from "./known-hashes.ts";

const later = () => Date.now() + 3_600_000;
const forged = "ab".repeat(32);

/** A large file, one that is small, what is known of both, and where hashes are remembered. */
async function open(context: TestContext) {
  const folder = temporaryFolder(context);
  const [large, small] = [join(folder, "prior.safetensors"), join(folder, "prior.onnx")];
  for (const path of [large, small]) writeFileSync(path, "x");
  truncateSync(large, worthRemembering);
  const hashes = new FileHashes(later);
  for (const path of [large, small]) await hashes.of(path);
  return { large, small, known: hashes.below(folder), file: join(folder, "data", "hashes.json") };
}

test("the hash of a large file is there for the next process, which does not read the file", async (context) => {
  const { large, known, file } = await open(context);
  await rememberHashes(file, { ...known, [large]: { ...known[large]!, sha256: forged } });
  assert.equal(await (await knownHashes(file)).of(large), forged, "what is remembered is believed");
});

test("a file that changed since is read again, and remembered anew", async (context) => {
  const { large, known, file } = await open(context);
  await rememberHashes(file, { [large]: { ...known[large]!, sha256: forged } });
  writeFileSync(large, "y");
  truncateSync(large, worthRemembering);
  const hashes = new FileHashes(later);
  hashes.learn((await knownHashes(file)).below(join(large, "..")));
  const sha256 = await hashes.of(large);
  assert.notEqual(sha256, forged);
  await rememberHashes(file, hashes.below(join(large, "..")));
  assert.equal((await knownHashes(file)).known(large)!.sha256, sha256);
});

test("small files are not remembered, and what is known already is not written again", async (context) => {
  const { large, small, known, file } = await open(context);
  await rememberHashes(file, { [small]: known[small]! });
  assert.ok(!existsSync(file));
  await rememberHashes(file, known);
  const { ino } = statSync(file);
  await rememberHashes(file, known);
  assert.equal(statSync(file).ino, ino);
  const hashes = await knownHashes(file);
  assert.deepEqual([hashes.known(small), hashes.known(large)!.sha256], [undefined, known[large]!.sha256]);
});

test("a file that is damaged, of another format or full of something else remembers nothing", async (context) => {
  const { large, known, file } = await open(context);
  await rememberHashes(file, known);
  const text = readFileSync(file, "utf8");
  for (const damaged of [
    text.slice(0, -9),
    "null",
    text.replace("clipwork-hashes/1", "clipwork-hashes/2"),
    text.replace(/"sha256": "[0-9a-f]{2}/, '"sha256": "'),
    text.replace(/"stamp": "[^"]+"/, '"stamp": 7'),
  ]) {
    writeFileSync(file, damaged);
    assert.equal((await knownHashes(file)).known(large), undefined, damaged);
  }
  assert.equal((await knownHashes(undefined)).known(large), undefined);
});

test("a place where nothing can be written is no failure", async (context) => {
  const { small, known } = await open(context);
  await rememberHashes(join(small, "hashes.json"), known);
  await rememberHashes(undefined, known);
});
