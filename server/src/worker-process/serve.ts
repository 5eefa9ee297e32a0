import { randomUUID } from "node:crypto";
import {
  type AnyPlan,
  type Cache,
  type Environment,
  memoryCache,
  type RunEvent,
  readDocument,
  run,
  validate,
  type WorkflowJson,
} from "@clipwork/engine";
import { artifactFiles } from "../artifacts/artifact-files.ts";
import { diskStore } from "../values/disk-store.ts";
import { layeredCache } from "../values/layered-cache.ts";
import type { FromWorker, Provenance, RunOrder, Shown, ToWorker } from "../worker/worker-protocol.ts";
import { watchRun } from "./watch-run.ts";

/** What a run takes from the process that runs it. */
export type WorkerParts<Services> = {
  readonly environment: Environment<Services>;
  readonly services: Services;
  readonly provenance: Omit<Provenance, "nodePacks">;
};

/** Values kept in memory beside the store on disk. */
const memoryBytes = 256 * 1024 * 1024;

/**
 * Serves the parent of this process: one run at a time, told by its events, cancelled when asked. Ends the process when the
 * parent's channel closes, in the middle of a run if need be. `timeLimit`: seconds of an item whose node type sets none.
 */
export function serveRuns<Services>(
  prepare: (order: RunOrder) => Promise<WorkerParts<Services>>,
  timeLimit?: number,
): void {
  const caches = new Map<string, Cache>();
  let current = new AbortController();

  function cacheAt(folder: string): Cache {
    const cache = caches.get(folder) ?? layeredCache(memoryCache(memoryBytes), diskStore(folder));
    caches.set(folder, cache);
    return cache;
  }

  async function start(order: RunOrder, signal: AbortSignal): Promise<void> {
    const { environment, services, ...prepared } = await prepare(order);
    const json: WorkflowJson = JSON.parse(order.document);
    const { document } = readDocument(json);
    const { plan, problems } = validate(document!, environment, order.targets ? { targets: order.targets } : {});
    if (!plan) return send({ type: "refused", problems });
    const provenance: Provenance = { ...prepared.provenance, nodePacks: originsOf(plan) };
    const cache = cacheAt(order.values);
    const options = {
      runId: randomUUID(),
      cache,
      readCache: !order.fresh,
      services,
      signal,
      ...(timeLimit && { timeLimit }),
      clock: () => performance.timeOrigin + performance.now(),
      emit: (event: RunEvent) => send({ type: "event", event }),
    };
    if (order.artifacts === undefined) await run(plan, options);
    else {
      const tell = (event: Shown) => send({ type: "event", event });
      await watchRun(plan, options, { json, provenance, artifacts: artifactFiles(order.artifacts), tell });
    }
    send({ type: "ended", provenance });
  }

  process.on("message", (message: ToWorker) => {
    if (message.type === "cancel") return current.abort();
    current = new AbortController();
    start(message.order, current.signal).catch((error: Error) =>
      send({ type: "fault", message: error.stack ?? error.message }),
    );
  });
  process.on("disconnect", die);
  // The parent may have gone while this process got ready.
  if (!process.connected) die();
  // A terminal sends it to the parent as well, which decides.
  process.on("SIGINT", () => {});
}

function originsOf({ nodes }: AnyPlan): string[] {
  return [...new Set(nodes.flatMap(({ definition: { origin } }) => origin ?? []))].sort();
}

/** Ends the process now: an ordinary exit would wait for the model's run, and aborts inside it. Values are written whole or not at all. */
function die(): void {
  process.kill(process.pid, "SIGKILL");
}

function send(message: FromWorker): void {
  if (process.connected) process.send!(message);
}
