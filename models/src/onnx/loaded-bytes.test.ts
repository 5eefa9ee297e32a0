// The bytes that were hashed are the bytes that are loaded.
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import {
  copyFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { PackError } from "../fields/pack-error.ts";
import { FileHashes, stampOf } from "../pack/file-hashes.ts";
import { createOnnxRunner } from "./onnx-runner.ts";
import type { StagePath } from "./protocol.ts";
import { SessionCache } from "./session-cache.ts";
import { graphWithData, tinyGraph } from "./tiny-graph.fixture.ts";

const size = 4096;
const weights = (value: number) => Buffer.from(new Float32Array(size).fill(value).buffer);
const x = { shape: [1, size], data: new Float32Array(size) };

/** Writes until the system's clock shows that the file was written after what it showed before. */
function rewrite(path: string, bytes: Uint8Array): void {
  const { atime, mtime, ctimeNs } = statSync(path, { bigint: true });
  do {
    writeFileSync(path, bytes);
    utimesSync(path, atime, mtime);
  } while (statSync(path, { bigint: true }).ctimeNs === ctimeNs);
}

/** A stage that adds 3 to what it gets, with its weights in a file of their own, and a runner of it. */
function openStage(context: TestContext, hashes = new FileHashes()) {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-bytes-"));
  const [graph, data] = [join(folder, "adder.onnx"), join(folder, "adder.bin")];
  const model = graphWithData("adder.bin", size);
  writeFileSync(graph, model);
  writeFileSync(data, weights(3));
  const files = {
    file: "adder.onnx",
    sha256: hash("sha256", model),
    externalData: [{ file: "adder.bin", sha256: hash("sha256", weights(3)) }],
  };
  const packs = new Map([["pack", { folder, manifest: { stages: { adder: files } } as never }]]);
  const runner = createOnnxRunner({ packs, hashes, threads: 1 });
  context.after(async () => {
    await runner.close();
    rmSync(folder, { recursive: true });
  });
  const run = async () =>
    (await runner.run({ pack: "pack", stage: "adder", feeds: { x } })).output!.data.slice(0, 2).join();
  const at: StagePath = {
    pack: "pack",
    stage: "adder",
    graph: { path: graph, sha256: files.sha256 },
    data: [{ path: data, sha256: files.externalData[0]!.sha256 }],
    inputs: {},
  };
  return { folder, graph, data, model, run, at };
}

/** An error that names the file, says what is wrong with it, and what to do. */
const names = (file: string, what: RegExp) => (error: unknown) => {
  assert.ok(error instanceof PackError, String(error));
  assert.match(error.message, new RegExp(`^${file.replace(".", "\\.")} in .*clipwork-bytes-`));
  assert.match(error.message, what);
  assert.match(error.remedy, /download|export|copy|again/i);
  return true;
};
const altered = /not the file that the manifest describes: its sha256 is [0-9a-f]{64}, not [0-9a-f]{64}\.$/;

test("a graph that was swapped after the check is refused by name, and nothing of it runs", async (context) => {
  const { graph, model, run } = openStage(context);
  rewrite(graph, tinyGraph([{ name: "x", shape: ["N", size] }]));
  await assert.rejects(run(), names("adder.onnx", altered));
  rewrite(graph, model);
  assert.equal(await run(), "3,3");
});

test("a graph is loaded from the bytes that were hashed: a swap later changes nothing", async (context) => {
  const { graph, run } = openStage(context);
  assert.equal(await run(), "3,3");
  rewrite(graph, tinyGraph([{ name: "x", shape: ["N", size] }]));
  assert.equal(await run(), "3,3");
});

test("external data that was swapped after the check is refused by name, be it as long and as old", async (context) => {
  const hashes = new FileHashes(() => Date.now() + 3_600_000);
  const { data, run } = openStage(context, hashes);
  await hashes.of(data);
  rewrite(data, weights(4));
  await assert.rejects(run(), names("adder.bin", altered));
  rewrite(data, weights(3));
  assert.equal(await run(), "3,3");
  writeFileSync(`${data}.new`, weights(5));
  renameSync(`${data}.new`, data);
  await assert.rejects(run(), names("adder.bin", altered));
});

test("external data that changes behind a loaded session is refused, and works again when it is put back", async (context) => {
  const { data, run } = openStage(context);
  assert.equal(await run(), "3,3");
  rewrite(data, weights(7));
  await assert.rejects(run(), names("adder.bin", altered));
  await assert.rejects(run(), names("adder.bin", altered));
  rewrite(data, weights(3));
  assert.equal(await run(), "3,3");
});

test("what was computed while external data changed is refused", async (context) => {
  const { data, at } = openStage(context);
  const sessions = new SessionCache({ provider: "cpu", threads: 1, sessionBytes: 1e9 });
  context.after(() => sessions.releaseAll());
  const work = (value: number) =>
    sessions.use(at, async () => {
      rewrite(data, weights(value));
      return value;
    });
  await assert.rejects(work(4), names("adder.bin", /changed while it was in use/));
  rewrite(data, weights(3));
  // The same bytes, but nobody can say what was there in between.
  await assert.rejects(work(3), names("adder.bin", /changed while it was in use/));
  assert.equal(await sessions.use(at, () => "well"), "well");
});

test("external data that is gone, or became a link, is refused", async (context) => {
  const { data, run } = openStage(context);
  renameSync(data, `${data}.old`);
  symlinkSync(`${data}.old`, data);
  await assert.rejects(run(), names("adder.bin", /not a plain file/));
  rmSync(data);
  await assert.rejects(run(), (error) => error instanceof PackError && /adder\.bin/.test(error.message));
  copyFileSync(`${data}.old`, data);
  assert.equal(await run(), "3,3");
});

test("external data that the system describes as when it was checked is not read again", async (context) => {
  const hashes = new FileHashes();
  const { data, run } = openStage(context, hashes);
  // Had it been read, the other content would have been found.
  const { sha256 } = { sha256: hash("sha256", weights(3)) };
  rewrite(data, weights(8));
  hashes.learn({ [data]: { stamp: (await stampOf(data)).stamp, sha256 } });
  assert.equal(await run(), "8,8");
});
