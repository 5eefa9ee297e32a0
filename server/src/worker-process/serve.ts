import { hash, randomUUID } from "node:crypto";
import { inflateSync } from "node:zlib";
import {
  type AnyPlan,
  type Cache,
  type ItemToClaim,
  isRunEnd,
  memoryCache,
  memoryClaims,
  type Plan,
  type Problem,
  Recent,
  type RunEvent,
  type RunOptions,
  run,
} from "@clipwork/engine";
import { type ArtifactFiles, artifactFiles } from "../artifacts/artifact-files.ts";
import { workAhead, workKinds } from "../documents/work-ahead.ts";
import { outputMaker } from "../outputs/make-output.ts";
import { diskStore } from "../values/disk-store.ts";
import { layeredCache } from "../values/layered-cache.ts";
import type { ValueStore } from "../values/value-store.ts";
import type {
  CheckedRun,
  FromWorker,
  NodeLimits,
  Provenance,
  RunOrder,
  Shown,
  ToWorker,
  WorkerMessage,
} from "../worker/worker-protocol.ts";
import { DearWork } from "./dear-work.ts";
import { EventBatch } from "./event-batch.ts";
import { HostClaims } from "./host-claims.ts";
import { reportWork, type WorkSource } from "./report-work.ts";
import { type PublishedOutput, runOutputs } from "./run-outputs.ts";
import { WorkQueue } from "./views/work-queue.ts";
import { watchRun } from "./watch-run.ts";

/** What a run takes from the process that runs it. */
export type WorkerParts<Services> = {
  readonly plan: Plan<Services>;
  readonly services: Services;
  readonly servicesOf?: RunOptions<Services>["servicesOf"];
  readonly provenance: Omit<Provenance, "nodePacks">;
  /** What the models of the process do, if it has any. */
  readonly work?: WorkSource;
  /** Called when the run has ended: it needs none of this any more. */
  release?(): void;
};

type Kept = { readonly cache: Cache; readonly store: ValueStore };

/** Bytes of values kept in memory beside the store on disk. */
const memoryBytes = 256 * 1024 * 1024;
/** Characters of orders that are remembered, how many orders, and for how long after the last run, in milliseconds. */
const orderLength = 16 * 2 ** 20;
const mostOrders = 100;
const rememberMs = 60_000;

/**
 * Serves the parent of this process: as many runs at once as it asks for, each reported by its events, cancelled when asked. Ends the
 * process when the parent's channel closes, in the middle of a run if need be. `prepare` gets the token of the run as well, and hears when it is cancelled.
 * `timeLimit`: seconds of an item whose node type sets none; `keepBytes`: bytes of values that are kept, of which no more lie in memory.
 */
export function serveRuns<Services>(
  prepare: (
    checked: CheckedRun,
    run: string,
    signal: AbortSignal,
  ) => Promise<WorkerParts<Services> | { readonly problems: readonly Problem[] }>,
  timeLimit?: number,
  keepBytes = memoryBytes,
): void {
  const folders = new Map<string, Promise<Kept>>();
  /** They remember which of their files are whole. */
  const artifacts = new Map<string, ArtifactFiles>();
  /** By digest, so that what is run once more need not be read once more. */
  const orders = new Recent<CheckedRun>(orderLength, mostOrders);
  const dear = new DearWork();
  /** What runs claim of which only those of this process know. */
  const ownClaims = memoryClaims();
  /** Those that ask the host, by their tokens. */
  const hostClaims = new Map<string, HostClaims>();
  let forgetting: NodeJS.Timeout | undefined;
  /** The runs in progress, by their tokens. */
  const current = new Map<string, AbortController>();
  /** The ends of those whose nodes have all ended. */
  const endings = new Set<Promise<void>>();

  function openFolder(folder: string, shared: string | undefined): Promise<Kept> {
    const known = folders.get(folder) ?? openValues(folder, shared, Math.min(memoryBytes, keepBytes));
    folders.set(folder, known);
    return known;
  }

  function openArtifacts(folder: string): ArtifactFiles {
    const files = artifacts.get(folder) ?? artifactFiles(folder);
    artifacts.set(folder, files);
    return files;
  }

  function readOrder(packed: Uint8Array): CheckedRun {
    const digest = hash("sha256", packed);
    const known = orders.get(digest);
    if (known) return known;
    const text = inflateSync(packed).toString();
    const checked: CheckedRun = JSON.parse(text);
    orders.set(digest, checked, text.length);
    return checked;
  }

  async function start(
    token: string,
    order: RunOrder,
    signal: AbortSignal,
    sendNow: (message: WorkerMessage) => void,
    ended: Promise<void>,
  ): Promise<void> {
    const batch = new EventBatch((events) => sendNow({ type: "events", events }));
    const send = (message: WorkerMessage) => {
      batch.flush();
      sendNow(message);
    };
    const checked = readOrder(order.checked);
    // What ends the process from here on is to be blamed on one of those that have begun. One that is cancelled waits for nobody.
    const cancelled = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    if (order.behind && endings.size > 0 && !signal.aborted) await Promise.race([...endings, cancelled]);
    if (!signal.aborted) send({ type: "begun" });
    // Of several runs in progress none may take what it does for another's.
    if (order.traceparent === undefined || current.size > 1) delete process.env.TRACEPARENT;
    else process.env.TRACEPARENT = order.traceparent;
    const prepared = await prepare(checked, token, signal);
    if ("problems" in prepared) return send({ type: "refused", problems: prepared.problems });
    using _ = { [Symbol.dispose]: () => prepared.release?.() };
    const { plan, services, servicesOf, work } = prepared;
    const limits = limitsOf(plan, timeLimit);
    if (limits) send({ type: "limits", limits });
    const provenance: Provenance = { ...prepared.provenance, nodePacks: originsOf(plan) };
    const { cache, store } = await openFolder(order.values, order.store);
    using reported = work && reportWork(work, { run: token, report: (event) => batch.add(event) });
    const known = dear.of(plan);
    const asking = order.claims && new HostClaims(sendNow);
    if (asking) hostClaims.set(token, asking);
    const claims = asking ?? ownClaims;
    const options = {
      runId: randomUUID(),
      cache,
      claim: ({ key, node, signal }: ItemToClaim) => {
        const ms = known.patience(node);
        return ms === undefined ? undefined : claims.claim(key, { ms, signal });
      },
      readCache: !order.fresh,
      services,
      ...(servicesOf && { servicesOf }),
      signal,
      ...(timeLimit && { timeLimit }),
      clock: () => performance.timeOrigin + performance.now(),
      emit: (event: RunEvent) => {
        if (isRunEnd(event)) reported?.[Symbol.dispose]();
        if (event.event === "node.finished") known.learn(event.node, event.ms);
        batch.add(event);
      },
    };
    const make = outputMaker({ json: checked.workflow, plan, provenance }, cache, order.outputs);
    if (order.artifacts !== undefined) {
      const show = (event: Shown) => batch.add(event);
      const ahead = await workAhead(plan, store, order.fresh);
      send({ type: "outlook", ahead });
      const kindOf = workKinds(plan);
      const emit = (event: RunEvent) => {
        const kind = event.event === "node.started" && !ahead.has(event.node) ? kindOf(event.node) : undefined;
        if (event.event === "node.started" && kind !== undefined) send({ type: "unforeseen", node: event.node, kind });
        options.emit(event);
      };
      const onEnding = () => {
        endings.add(ended);
        send({ type: "ending" });
      };
      await watchRun(plan, { ...options, emit }, { make, artifacts: openArtifacts(order.artifacts), show, onEnding });
    } else if (order.outputs) {
      const publish = async ({ output: { node, port, item, items }, made: { shown: _, ...made } }: PublishedOutput) =>
        send({ type: "output", output: { node, port, item, items, ...made } });
      await runOutputs(plan, options, { queue: new WorkQueue(), make, publish });
    } else await run(plan, options);
    send({ type: "ended", provenance });
  }

  process.on("message", (message: ToWorker) => {
    const { run } = message;
    if (message.type === "ping") {
      sendToHost({ run, type: "pong" });
      return;
    }
    if (message.type === "cancel") return current.get(run)?.abort();
    if (message.type === "claimed" || message.type === "claim-over") return hostClaims.get(run)?.hear(message);
    const abort = new AbortController();
    current.set(run, abort);
    const send = (said: WorkerMessage) => void sendToHost({ run, ...said });
    clearTimeout(forgetting);
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    start(run, message.order, abort.signal, send, ended)
      .catch(({ message, stack = message, code }: NodeJS.ErrnoException) =>
        send({ type: "fault", message: stack, ...(code !== undefined && { code }) }),
      )
      .finally(() => {
        current.delete(run);
        hostClaims.delete(run);
        endings.delete(ended);
        resolve();
        if (current.size > 0) return;
        forgetting = setTimeout(() => orders.clear(), rememberMs).unref();
      });
  });
  process.on("disconnect", die);
  // The parent may have gone while this process was starting.
  if (!process.connected) die();
  // A terminal sends it to the parent as well, which decides.
  process.on("SIGINT", () => {});
}

/** The values in that folder, with those of the shared store behind them if there is one: nothing of it is loaded otherwise. */
async function openValues(folder: string, shared: string | undefined, inMemory: number): Promise<Kept> {
  const store = diskStore(folder);
  const all =
    shared === undefined ? store : (await import("../values/s3/shared-values.ts")).sharedValues(store, shared);
  return { store, cache: layeredCache(memoryCache(inMemory), all) };
}

/** What the host has to know to see that nodes yield; undefined if none has a limit. */
function limitsOf({ nodes }: AnyPlan, usual: number | undefined): NodeLimits | undefined {
  const named = nodes.filter(({ definition: { origin, timeLimit } }) => (origin ?? timeLimit) !== undefined);
  if (usual === undefined && named.every(({ definition: { timeLimit } }) => timeLimit === undefined)) return undefined;
  const limit = ({ id, definition: { type, origin, timeLimit = usual } }: (typeof named)[number]) => {
    const [pack] = origin?.split(" ") ?? [];
    return [id, { seconds: timeLimit, type, ...(pack !== undefined && { pack }) }] as const;
  };
  return { usual, nodes: Object.fromEntries(named.map(limit)) };
}

function originsOf({ nodes }: AnyPlan): string[] {
  return [...new Set(nodes.flatMap(({ definition: { origin } }) => origin ?? []))].sort();
}

/** Ends the process now: an ordinary exit would wait for the model's run, and aborts inside it. Values are written whole or not at all. */
function die(): void {
  process.kill(process.pid, "SIGKILL");
}

function sendToHost(message: FromWorker): void {
  if (process.connected) process.send!(message);
}
