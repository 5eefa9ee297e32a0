import { once } from "node:events";
import type { TestContext } from "node:test";
import { emptyRun, isRunEnd, type RunEvent, type RunEventBody, type Unusable } from "@clipwork/engine";
import { memoryArtifacts } from "../../artifacts/memory-artifacts.ts";
import { packJson } from "../../files/packed-json.ts";
import type { RunListener, RunResult, WatchOptions, Worker } from "../../worker/worker.ts";
import type { RunOrder, Shown } from "../../worker/worker-protocol.ts";
import { MemoryQueue } from "../memory/memory-queue.ts";
import type { RunRequest } from "../port.ts";
import { Dispatcher } from "./dispatcher.ts";

const request: RunRequest = {
  ...{ title: "T", document: packJson("{}"), set: {}, fresh: false, warnings: [], kinds: {}, priority: "normal" },
};

/** One order in the hands of a worker, whose part the test plays. */
export type Played = {
  readonly order: RunOrder;
  readonly options: WatchOptions;
  tell(body: RunEventBody | Shown, lost?: string): void;
  end(result?: RunResult | Error): void;
};

/** A dispatcher on a queue in memory, with a worker that does what the test says. */
export function dispatching(context: TestContext, queue = new MemoryQueue(), atOnce = 1) {
  const orders: Played[] = [];
  const faults: unknown[] = [];
  const heard: string[] = [];
  const played = new EventTarget();
  let killed = 0;
  let onKill = () => {};
  let starts = 0;
  let alive = false;
  const worker: Pick<Worker, "run" | "kill" | "starts"> = {
    get starts() {
      return starts;
    },
    kill() {
      killed++;
      alive = false;
      onKill();
    },
    run: (order: RunOrder, listener: RunListener, options: WatchOptions = {}) =>
      new Promise<RunResult>((resolve, reject) => {
        if (!alive) starts++;
        alive = true;
        let seq = 0;
        const end = { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 1 } as const;
        orders.push({
          order,
          options,
          tell: (body, lost) =>
            listener({ ...body, seq: ++seq, run: "worker's", time: 1000 + seq } as RunEvent, emptyRun("r"), lost),
          end(result = { end: { ...end, seq: 9, run: "worker's", time: 9 }, provenance: undefined }) {
            if (result instanceof Error) reject(result);
            else resolve(result);
          },
        });
        played.dispatchEvent(new Event("order"));
      }),
  };
  const artifacts = memoryArtifacts((error) => faults.push(error));
  let restless = false;
  let onEnd = () => {};
  let trouble: Unusable | undefined;
  let checks: { readonly checked?: Uint8Array; readonly problems: [] } = { problems: [] };
  const dispatcher = new Dispatcher({
    queue,
    worker,
    atOnce,
    needsRest: () => restless,
    artifacts,
    check: async () => checks,
    folders: { values: "v", artifacts: "a" },
    watcher: {
      begin: (run) => heard.push(`begin ${run}`),
      unforeseen: (_, node) => heard.push(`unforeseen ${node}`),
      record: (_, { event }) => heard.push(event),
      frame: ({ step }) => heard.push(`frame ${step}`),
      line: (run, line) => heard.push(`line of ${run}: ${line}`),
      end: () => {
        heard.push("end");
        onEnd();
      },
    },
    atRest: async () => void heard.push("rest"),
    trouble: async () => trouble,
    onHeld: (now) => heard.push(now ? `held: ${now.message}` : "goes on"),
    onFault: (_, error) => faults.push(error),
  });
  context.after(async () => {
    onKill = () => {
      for (const one of orders) one.end(new Error("the test is over"));
    };
    await dispatcher.close();
  });
  return {
    queue,
    dispatcher,
    artifacts,
    orders,
    faults,
    heard,
    killed: () => killed,
    /** The worker's process is gone by itself. */
    gone: () => {
      alive = false;
    },
    /** Whether there is something to do at rest from now on. */
    restless: (is: boolean) => {
      restless = is;
    },
    /** What else is done when a run has ended. */
    whenEnded: (work: () => void) => {
      onEnd = work;
    },
    whenKilled: (work: () => void) => {
      onKill = work;
    },
    /** What prevents runs from now on. */
    trouble: (message: string | undefined) => {
      trouble = message === undefined ? undefined : { message, remedy: "Wait." };
    },
    checkFinds: (found: typeof checks) => {
      checks = found;
    },
    /** The next order that the worker is given. */
    async order(n: number): Promise<Played> {
      while (orders.length < n) await once(played as never, "order");
      return orders[n - 1]!;
    },
    /** The run's error or state when it has ended. */
    async ended(run: string): Promise<string> {
      const { promise, resolve } = Promise.withResolvers<void>();
      const leave = queue.watch({ event: (event) => event.run === run && isRunEnd(event) && resolve() });
      if ((await queue.record(run))!.ended === undefined) await promise;
      leave();
      const { error, state } = (await queue.record(run))!;
      return error ?? state;
    },
  };
}

export const finished = {
  event: "run.finished",
  executed: 1,
  cached: 0,
  outputs: [],
  ms: 1,
} as const satisfies RunEventBody;
export const cancelled = { ...finished, event: "run.cancelled" } as const satisfies RunEventBody;
export const submit = (queue: MemoryQueue, id: string) => queue.submit(id, request, new TextEncoder().encode(id));
