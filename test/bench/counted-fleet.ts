import { delimiter, join } from "node:path";
import { childrenOf, fixturePacks } from "../cli/clipwork.fixture.ts";
import { startFleet } from "../server/fleet.fixture.ts";
import { startServer } from "../server/server.fixture.ts";
import { openCounter } from "./counted-redis.ts";
import { countedStore, objectsIn } from "./counted-store.ts";
import { processorMs } from "./machine.ts";
import { root } from "./places.ts";

/** What is counted, by name: until a moment, in a second, or for a run. */
export type Counts = { readonly [count: string]: number };

/** Processor time of a process and of all that it started and that still lives, in milliseconds. */
function processorOfAll(pid: number): number {
  const children = childrenOf(pid).filter((child) => child > 0);
  return processorMs(pid) + children.reduce((sum, child) => sum + processorOfAll(child), 0);
}

/** One server and one worker with a Redis and a store that are counted; both load toybox and the packs of the tests. */
export async function openCountedFleet(context: { after(work: () => unknown): void }) {
  const fleet = await startFleet(context);
  const store = await countedStore(Number(/:(\d+)$/.exec(fleet.s3.address)![1]));
  context.after(store.stop);
  const args = ["--queue", fleet.redis.address, "--store", fleet.s3.address.replace(/\d+$/, String(store.port))];
  const packs = { CLIPWORK_PACKS: [fixturePacks, join(root, "packs")].join(delimiter) };
  const openServer = () => startServer(context as never, { args, env: { ...fleet.s3.env, ...packs } });
  const openWorker = () => fleet.worker(packs, args);
  const [server, worker] = [await openServer(), await openWorker()];
  const others: { readonly servers: number[]; readonly workers: number[] } = { servers: [], workers: [] };
  const counter = await openCounter(fleet.redis.address);
  context.after(counter.close);
  const processors = (pids: readonly number[]) => pids.reduce((sum, pid) => sum + processorOfAll(pid), 0);
  return {
    server,
    /** Starts more of them: what they use is counted apart. */
    async grow(servers: number, workers: number): Promise<void> {
      for (let i = 0; i < servers; i++) others.servers.push((await openServer()).process.pid!);
      for (let i = 0; i < workers; i++) others.workers.push((await openWorker()).process.pid!);
    },
    /** All that was used until now. */
    async look(): Promise<Counts> {
      const [values, pictures] = ["values", "artifacts"].map((name) => objectsIn(join(fleet.s3.folder, name)));
      const asked = store.asked();
      return {
        seconds: performance.now() / 1000,
        ...(await counter.counts()),
        values: values!.count,
        valueBytes: values!.bytes,
        pictures: pictures!.count,
        pictureBytes: pictures!.bytes,
        puts: asked.get("PUT") ?? 0,
        otherRequests: [...asked].reduce((sum, [method, times]) => sum + (method === "PUT" ? 0 : times), 0),
        serverMs: processors([server.process.pid!]),
        workerMs: processors([worker.process.pid!]),
        otherServersMs: processors(others.servers),
        otherWorkersMs: processors(others.workers),
      };
    },
  };
}

/** What was used between two looks, each count divided by `by`, without what is used in so many seconds anyway. */
export function used(before: Counts, after: Counts, by: number, idle: Counts = {}): Counts {
  const seconds = after.seconds! - before.seconds!;
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => [name, (value - before[name]! - (idle[name] ?? 0) * seconds) / by]),
  );
}
