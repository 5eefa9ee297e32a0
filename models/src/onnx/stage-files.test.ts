import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { PackError } from "../fields/pack-error.ts";
import { FileHashes } from "../pack/file-hashes.ts";
import { readChecked, type StageFile, sealFiles } from "./stage-files.ts";

function fileIn(context: TestContext, text: string): StageFile {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-stage-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "weights.bin");
  writeFileSync(path, text);
  return { path, sha256: hash("sha256", text) };
}

const altered = (error: unknown) =>
  error instanceof PackError && /weights\.bin in .* is not the file/.test(error.message);

test("the bytes of a graph are those that were hashed", async (context) => {
  const file = fileIn(context, "graph");
  assert.equal((await readChecked(file)).toString(), "graph");
  await assert.rejects(readChecked({ ...file, sha256: "0".repeat(64) }), altered);
});

test("files that are as they were are not said to have changed; one that was replaced or is gone is named", async (context) => {
  const [first, second] = [fileIn(context, "one"), fileIn(context, "two")];
  const sealed = await sealFiles([first, second], new FileHashes());
  assert.equal(await sealed.changed(), undefined);
  writeFileSync(`${second.path}.new`, "two");
  renameSync(`${second.path}.new`, second.path);
  assert.equal(await sealed.changed(), second.path, "the same bytes in another file are another file");
  rmSync(first.path);
  assert.equal(await sealed.changed(), first.path);
});

test("a file of another hash is refused by name, and so is a link to the right bytes", async (context) => {
  const file = fileIn(context, "weights");
  await assert.rejects(sealFiles([{ ...file, sha256: "0".repeat(64) }], new FileHashes()), altered);
  renameSync(file.path, `${file.path}.old`);
  symlinkSync(`${file.path}.old`, file.path);
  await assert.rejects(sealFiles([file], new FileHashes()), (error) => {
    assert.ok(error instanceof PackError);
    assert.match(error.message, /weights\.bin in .* is not a plain file, and links are not followed/);
    return true;
  });
});

test("a hash that is known of the file as it is now is believed, and of no other", async (context) => {
  const file = fileIn(context, "weights");
  const hashes = new FileHashes(() => Date.now() + 3_600_000);
  await hashes.of(file.path);
  const { stamp } = hashes.known(file.path)!;
  const other = "0".repeat(64);
  const known = { stamp, sha256: other };
  await sealFiles([{ path: file.path, sha256: other, known }], new FileHashes());
  const stale = { stamp: `${stamp} `, sha256: other };
  await assert.rejects(sealFiles([{ path: file.path, sha256: other, known: stale }], new FileHashes()), altered);
});
