import assert from "node:assert/strict";
import { hash } from "node:crypto";
import fs, {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { mkdir } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { artifactFiles, isHash } from "./artifact-files.ts";

const bytes = Buffer.from("a picture");
const digest = hash("sha256", bytes);

test("a hash is 64 hexadecimal digits in small letters, and nothing else", () => {
  assert.ok(isHash(digest));
  for (const text of [digest.toUpperCase(), digest.slice(1), `${digest}0`, `${digest}\n`, "../x", "", 7, undefined])
    assert.ok(!isHash(text), String(text));
});

test("bytes lie under their hash, and are written once", async (context) => {
  const files = artifactFiles(join(temporaryFolder(context), "artifacts"));
  assert.equal(await files.put(bytes), digest);
  const path = files.place(digest);
  assert.ok(path.endsWith(join("artifacts", digest.slice(0, 2), digest)));
  assert.deepEqual(readFileSync(path), bytes);
  const { ino } = statSync(path);
  await files.put(bytes);
  assert.equal(statSync(path).ino, ino, "what is kept is not written again");
  await files.remove(digest);
  await files.remove(digest);
  assert.ok(!existsSync(path));
});

test("nothing but a hash is joined to the folder", async (context) => {
  const files = artifactFiles(temporaryFolder(context));
  for (const name of ["../../etc/passwd", "..", "", "a".repeat(63), `${digest}/..`]) {
    assert.throws(() => files.place(name), /not a hash/, name);
    await assert.rejects(files.adopt("draft", name), /not a hash/);
  }
});

test("a file appears whole or not at all: writers of the same bytes at once leave one file and no draft", async (context) => {
  const folder = temporaryFolder(context);
  const files = artifactFiles(folder);
  await mkdir(dirname(files.place(digest)), { recursive: true });
  const seen = new Set<number>();
  const watching = setInterval(() => {
    for (const name of readdirSync(dirname(files.place(digest))))
      if (name === digest) seen.add(statSync(files.place(digest)).size);
  });
  await Promise.all(Array.from({ length: 8 }, () => files.put(bytes)));
  clearInterval(watching);
  assert.ok(
    [...seen].every((size) => size === bytes.length),
    [...seen].join(),
  );
  assert.deepEqual(readdirSync(dirname(files.place(digest))), [digest]);
});

test("a file takes its place by a rename: a link that leads nowhere is replaced, not written through", async (context) => {
  const folder = temporaryFolder(context);
  const files = artifactFiles(join(folder, "artifacts"));
  const path = files.place(digest);
  await mkdir(dirname(path), { recursive: true });
  symlinkSync(join(folder, "elsewhere"), path);
  await files.put(bytes);
  assert.ok(lstatSync(path).isFile());
  assert.deepEqual(readFileSync(path), bytes);
  assert.ok(!existsSync(join(folder, "elsewhere")));
});

test("a draft is moved to its place", async (context) => {
  const folder = temporaryFolder(context);
  const files = artifactFiles(join(folder, "artifacts"));
  const draft = join(folder, "draft");
  writeFileSync(draft, bytes);
  await files.adopt(draft, digest);
  assert.deepEqual(readFileSync(files.place(digest)), bytes);
  assert.ok(!existsSync(draft));
});

const damages: readonly (readonly [string, (path: string) => void])[] = [
  ["cut to a part of it", (path) => truncateSync(path, 4)],
  ["cut to nothing", (path) => truncateSync(path, 0)],
  ["other bytes of the same length", (path) => writeFileSync(path, "b picture")],
  [
    "a folder",
    (path) => {
      rmSync(path);
      mkdirSync(path);
    },
  ],
];
for (const [damage, change] of damages) {
  test(`[P14] a file that is ${damage} is absent, for who has read it before too (A6)`, async (context) => {
    const files = artifactFiles(temporaryFolder(context));
    await files.put(bytes);
    for (const reader of [files, artifactFiles(dirname(dirname(files.place(digest))))]) {
      await (await reader.open(digest))![Symbol.asyncDispose]();
      change(files.place(digest));
      assert.equal(await reader.open(digest), undefined);
      if (damage === "a folder") break;
      await reader.put(bytes);
      assert.deepEqual(readFileSync(files.place(digest)), bytes, "put makes it anew");
    }
  });
}

test("[P14] a file that was touched and is the same is whole", async (context) => {
  const files = artifactFiles(temporaryFolder(context));
  await files.put(bytes);
  utimesSync(files.place(digest), 1000, 1000);
  await using artifact = (await files.open(digest))!;
  assert.equal(artifact.size, bytes.length);
});

test("[X1] a folder that was not there when it was to be synced is synced by name when it is", async (context) => {
  const folder = join(temporaryFolder(context), "artifacts");
  const files = artifactFiles(folder);
  await files.sync([digest]);
  await files.put(bytes);
  const opened: string[] = [];
  const { openSync } = fs;
  context.mock.method(fs, "openSync", (path: string, flags: string) => {
    opened.push(path);
    return openSync(path, flags);
  });
  syncBuiltinESMExports();
  context.after(() => {
    context.mock.restoreAll();
    syncBuiltinESMExports();
  });
  const place = files.place(digest);
  await files.sync([digest]);
  assert.deepEqual(opened.toSorted(), [dirname(folder), folder, dirname(place), place].toSorted());
});

test("what is to be synced may be gone, and so may its folder", async (context) => {
  const files = artifactFiles(join(temporaryFolder(context), "artifacts"));
  await files.sync([]);
  await files.sync([digest]);
  await files.put(bytes);
  await files.sync([digest, hash("sha256", "never")]);
  assert.deepEqual(readFileSync(files.place(digest)), bytes);
});
