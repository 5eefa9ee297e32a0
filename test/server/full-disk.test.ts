import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { keepFile, replaceFile } from "../../server/src/files/whole-file.ts";
import { clipwork, folderFor, hierarchy, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { nodePackIn, oneNode } from "./node-pack.fixture.ts";
import { startServer, submit, until } from "./server.fixture.ts";
import { ballast, leave, smallDisk } from "./tmpfs.fixture.ts";

const kB = 1024;

test("a disk that fills stops the queue with a notice; the server stays, and goes on by itself when there is room (A5)", async (context) => {
  const disk = smallDisk(context, 24);
  if ("skip" in disk) return context.skip(disk.skip);
  const { folder } = disk;
  // The disk fills while this node runs: it says that it runs, and goes on when it finds this.
  const full = join(folderFor(context), "full");
  const pack = nodePackIn(
    folder,
    "filler",
    `async run(_, __, { notice }) {
      const { existsSync } = await import("node:fs");
      notice("running");
      while (!existsSync(${JSON.stringify(full)})) await new Promise((resolve) => setTimeout(resolve, 20));
      for (let i = 0; i < 200; i++) notice("more for the log ".repeat(200) + i);
      return { text: "done" };
    }`,
  );
  const server = await startServer(context, { data: join(folder, "data"), env: { CLIPWORK_NODES: pack } });
  const socket = server.viewer();
  const heads: { held?: { message: string } }[] = [];
  socket.on("waiting", (head) => heads.push(head));
  socket.emit("queue", () => {});
  const running = await submit(server, oneNode("filler"), { targets: ["node"] });
  const waiting = await submit(server, shortHierarchy());
  const eventsOf = async () => (await server.json("GET", `/runs/${running.id}/events`)).events as { event: string }[];
  await until(async () => (await eventsOf()).some(({ event }) => event === "notice"), server);
  leave(folder, 60 * kB);
  writeFileSync(full, "");

  await until(() => heads.at(-1)?.held !== undefined, server);
  const queue = await server.json("GET", "/queue");
  assert.match(
    queue.held.message,
    /^The disk of the data folder is full: 0\.\d MB are free, and a run begins with 2\.4 MB\.$/,
  );
  assert.match(queue.held.remedy, /^Free some space there/);
  assert.equal(queue.paused, false);
  const listed = await clipwork(["queue", "--server", server.url], { cwd: folder });
  assert.match(listed.stdout, /^No run begins; .* waiting\.\nThe disk of the data folder is full/);
  assert.equal((await server.json("GET", `/runs/${waiting.id}`)).state, "queued");
  assert.equal((await server.ask("GET", "/health")).status, 200);
  assert.ok(socket.connected, "the viewer is still there");

  rmSync(ballast(folder));
  assert.equal((await server.watch(waiting.id)).at(-1)!.event, "run.finished");
  const { state, error } = await server.json("GET", `/runs/${running.id}`);
  assert.ok(state === "finished" || (state === "failed" && /full|ENOSPC/.test(error)), `${state}: ${error}`);
  await until(() => heads.at(-1)?.held === undefined, server);
  assert.equal(server.process.exitCode, null);
});

test("a run that would write more than the disk has left is refused before it begins, by what it wrote the last time (A5)", async (context) => {
  const disk = smallDisk(context, 24);
  if ("skip" in disk) return context.skip(disk.skip);
  const server = await startServer(context, { data: join(disk.folder, "data") });
  const again = { document: hierarchy(), fresh: true };
  assert.equal((await server.json("POST", "/forecast", again)).disk, undefined, "nothing has run yet");
  await server.watch((await submit(server, again.document)).id);
  const { bytes, free } = (await server.json("POST", "/forecast", again)).disk;
  const values = globSync("data/values/*/*", { cwd: disk.folder }).map(
    (path) => statSync(join(disk.folder, path)).size,
  );
  const kept = values.reduce((sum, size) => sum + size, 0);
  assert.ok(kept > 49 * kB && Math.abs(bytes - kept) <= 8, `${kept} bytes of values, foretold ${bytes}`);
  assert.ok(free > bytes && free < 24 * 2 ** 20, `${free}`);
  leave(disk.folder, bytes / 2);
  const refused = await server.ask("POST", "/runs", { ...again, set: { seed: 2 } });
  assert.equal(refused.status, 507);
  assert.match(
    await refused.text(),
    /The run would write about 0\.\d MB, judged by earlier ones, and 0\.\d MB are free/,
  );
  rmSync(ballast(disk.folder));
  const run = await submit(server, again.document, { set: { seed: 2 } });
  assert.equal((await server.watch(run.id)).at(-1)!.event, "run.finished");
});

test("a server that finds its disk full at its start says so in a sentence (A5)", async (context) => {
  const disk = smallDisk(context, 24);
  if ("skip" in disk) return context.skip(disk.skip);
  leave(disk.folder, 0);
  const refused = await clipwork(["serve", "--port", "0", "--data", join(disk.folder, "data")], { cwd: disk.folder });
  assert.equal(refused.code, 2, refused.stderr);
  assert.match(refused.stderr, /^error: The disk of the data folder \S+ is full\.\n {2}→ Free some space there/);
});

test("a file that cannot be replaced on a full disk stays as it was, and no part of the new one is left (case 20)", async (context) => {
  const disk = smallDisk(context, 2);
  if ("skip" in disk) return context.skip(disk.skip);
  const path = join(disk.folder, "kept");
  // Small files are written at once, large ones piece by piece.
  for (const size of [100 * kB, 600 * kB]) {
    const old = Buffer.alloc(size, "old");
    await keepFile(path, old);
    leave(disk.folder, 50 * kB);
    const young = Buffer.alloc(size, "new");
    for (const write of [() => keepFile(path, young), () => replaceFile(path, [young])])
      await assert.rejects(write, { code: "ENOSPC" });
    rmSync(ballast(disk.folder));
    assert.deepEqual([readFileSync(path).equals(old), readdirSync(disk.folder)], [true, ["kept"]]);
  }
});

test("a server names the folder of its data folder in which its user may not write (C30)", {
  skip: process.getuid?.() !== 0,
}, async (context) => {
  const cwd = folderFor(context);
  const data = join(cwd, "data");
  const mine = { cwd, reader: true };
  for (const folder of [cwd, data, join(data, "artifacts")]) mkdirSync(folder, { recursive: true });
  for (const folder of [cwd, data]) chmodSync(folder, 0o777);
  chmodSync(join(data, "artifacts"), 0o555);
  const refused = await clipwork(["serve", "--port", "0", "--data", data], mine);
  assert.equal(refused.code, 2, refused.stderr);
  assert.match(
    refused.stderr,
    /^error: The folder of pictures and files \S+artifacts cannot be written: \S+ is not writable\.\n {2}→ Let the user that runs Clipwork write in it\.\n$/,
  );
});

test("a data folder on a disk that is read-only is refused for that, not for its permissions", async (context) => {
  const disk = smallDisk(context, 1);
  if ("skip" in disk) return context.skip(disk.skip);
  execFileSync("mount", ["-o", "remount,ro", disk.folder]);
  const refused = await clipwork(["serve", "--port", "0", "--data", join(disk.folder, "data")], { cwd: disk.folder });
  assert.equal(refused.code, 2, refused.stderr);
  assert.match(refused.stderr, /lies on a disk that is read-only\.\n {2}→ Mount the disk so that it can be written/);
});
