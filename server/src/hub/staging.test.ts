import assert from "node:assert/strict";
import { hash } from "node:crypto";
import fs, { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { openStaging, unfinished } from "./staging.ts";

const source = {
  from: "https://x.example/o/n",
  repository: "o/n",
  revision: "main",
  commit: "a".repeat(40),
  choices: {},
};

test("a download has one folder a version and variant, which is found again", async (context) => {
  const downloads = temporaryFolder(context);
  const first = await openStaging(downloads, source);
  writeFileSync(join(first.files, "x"), "12345");
  const [found] = await unfinished(downloads);
  assert.deepEqual([found!.repository, found!.bytes, found!.busy], ["o/n", 5, true]);
  await first.release();
  const again = await openStaging(downloads, { ...source, revision: "v1" });
  assert.equal(readFileSync(join(again.files, "x"), "utf8"), "12345");
  const others = [
    { ...source, variant: "fp16" as const },
    { ...source, commit: "b".repeat(40) },
    { ...source, from: "https://y/o/n" },
  ];
  for (const other of others) assert.deepEqual(readdirSync((await openStaging(downloads, other)).files), []);
  assert.equal((await unfinished(downloads)).length, 4);
  await again.discard();
  assert.equal((await unfinished(downloads)).length, 3);
});

test("a folder that a living process holds is refused, and one of a process that died is taken over", async (context) => {
  const downloads = temporaryFolder(context);
  const { release, files } = await openStaging(downloads, source);
  await assert.rejects(openStaging(downloads, source), /o\/n is being downloaded already/);
  const lock = join(files, "..", "lock");
  // No process has such a number.
  for (const left of ["4194305", "", "x"]) {
    writeFileSync(lock, left);
    utimesSync(lock, 1000, 1000);
    assert.equal((await unfinished(downloads))[0]!.busy, false);
    await (await openStaging(downloads, source)).release();
  }
  await release();
});

test("a disk without hard links takes downloads too: one process holds a folder, and the next goes on with it", async (context) => {
  const linking = context.mock.method(fs, "linkSync", () => {
    throw Object.assign(new Error("EPERM"), { code: "EPERM" });
  });
  syncBuiltinESMExports();
  context.after(() => {
    context.mock.restoreAll();
    syncBuiltinESMExports();
  });
  const downloads = temporaryFolder(context);
  const opened = await Promise.allSettled(Array.from({ length: 8 }, () => openStaging(downloads, source)));
  const [held, second] = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  assert.ok(held && !second, "one of eight has it");
  assert.ok(linking.mock.callCount() > 0);
  await held.release();
  const next = await openStaging(downloads, source);
  assert.equal(next.begun, true);
  // Its file is there, and the process that takes it has not written who it is.
  writeFileSync(join(next.files, "..", "lock"), "");
  await assert.rejects(openStaging(downloads, source), /is being downloaded already/);
});

test("a lock whose process is gone is taken over, even if another process has its number now", async (context) => {
  const downloads = temporaryFolder(context);
  const { files, release } = await openStaging(downloads, source);
  const lock = join(files, "..", "lock");
  const [pid, began] = readFileSync(lock, "utf8").split("\n")[0]!.split(" ");
  assert.equal(pid, `${process.pid}`);
  if (began === undefined) return context.skip("the system does not say when a process began");
  writeFileSync(lock, `${pid} ${Number(began) - 1}\nx`);
  assert.equal((await unfinished(downloads))[0]!.busy, false);
  await (await openStaging(downloads, source)).release();
  await release();
  assert.deepEqual(readdirSync(join(files, "..")).sort(), ["files", "source.json"]);
});

test("of many that find a lock left behind at once, one takes it over", async (context) => {
  const downloads = temporaryFolder(context);
  const { files, release } = await openStaging(downloads, source);
  await release();
  const folder = join(files, "..");
  for (let round = 0; round < 20; round++) {
    // No process has such a number.
    writeFileSync(join(folder, "lock"), `4194305 ${round}`);
    const opened = await Promise.allSettled(Array.from({ length: 8 }, () => openStaging(downloads, source)));
    const taken = opened.filter((one) => one.status === "fulfilled");
    assert.equal(taken.length, 1, `round ${round}`);
    for (const one of opened)
      if (one.status === "rejected") assert.match(one.reason.message, /o\/n is being downloaded already/);
    await taken[0]!.value.release();
    assert.deepEqual(readdirSync(folder).sort(), ["files", "source.json"]);
  }
});

test("who was killed while it took over a lock is in nobody's way", async (context) => {
  const downloads = temporaryFolder(context);
  const { files, release } = await openStaging(downloads, source);
  await release();
  const left = "4194305";
  writeFileSync(join(files, "..", "lock"), left);
  writeFileSync(join(files, "..", `lock.${hash("sha256", left).slice(0, 16)}`), "4194306");
  const { discard } = await openStaging(downloads, source);
  await assert.rejects(openStaging(downloads, source), /o\/n is being downloaded already/);
  await discard();
  assert.deepEqual(readdirSync(downloads), []);
});

test("nobody lets go of, or discards, what another holds by now", async (context) => {
  const downloads = temporaryFolder(context);
  const first = await openStaging(downloads, source);
  await rm(join(first.files, "..", "lock"));
  const second = await openStaging(downloads, source);
  await first.release();
  await first.discard();
  await assert.rejects(openStaging(downloads, source), /o\/n is being downloaded already/);
  assert.deepEqual(readdirSync(second.files), []);
  await second.release();
});

test("a download whose description cannot be written is nobody's: nothing is left of a new one, and an earlier one can be gone on with", async (context) => {
  const downloads = join(temporaryFolder(context), "downloads");
  const full = {
    toJSON() {
      throw new Error("ENOSPC: no space left on device");
    },
  };
  const unwritable = { ...source, choices: full as object };
  await assert.rejects(openStaging(downloads, unwritable), /no space left/);
  assert.deepEqual(readdirSync(downloads), []);
  const first = await openStaging(downloads, source);
  writeFileSync(join(first.files, "x"), "12345");
  await first.release();
  await assert.rejects(openStaging(downloads, unwritable), /no space left/);
  const again = await openStaging(downloads, source);
  assert.deepEqual([again.begun, readdirSync(again.files)], [true, ["x"]]);
  await again.release();
});

test("what a process left that was killed while it removed a download is no download, and goes with the next", async (context) => {
  const downloads = temporaryFolder(context);
  const { files, release } = await openStaging(downloads, source);
  await release();
  await rename(join(files, ".."), join(downloads, ".removed-x"));
  assert.deepEqual(await unfinished(downloads), []);
  const next = await openStaging(downloads, source);
  assert.equal(next.begun, false);
  assert.deepEqual(
    readdirSync(downloads).filter((name) => name.startsWith(".")),
    [],
  );
  await next.discard();
  assert.deepEqual(readdirSync(downloads), []);
});

test("what else lies among the downloads is no download", async (context) => {
  const downloads = temporaryFolder(context);
  writeFileSync(join(downloads, "notes.txt"), "mine");
  assert.deepEqual(await unfinished(downloads), []);
  assert.deepEqual(await unfinished(join(downloads, "none")), []);
});

test("a download is listed while its files become whole, and while it is discarded", async (context) => {
  const downloads = temporaryFolder(context);
  for (let round = 0; round < 20; round++) {
    const { files, discard } = await openStaging(downloads, source);
    const names = Array.from({ length: 20 }, (_, index) => join(files, `${index}`));
    for (const name of names) writeFileSync(`${name}.part`, "12345");
    const listings = [unfinished(downloads)];
    for (const name of names) {
      await rename(`${name}.part`, name);
      listings.push(unfinished(downloads));
    }
    listings.push(discard().then(() => unfinished(downloads)));
    for (const listed of await Promise.all(listings)) assert.ok(listed.length <= 1 && (listed[0]?.bytes ?? 0) <= 100);
  }
});
