import type { Problem } from "@clipwork/engine";
import { readBucketAddress } from "../bucket/address.ts";
import type { Configuration } from "../data-folder/configuration.ts";
import { withoutPassword } from "../redis/without-password.ts";
import type { FleetAddress } from "./fleet.ts";

/**
 * The fleet that options, or else the configuration, name; undefined if there is none. A queue that is shared needs a store that is, and the other way
 * round.
 */
export function fleetOf(
  options: { readonly queue?: string | undefined; readonly store?: string | undefined },
  configuration: Pick<Configuration, "queue" | "store">,
): FleetAddress | undefined | Problem {
  const queue = options.queue ?? configuration.queue;
  const store = options.store ?? configuration.store;
  if (queue === undefined && store === undefined) return undefined;
  const wrong = (message: string, remedy: string): Problem => ({
    code: "bad-fleet",
    severity: "error",
    message,
    remedy,
  });
  if (queue === undefined)
    return wrong("There is a shared store, and no shared queue.", "Name a queue too, such as redis://127.0.0.1:6379.");
  if (store === undefined)
    return wrong("There is a shared queue, and no shared store.", "Name a store too, such as s3://bucket.");
  if (!/^rediss?:$/.test(URL.parse(queue)?.protocol ?? ""))
    return wrong(
      `${withoutPassword(queue)} is no queue that can be shared.`,
      "Name one such as redis://127.0.0.1:6379.",
    );
  const bucket = readBucketAddress(store);
  if ("remedy" in bucket) return wrong(bucket.message, bucket.remedy);
  return { queue, store };
}
