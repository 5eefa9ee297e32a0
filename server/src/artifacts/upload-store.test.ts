import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { imageEmbedding } from "@clipwork/nodes";
import sharp from "sharp";
import { childrenOf } from "../../../test/cli/clipwork.fixture.ts";
import { Database } from "../data-folder/database.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import type { Hash, UploadedPicture } from "../wire/wire.ts";
import { isKept, keptBytes } from "./kept.fixture.ts";
import { type MemoryArtifacts, memoryArtifacts } from "./memory-artifacts.ts";
import { Refusal } from "./refusal.ts";
import { UploadReader } from "./upload-reader.ts";
import { maxUpload, UploadStore, uploadOwner } from "./upload-store.ts";

function openStore(context: TestContext) {
  const data = temporaryFolder(context);
  const folder = join(data, "uploads");
  const database = new Database(data);
  const kept: MemoryArtifacts = { bytes: new Map(), owners: new Map() };
  const artifacts = memoryArtifacts((error) => {
    throw error;
  }, kept);
  const store = new UploadStore({ folder, database, artifacts });
  context.after(() => {
    store.close();
    database.close();
  });
  const lose = (hash: Hash) => void kept.bytes.delete(hash);
  return { store, artifacts, lose, drafts: () => (existsSync(folder) ? readdirSync(folder) : []) };
}

const png = (red: number) =>
  sharp({ create: { width: 6, height: 4, channels: 3, background: { r: red, g: 0, b: 0 } } })
    .png()
    .toBuffer();
/** What is answered about a picture. */
async function takePicture(store: UploadStore, bytes: Uint8Array): Promise<UploadedPicture> {
  const reply = await store.take(Readable.from([bytes]));
  assert.ok("thumbnail" in reply);
  return reply;
}
const refused = (reason: string) => (error: unknown) => error instanceof Refusal && error.reason === reason;

test("a picture is kept with a thumbnail, both in use by the upload, and goes when it is forgotten", async (context) => {
  const { store, artifacts, drafts } = openStore(context);
  const bytes = await png(1);
  const reply = await takePicture(store, bytes);
  assert.deepEqual([reply.width, reply.height, store.has(reply.asset)], [6, 4, true]);
  assert.equal((await keptBytes(artifacts, reply.asset))!.length, bytes.length);
  assert.ok(await isKept(artifacts, reply.thumbnail));
  assert.deepEqual([await artifacts.owners(), drafts()], [[uploadOwner(reply.asset)], []]);
  assert.deepEqual(await store.take(Readable.from([bytes])), reply, "the same picture again is the same upload");
  await store.remove(reply.asset);
  await artifacts.settled();
  assert.deepEqual([await isKept(artifacts, reply.asset), await isKept(artifacts, reply.thumbnail)], [false, false]);
  assert.equal(store.has(reply.asset), false);
  await assert.rejects(store.remove(reply.asset), refused("unknown"));
});

test("a forgotten picture stays as long as a workflow uses it", async (context) => {
  const { store, artifacts } = openStore(context);
  const { asset, thumbnail } = await takePicture(store, await png(2));
  await artifacts.refer("workflow w", [asset]);
  await store.remove(asset);
  await artifacts.settled();
  assert.ok(await isKept(artifacts, asset));
  assert.equal(await isKept(artifacts, thumbnail), false);
});

test("an upload whose file or thumbnail is gone is kept again when it is sent again (A7)", async (context) => {
  const { store, artifacts, lose } = openStore(context);
  const bytes = await png(4);
  const reply = await takePicture(store, bytes);
  for (const hash of [reply.asset, reply.thumbnail]) {
    lose(hash);
    assert.equal(await isKept(artifacts, hash), false);
    assert.deepEqual(await takePicture(store, bytes), reply);
    assert.ok(await isKept(artifacts, hash));
  }
});

test("an array is kept as it is, with its size; one that cannot be read is refused by what is wrong with it", async (context) => {
  const { store, artifacts, drafts } = openStore(context);
  const [published] = await imageEmbedding.publish({ embedding: Float32Array.of(1, 2, 3) });
  const { bytes } = published!;
  const reply = await store.take(Readable.from([bytes]));
  assert.deepEqual(reply, { asset: reply.asset, rows: 1, columns: 3 });
  assert.equal((await keptBytes(artifacts, reply.asset))!.length, bytes.length);
  assert.deepEqual(await store.take(Readable.from([bytes])), reply, "the same array again is the same upload");
  for (const wrong of [
    bytes.subarray(0, 40),
    bytes.subarray(0, bytes.length - 1),
    bytes.map((byte) => (byte === 60 ? 62 : byte)),
  ])
    await assert.rejects(store.take(Readable.from([wrong])), (error) => {
      assert.ok(refused("invalid")(error));
      assert.match(String((error as Error).message), /cannot be used as an array: it/);
      return true;
    });
  await store.remove(reply.asset);
  await artifacts.settled();
  assert.deepEqual([await artifacts.owners(), drafts()], [[], []]);
});

test("a process of decoders that is ended while it has nothing to do costs nobody anything", {
  skip: process.platform !== "linux",
}, async (context) => {
  const { store } = openStore(context);
  const before = childrenOf(process.pid);
  for (const red of [21, 22, 23]) {
    assert.equal((await takePicture(store, await png(red))).width, 6);
    const readers = childrenOf(process.pid).filter((pid) => !before.includes(pid));
    assert.equal(readers.length, 1);
    process.kill(readers[0]!, "SIGKILL");
    while (childrenOf(process.pid).includes(readers[0]!)) await new Promise((resolve) => setImmediate(resolve));
  }
});

test("a process of decoders that cannot be started fails its upload, and the next one starts it", async (context) => {
  const { store } = openStore(context);
  const { execPath } = process;
  context.after(() => {
    process.execPath = execPath;
  });
  process.execPath = join(import.meta.dirname, "no-such-program");
  await assert.rejects(takePicture(store, await png(31)), /did not start: .*ENOENT/);
  process.execPath = execPath;
  assert.equal((await takePicture(store, await png(31))).width, 6);
});

test("what is no picture, is damaged, too large or breaks off is refused, and leaves nothing", async (context) => {
  const { store, artifacts, drafts } = openStore(context);
  const whole = await png(3);
  await assert.rejects(store.take(Readable.from([Buffer.from("<svg/>")])), refused("media"));
  await assert.rejects(store.take(Readable.from([whole.subarray(0, 40)])), refused("invalid"));
  const large = Readable.from(Array.from({ length: 52 }, () => Buffer.alloc(maxUpload / 50)));
  await assert.rejects(store.take(large), refused("large"));
  async function* broken() {
    yield whole.subarray(0, 20);
    throw new Error("the line broke");
  }
  await assert.rejects(store.take(Readable.from(broken())), /the line broke/);
  assert.deepEqual([await artifacts.owners(), drafts()], [[], []]);
});

test("a small picture is not held up by large ones, and who waits too long for others is told so (B5)", async (context) => {
  const [large, small] = ["large.png", "small.png"].map((name) => join(temporaryFolder(context), name)) as [
    string,
    string,
  ];
  const black = { width: 4100, height: 4000, channels: 3, background: "#000" } as const;
  await sharp({ create: black }).png({ compressionLevel: 1 }).toFile(large);
  writeFileSync(small, await png(7));
  const reader = new UploadReader();
  context.after(() => reader.close());
  const order: string[] = [];
  const read = async (path: string, name: string) => {
    const answer = await reader.read(path);
    assert.ok(typeof answer === "object" && "picture" in answer, JSON.stringify(answer));
    order.push(name);
  };
  // The large one needs a process of its own to start first.
  await Promise.all([read(large, "large"), read(small, "small")]);
  assert.deepEqual(order, ["small", "large"]);

  const impatient = new UploadReader(1);
  context.after(() => impatient.close());
  const [first, second] = await Promise.all([impatient.read(small), impatient.read(small)]);
  assert.ok(typeof first === "object" && "picture" in first, "what is being read is not given up");
  assert.equal(second, "late");
});
