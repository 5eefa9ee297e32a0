import { hostname } from "node:os";
import type { Checker } from "../checker/checker.ts";
import { versions } from "../data-folder/versions.ts";
import type { RunQueue } from "../queue/port.ts";
import type { WorkerJson } from "../wire/wire.ts";
import type { Worker } from "../worker/worker.ts";
import { memoryHere } from "./memory-here.ts";

/** Says what the worker of a server that shares its queue with nobody has and does. `isStopping`: whether it takes no more runs. */
export function ownWorker({
  worker,
  queue,
  checker,
  provider,
  isStopping,
}: {
  readonly worker: Pick<Worker, "pid">;
  readonly queue: Pick<RunQueue, "list">;
  readonly checker: Pick<Checker, "packs">;
  readonly provider: string;
  readonly isStopping: () => boolean;
}): () => Promise<readonly WorkerJson[]> {
  const since = Date.now();
  return async () => {
    const [{ runs }, packs] = await Promise.all([queue.list({ state: "running", limit: 100 }), checker.packs()]);
    const { pid } = worker;
    const does = isStopping() ? "draining" : runs.length > 0 ? "busy" : "idle";
    return [
      {
        ...{ id: "own", name: hostname(), version: versions().clipwork!, provider, memory: memoryHere(), since },
        pid: pid ?? process.pid,
        packs: packs.flatMap((pack) => ("unusable" in pack ? [] : [{ name: pack.name }])),
        state: pid === undefined ? "gone" : does,
        runs: runs.map(({ id, started = since }) => ({ run: id, since: started })),
        heard: Date.now(),
      },
    ];
  };
}
