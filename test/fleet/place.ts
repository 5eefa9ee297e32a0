import type { TestContext } from "node:test";
import { startFleet, type TestWorker } from "../server/fleet.fixture.ts";
import type { TestServer } from "../server/server.fixture.ts";
import { type Link, linkTo } from "./link.ts";

/** Servers and workers on one Redis and one S3 store. Three lines can be cut: of the last server and the last worker to Redis, of the first worker to S3. */
export type Place = {
  /** Those that live: who asks takes one of them. */
  readonly servers: TestServer[];
  readonly workers: TestWorker[];
  readonly lines: { readonly server: Link; readonly worker: Link; readonly store: Link };
  restartRedis(): Promise<void>;
};

/** Starts all of it; it ends with the context. */
export async function openPlace(
  context: Pick<TestContext, "after">,
  count: { readonly servers: number; readonly workers: number },
): Promise<Place> {
  const fleet = await startFleet(context);
  const { redis, s3 } = fleet;
  const storePort = Number(/:(\d+)$/.exec(s3.address)![1]);
  const [server, worker, store] = await Promise.all([redis.port, redis.port, storePort].map(linkTo));
  const lines = { server: server!, worker: worker!, store: store! };
  context.after(() => {
    for (const line of Object.values(lines)) line.stop();
  });
  const over = (port: number) => ["--queue", `redis://127.0.0.1:${port}`, "--store", s3.address];
  const throughStore = s3.address.replace(/\d+$/, String(lines.store.port));
  const servers = await Promise.all(
    Array.from({ length: count.servers }, (_, i) =>
      i === count.servers - 1 ? fleet.server({ args: over(lines.server.port) }) : fleet.server(),
    ),
  );
  const workers = await Promise.all(
    Array.from({ length: count.workers }, (_, i) => {
      if (i === count.workers - 1) return fleet.worker({}, over(lines.worker.port));
      return i === 0 ? fleet.worker({}, ["--queue", redis.address, "--store", throughStore]) : fleet.worker();
    }),
  );
  return { servers, workers, lines, restartRedis: redis.restart };
}
