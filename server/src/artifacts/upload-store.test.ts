import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import sharp from "sharp";
import { Database } from "../data-folder/database.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { memoryArtifacts } from "./memory-artifacts.ts";
import { Refusal } from "./refusal.ts";
import { maxUpload, UploadStore, uploadOwner } from "./upload-store.ts";

function openStore(context: TestContext) {
  const data = temporaryFolder(context);
  const folder = join(data, "uploads");
  const database = new Database(data);
  const artifacts = memoryArtifacts((error) => {
    throw error;
  });
  const store = new UploadStore({ folder, database, artifacts });
  context.after(() => {
    store.close();
    database.close();
  });
  return { store, artifacts, drafts: () => (existsSync(folder) ? readdirSync(folder) : []) };
}

const png = (red: number) =>
  sharp({ create: { width: 6, height: 4, channels: 3, background: { r: red, g: 0, b: 0 } } })
    .png()
    .toBuffer();
const refused = (reason: string) => (error: unknown) => error instanceof Refusal && error.reason === reason;

test("a picture is kept with a thumbnail, both in use by the upload, and goes when it is forgotten", async (context) => {
  const { store, artifacts, drafts } = openStore(context);
  const bytes = await png(1);
  const reply = await store.take(Readable.from([bytes]));
  assert.deepEqual([reply.width, reply.height, store.has(reply.asset)], [6, 4, true]);
  assert.equal((await artifacts.open(reply.asset))!.size, bytes.length);
  assert.ok(await artifacts.open(reply.thumbnail));
  assert.deepEqual([await artifacts.owners(), drafts()], [[uploadOwner(reply.asset)], []]);
  assert.deepEqual(await store.take(Readable.from([bytes])), reply, "the same picture again is the same upload");
  await store.remove(reply.asset);
  await artifacts.settled();
  assert.deepEqual([await artifacts.open(reply.asset), await artifacts.open(reply.thumbnail)], [undefined, undefined]);
  assert.equal(store.has(reply.asset), false);
  await assert.rejects(store.remove(reply.asset), refused("unknown"));
});

test("a forgotten picture stays as long as a workflow uses it", async (context) => {
  const { store, artifacts } = openStore(context);
  const { asset, thumbnail } = await store.take(Readable.from([await png(2)]));
  await artifacts.refer("workflow w", [asset]);
  await store.remove(asset);
  await artifacts.settled();
  assert.ok(await artifacts.open(asset));
  assert.equal(await artifacts.open(thumbnail), undefined);
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
