import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { FileHashes } from "./file-hashes.ts";

/** An hour later: every file's last change is long ago. */
const later = () => Date.now() + 3_600_000;

function fileIn(context: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-hashes-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "model.onnx");
  writeFileSync(path, text);
  return path;
}

const wrong = "0".repeat(64);
const forge = (hashes: FileHashes, path: string) =>
  hashes.learn({ [path]: { ...hashes.below(dirname(path))[path]!, sha256: wrong } });

test("a file that is the same is not read again, in this process or in one that learns of it", async (context) => {
  const path = fileIn(context, "weights");
  const hashes = new FileHashes(later);
  assert.equal(await hashes.of(path), hash("sha256", "weights"));
  const other = new FileHashes();
  other.learn(JSON.parse(JSON.stringify(hashes.below(dirname(path)))));
  forge(other, path);
  assert.equal(await other.of(path), wrong, "what was learnt is believed, so the file was not read");
});

test("a file that was written again is read again, be it as long and as old as before", async (context) => {
  const path = fileIn(context, "weights");
  // Whole seconds, which can be set again to the nanosecond.
  utimesSync(path, 1_000_000, 1_000_000);
  const hashes = new FileHashes(later);
  await hashes.of(path);
  forge(hashes, path);
  const { mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  do {
    writeFileSync(path, "WEIGHTS");
    utimesSync(path, 1_000_000, 1_000_000);
  } while (statSync(path, { bigint: true }).ctimeNs === ctimeNs);
  assert.equal(statSync(path, { bigint: true }).mtimeNs, mtimeNs);
  assert.equal(await hashes.of(path), hash("sha256", "WEIGHTS"));
});

test("a file that another one was renamed to is read again", async (context) => {
  const path = fileIn(context, "weights");
  const hashes = new FileHashes(later);
  await hashes.of(path);
  forge(hashes, path);
  writeFileSync(`${path}.new`, "WEIGHTS");
  renameSync(`${path}.new`, path);
  assert.equal(await hashes.of(path), hash("sha256", "WEIGHTS"));
});

test("the hash of a file that changed a moment ago is not kept, since a further change may not show", async (context) => {
  const path = fileIn(context, "weights");
  const { ctimeMs } = statSync(path);
  const hashes = new FileHashes(() => ctimeMs + 50);
  assert.equal(await hashes.of(path), hash("sha256", "weights"));
  assert.deepEqual(hashes.below(dirname(path)), {});
});

test("a hash that was noted is current until the file changes, and says nothing of others", async (context) => {
  const path = fileIn(context, "weights");
  const hashes = new FileHashes();
  assert.equal(await hashes.current(path), undefined);
  await hashes.note(path, wrong);
  assert.equal(await hashes.current(path), wrong);
  assert.equal(await hashes.current(dirname(path)), undefined);
  writeFileSync(path, "WEIGHTS");
  assert.equal(await hashes.current(path), undefined);
});
