import assert from "node:assert/strict";
import { hash as digest, randomUUID } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, type TestContext, test } from "node:test";
import { Bucket } from "../../bucket/bucket.ts";
import { skipS3, startS3 } from "../../bucket/s3.fixture.ts";
import { Connection } from "../../redis/connection.ts";
import { skipRedis, startRedis } from "../../redis/redis.fixture.ts";
import { temporaryFolder } from "../../temporary-folder.fixture.ts";
import { artifactFiles } from "../artifact-files.ts";
import { artifactStoreContract } from "../artifact-store.contract.ts";
import { isKept, keptBytes } from "../kept.fixture.ts";
import { RedisReferences } from "../redis/redis-references.ts";
import { ReferencedArtifacts } from "../referenced-artifacts.ts";
import { s3Artifacts } from "./s3-artifacts.ts";

const skip = skipS3 || skipRedis;
const onFault = (error: unknown) => {
  throw error;
};

if (skip) test("artifacts in an S3 store", { skip }, () => {});
else {
  const [s3, redis] = [await startS3(), await startRedis()];
  after(async () => {
    s3.stop();
    await redis.stop();
  });
  /** The store of that name as one more machine has it, with a disk of its own. */
  const machine = async (context: TestContext, name: string) => {
    const connection = await Connection.open(redis.address, onFault);
    context.after(() => connection.close());
    const folder = temporaryFolder(context);
    const bucket = Bucket.at(s3.address.replace("?", `/${name}?`));
    const bytes = s3Artifacts(bucket, { files: artifactFiles(folder), folder });
    const references = new RedisReferences(connection, `${name}:`);
    return {
      bytes,
      references,
      files: artifactFiles(folder),
      store: new ReferencedArtifacts(bytes, references, onFault),
    };
  };

  artifactStoreContract("S3 and Redis", async (context) => {
    const name = randomUUID();
    const { store } = await machine(context, name);
    return { store, restart: async () => (await machine(context, name)).store };
  });

  test("[P15] what one machine keeps another one reads, and has on its disk from then on", async (context) => {
    const name = randomUUID();
    const [one, other] = [await machine(context, name), await machine(context, name)];
    const hash = await one.store.put(Buffer.from("a picture"));
    assert.equal(await isKept(other.files, hash), false);
    assert.equal((await keptBytes(other.store, hash))!.toString(), "a picture");
    assert.equal(await isKept(other.files, hash), true);
  });

  test("[P15] what another process of a machine has put on its disk is shared when it is referred to", async (context) => {
    const name = randomUUID();
    const [one, other] = [await machine(context, name), await machine(context, name)];
    const hash = await one.files.put(Buffer.from("of a worker"));
    assert.equal(await isKept(other.store, hash), false);
    await one.store.refer("run a", [hash]);
    assert.equal((await keptBytes(other.store, hash))!.toString(), "of a worker");
  });

  test("[P16] what is referred to while another machine removes it is there after that", async (context) => {
    const name = randomUUID();
    const [one, other] = [await machine(context, name), await machine(context, name)];
    const hash = await one.store.put(Buffer.from("wanted again"));
    const removing = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const removal = other.references.ifUnused(hash, async () => {
      removing.resolve();
      await go.promise;
      await other.bytes.remove(hash);
    });
    await removing.promise;
    let isReferred = false;
    const referred = one.store.refer("run a", [hash]).then(() => {
      isReferred = true;
    });
    await one.references.has(hash);
    assert.equal(isReferred, false, "it waits for the removal");
    go.resolve();
    await Promise.all([removal, referred]);
    const third = await machine(context, name);
    assert.equal((await keptBytes(third.store, hash))!.toString(), "wanted again");
    await other.references.ifUnused(hash, async () => assert.fail("it is used"));
  });

  test("[P14] an object that is not what was written is absent, and can be put again", async (context) => {
    const name = randomUUID();
    const one = await machine(context, name);
    const hash = await one.store.put(Buffer.from("a picture"));
    const object = join(s3.folder, name, "artifacts", hash.slice(0, 2), hash);
    assert.ok(existsSync(object));
    writeFileSync(object, "b picture");
    const other = await machine(context, name);
    assert.equal(await other.store.open(hash), undefined);
    assert.equal(await other.store.put(Buffer.from("a picture")), hash);
    assert.equal(await isKept((await machine(context, name)).store, hash), true);
    assert.equal(await other.store.open(digest("sha256", "never")), undefined);
  });
}

for (const [what, readings, isThere] of [
  ["that comes damaged once is read again, and is there", ["b picture", "a picture"], true],
  ["that comes damaged in two ways is absent, and left to others", ["b picture", "c picture"], false],
] as const)
  test(`[P14] an object ${what}`, async (context) => {
    const folder = temporaryFolder(context);
    const hash = digest("sha256", "a picture");
    const come = [...readings];
    const bucket = {
      has: async () => true,
      read: async () => Readable.from([Buffer.from(come.shift()!)]),
      put: async () => assert.fail("nothing is put"),
      delete: async () => assert.fail("the object may be whole"),
      list: async function* () {},
    };
    const store = s3Artifacts(bucket, { files: artifactFiles(folder), folder });
    await using artifact = await store.open(hash);
    assert.equal(artifact !== undefined, isThere);
    assert.deepEqual(come, []);
  });

for (const [what, code, tries] of [
  ["whose line breaks while it comes is asked for once more", "ECONNRESET", 2],
  ["for which the disk has no room is not", "ENOSPC", 1],
] as const)
  test(`[P15] an object ${what}`, async (context) => {
    const folder = temporaryFolder(context);
    let asked = 0;
    const bucket = {
      has: async () => true,
      async read() {
        asked++;
        return new Readable({
          read() {
            this.destroy(Object.assign(new Error("no"), { code }));
          },
        });
      },
      put: async () => assert.fail("nothing is put"),
      delete: async () => assert.fail("the object may be whole"),
      list: async function* () {},
    };
    const store = s3Artifacts(bucket, { files: artifactFiles(folder), folder });
    await assert.rejects(store.open(digest("sha256", "a picture")), { code });
    assert.equal(asked, tries);
  });
