import { artifactFiles } from "../artifacts/artifact-files.ts";
import { RedisReferences } from "../artifacts/redis/redis-references.ts";
import { ReferencedArtifacts } from "../artifacts/referenced-artifacts.ts";
import { LocalCopies } from "../artifacts/s3/local-copies.ts";
import { placeOf, s3Artifacts } from "../artifacts/s3/s3-artifacts.ts";
import { Bucket } from "../bucket/bucket.ts";
import { RedisDeliveries } from "../hooks/redis-deliveries.ts";
import { RedisQueue } from "../queue/redis/redis-queue.ts";
import { Connection } from "../redis/connection.ts";
import type { Hash } from "../wire/wire.ts";
import { Broadcast } from "./broadcast.ts";
import type { Fleet, FleetAddress } from "./fleet.ts";
import { RedisClaims } from "./redis-claims.ts";
import { Registry } from "./registry.ts";

/** How often workers are counted, in milliseconds. */
const countMs = 2000;
/** How long a process that ends waits for Redis, in milliseconds. */
const endMs = 10_000;

/** What a process brings to a fleet. */
export type OwnPart = {
  /** The folder of this machine's own copies of artifacts, and the bytes that they may have. */
  readonly artifacts: string;
  readonly keepBytes: number;
  /** Seconds after which a run fails for which there is no worker, though there are others. */
  readonly waitForWorker?: number | undefined;
  /** A worker has no viewers, and hears nothing of the runs of others. */
  readonly hears: "all" | "work";
  readonly onFault: (error: unknown) => void;
};

/**
 * Joins the fleet of those addresses. Rejects with NoRedis, or with what the store says
 * against it. Whoever joins none loads nothing of this.
 */
export async function openFleet(
  { queue: address, store }: FleetAddress,
  { artifacts: folder, keepBytes, waitForWorker, hears, onFault }: OwnPart,
): Promise<Fleet> {
  const bucket = Bucket.at(store);
  await bucket.reach();
  // Two lines: what is long on one of them does not hold up the other.
  const queue = await RedisQueue.open(address, {
    ...{ hears, onFault },
    ...(waitForWorker !== undefined && { lackMs: waitForWorker * 1000 }),
  });
  const connection = await Connection.open(address, onFault);
  const files = artifactFiles(folder);
  const isShared = (hash: Hash) => bucket.has(placeOf(hash));
  const copies = new LocalCopies({ folder, budget: keepBytes, isShared, onFault });
  const bytes = s3Artifacts(bucket, { files, folder, copies });
  const artifacts = new ReferencedArtifacts(bytes, new RedisReferences(connection), onFault);
  const registry = new Registry(connection, { onFault });
  const claims = await RedisClaims.open(connection, { onFault });
  let workers = 0;
  const count = async () => {
    workers = (await registry.list()).filter(({ state }) => state !== "gone").length;
  };
  await count();
  const timer = setInterval(() => void count().catch(onFault), countMs).unref();
  return {
    ...{ queue, artifacts, registry, claims },
    deliveries: new RedisDeliveries(connection),
    place: files.place,
    live: new Broadcast(connection, { onFault }),
    workers: () => workers,
    storeTrouble: () => bucket.trouble(),
    ending() {
      for (const one of [queue, connection]) one.endWithin(endMs);
      setTimeout(() => bucket.close(), endMs).unref();
    },
    async close() {
      clearInterval(timer);
      claims.close();
      await queue.close();
      await connection.close();
      bucket.close();
    },
  };
}
