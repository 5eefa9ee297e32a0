import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { memoryCache } from "@clipwork/engine";
import { cacheContract } from "@clipwork/engine/testing";
import { Bucket } from "../../bucket/bucket.ts";
import { skipS3, startS3 } from "../../bucket/s3.fixture.ts";
import { StoreAway } from "../../bucket/store-away.ts";
import { temporaryFolder } from "../../temporary-folder.fixture.ts";
import { diskStore } from "../disk-store.ts";
import { s3Values, sharedCache } from "./s3-values.ts";

const key = "ab12".padEnd(64, "0");

if (skipS3) test("values in an S3 store", { skip: skipS3 }, () => {});
else {
  const s3 = await startS3();
  after(() => s3.stop());
  /** A part of the bucket that nobody else uses. */
  const folder = randomUUID;
  const values = (name: string) => s3Values(Bucket.at(s3.address.replace("?", `/${name}?`)));

  cacheContract("values in S3", () => values(folder()));
  cacheContract("values in S3 behind memory", () => sharedCache(memoryCache(2 ** 20), values(folder())));

  test("[V11] what one machine has put another one finds, and has at hand from then on", async (context) => {
    const name = folder();
    const own = diskStore(temporaryFolder(context));
    await sharedCache(diskStore(temporaryFolder(context)), values(name)).put(key, new Uint8Array([1, 2, 3]), 7);
    const other = sharedCache(own, values(name));
    assert.equal(await own.has(key), false);
    assert.equal(await other.has(key), true);
    assert.deepEqual([...(await own.get(key))!], [1, 2, 3]);
    await other.delete(key);
    assert.deepEqual([await own.has(key), await values(name).has(key)], [false, false]);
  });

  test("[V11] what takes less time to compute than to find is not shared; of what nobody knows it, it is", async (context) => {
    const name = folder();
    const own = diskStore(temporaryFolder(context));
    const cache = sharedCache(own, values(name));
    for (const [ms, isShared] of [
      [4.9, false],
      [5, true],
      [undefined, true],
    ] as const) {
      const key = randomUUID().replaceAll("-", "").padEnd(64, "0");
      await cache.put(key, new Uint8Array([1]), ms);
      assert.deepEqual([await own.has(key), await values(name).has(key)], [true, isShared], `${ms} ms`);
    }
  });

  for (const [damage, change] of [
    ["cut", (path: string) => truncateSync(path, 60)],
    ["of other bytes", (path: string) => writeFileSync(path, "hello, this is no entry of the store at all, is it?")],
  ] as const)
    test(`[V11] an object that is ${damage} is absent, and can be put again`, async () => {
      const name = folder();
      await values(name).put(key, new Uint8Array([1, 2, 3]));
      change(join(s3.folder, name, "values", "ab", key));
      assert.deepEqual([await values(name).has(key), await values(name).get(key)], [false, undefined]);
      await values(name).put(key, new Uint8Array([4]));
      assert.deepEqual([...(await values(name).get(key))!], [4]);
    });

  test("[V7] what is no key is refused", async () => {
    for (const bad of ["../../etc/passwd", "..", "", "a/b", ".clock"])
      await assert.rejects(async () => values("x").put(bad, new Uint8Array(1)), /not a key/, bad);
  });
}

test("[V11] while the shared store is away what is computed is kept on this machine, and any other fault is one", async () => {
  const shared = memoryCache();
  let fault: Error = new StoreAway(new Error("no route"));
  const failing = { ...shared, put: async () => Promise.reject(fault) };
  const own = memoryCache();
  const cache = sharedCache(own, failing);
  await cache.put(key, new Uint8Array([1]), 7);
  assert.deepEqual([...(await cache.get(key))!], [1]);
  fault = new Error("AccessDenied");
  await assert.rejects(cache.put(key, new Uint8Array([1]), 7), /AccessDenied/);
});
