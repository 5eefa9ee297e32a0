import type { Cache } from "@clipwork/engine";
import { Bucket } from "../../bucket/bucket.ts";
import { s3Values, sharedCache } from "./s3-values.ts";

/** The values of this machine in front of those in the store of that address. */
export function sharedValues(own: Cache, address: string): Cache {
  return sharedCache(own, s3Values(Bucket.at(address)));
}
