import type { Cache } from "@clipwork/engine";
import type { Bucket } from "../../bucket/bucket.ts";
import { isStoreAway } from "../../bucket/store-away.ts";
import { contentOf, writeHead } from "../entry-file.ts";
import { checkKey } from "../value-store.ts";

/**
 * The values that all machines share, one object each, as a disk store writes it (`entry-file.ts`): checked when it is read, and absent if it
 * is damaged. Nothing is evicted here: how long objects stay is a rule of the bucket.
 */
export function s3Values(bucket: Bucket): Cache {
  const place = (key: string) => {
    checkKey(key);
    return `values/${key.slice(0, 2)}/${key}`;
  };
  async function get(key: string): Promise<Uint8Array | undefined> {
    const object = await bucket.get(place(key));
    return object && contentOf(object);
  }
  return {
    // A run relies on what `has` promises, and only the checksum knows.
    has: async (key) => (await get(key)) !== undefined,
    get,
    put: (key, bytes, ms = 0) =>
      bucket.replace(place(key), Buffer.concat([writeHead(bytes, { cost: ms, since: 0 }), bytes])),
    delete: async (key) => bucket.delete(place(key)),
  };
}

/** A value that took fewer milliseconds is not shared: to find it would take as long as to compute it, and who has computed it would wait for the store. */
const sharedFromMs = 5;

/** A cache of this machine in front of one that several share. What is asked for comes here at once: it will be read next. */
export function sharedCache(own: Cache, shared: Cache): Cache {
  async function get(key: string): Promise<Uint8Array | undefined> {
    const near = await own.get(key);
    if (near) return near;
    const bytes = await shared.get(key);
    if (bytes) await own.put(key, bytes);
    return bytes;
  }
  return {
    has: async (key) => (await own.has(key)) || (await get(key)) !== undefined,
    get,
    async put(key, bytes, ms = 0) {
      await own.put(key, bytes, ms);
      // 0: nobody knows. A store that is away takes nothing: it is kept here all the same, and others compute it themselves.
      if (ms === 0 || ms >= sharedFromMs) await shared.put(key, bytes, ms).catch(away);
    },
    async delete(key) {
      await shared.delete(key);
      await own.delete(key);
    },
  };
}

/** For `catch`: of a store that does not answer nothing is expected. */
function away(error: unknown): void {
  if (!isStoreAway(error)) throw error;
}
