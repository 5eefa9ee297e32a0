import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Claims,
  emptyRun,
  isRunEnd,
  type Problem,
  type RunEnd,
  type RunEvent,
  type RunView,
  reduce,
} from "@clipwork/engine";
import { eventsAfterDeath } from "./after-death.ts";
import { ClaimDesk } from "./claim-desk.ts";
import { Lines } from "./lines.ts";
import { type Stuck, Watchdog } from "./watchdog.ts";
import {
  type FromWorker,
  isShown,
  type NodeLimits,
  type OutputFiles,
  type Provenance,
  type RunOrder,
  type Shown,
  type ToWorker,
  type WorkAhead,
  type WorkerSetup,
} from "./worker-protocol.ts";

const fontsFile = fileURLToPath(import.meta.resolve("@clipwork/nodes/fonts.conf"));

export type RunResult =
  /** The provenance of a worker that was lost is not known. */
  | { readonly end: RunEnd; readonly provenance: Provenance | undefined }
  /** What was checked is not what the worker finds; nothing ran. */
  | { readonly problems: readonly Problem[] };

/**
 * Receives each event. `view` is the run after it. `lost` says how the worker ended, for the events that its host makes up
 * because the worker could not send them; it is left out if that was the doing of a node that did not yield.
 */
export type RunListener = (event: RunEvent | Shown, view: RunView, lost?: string) => void;

export type WatchOptions = {
  readonly signal?: AbortSignal;
  /** Called when the process has begun the order, and not while that waits for one that is ending. */
  readonly onBegun?: () => void;
  /** Called once, before the first event, for an order with `artifacts`. */
  readonly onOutlook?: (ahead: WorkAhead) => void;
  /** Called for such an order before a node begins that was not ahead. */
  readonly onUnforeseen?: (node: string, kind: string) => void;
  /** Called when all nodes of such an order have ended: an order that comes `behind` it begins when this one has ended. */
  readonly onEnding?: () => void;
  /** Called with the files of each output as they are ready, for an order with `outputs`. */
  readonly onOutput?: (output: OutputFiles) => void;
  /** Values that others may compute at the same time are claimed here. */
  readonly claims?: Claims;
  /** Called with each line that the process writes on its standard error meanwhile. */
  readonly onLine?: (line: string) => void;
};

/** The process that runs models, seen from its host. It may be lost at any moment; the next run starts another. */
export type Worker = {
  /** Starts the process now, so that it gets ready while its host checks what to run. */
  boot(): void;
  /** Runs one order, beside others if there are; an abort of `signal` takes effect at the next step. */
  run(order: RunOrder, listener: RunListener, options?: WatchOptions): Promise<RunResult>;
  /** Ends the process at once. Runs in progress end as failed, or as cancelled if their signal was aborted. */
  kill(): void;
  /** Lets the process go after the run in progress. */
  close(): Promise<void>;
  /** The process, or undefined when none is running. */
  readonly pid: number | undefined;
  /** How many processes were started until now. */
  readonly starts: number;
};

/** A worker that runs that module, by default `worker-process/main.ts`; its process starts with `boot` or with the first run. */
export function startWorker(
  { device, nodePacks, nodeSeconds, keepBytes }: WorkerSetup,
  module = join(import.meta.dirname, "..", "worker-process", "main.ts"),
): Worker {
  let child: ChildProcess | undefined;
  let starts = 0;
  /** Who hear what the process writes: the runs in progress, of which it may be any's, or else the last one. */
  let hearers: readonly WatchOptions[] = [];
  const running = new Set<WatchOptions>();

  function boot(): ChildProcess {
    if (child) return child;
    const limits = { ...(nodeSeconds && { nodeSeconds }), ...(keepBytes && { keepBytes }) };
    const setup = { device, nodePacks, ...limits } satisfies WorkerSetup;
    const started = fork(module, [JSON.stringify(setup)], {
      serialization: "advanced",
      // The space for new objects hardly grows, in its thread neither: see `start.mjs`, which cannot set this of its own process any more.
      execArgv: [...process.execArgv, "--max-semi-space-size=4"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // Text in plots is drawn alike everywhere, even if no font is installed.
      env: { FONTCONFIG_FILE: fontsFile, ...process.env },
    });
    const gone = () => {
      if (child === started) child = undefined;
    };
    // One that cannot be started has no exit; those who wait for it hear why.
    started.once("exit", gone).on("error", gone);
    const lines = new Lines((line) => {
      for (const { onLine } of hearers) onLine?.(line);
    });
    started.stderr?.on("data", (text) => lines.add(text)).once("end", () => lines.end());
    // Each run in progress listens to it.
    started.setMaxListeners(0).stderr?.setMaxListeners(0);
    child = started;
    starts++;
    return started;
  }

  return {
    boot: () => void boot(),
    async run(order, listener, options = {}) {
      running.add(options);
      // What the last run wrote may only just arrive; what this one writes takes longer.
      setImmediate(() => {
        if (running.has(options)) hearers = [...running];
      });
      try {
        return await runOnce(boot(), order, listener, options, () => running.size === 1);
      } finally {
        running.delete(options);
        if (running.size > 0) hearers = [...running];
      }
    },
    kill: () => void child?.kill("SIGKILL"),
    async close() {
      const closing = child;
      if (!closing) return;
      const exited = once(closing, "exit");
      if (closing.connected) closing.disconnect();
      await exited;
    },
    get pid() {
      return child?.pid;
    },
    get starts() {
      return starts;
    },
  };
}

function runOnce(
  child: ChildProcess,
  order: RunOrder,
  listener: RunListener,
  { signal, onBegun, onOutlook, onUnforeseen, onEnding, onOutput, claims }: WatchOptions,
  isAlone: () => boolean,
): Promise<RunResult> {
  const token = randomUUID();
  let view = emptyRun("lost");
  let end: RunEnd | undefined;
  let complaint = "";
  let watchdog: Watchdog | undefined;
  let stuck: Stuck | undefined;
  const desk = claims && new ClaimDesk(claims, (message) => send(child, { run: token, ...message }));
  const watch = (limits: NodeLimits) => {
    watchdog ??= new Watchdog(limits, {
      running: () => view.running,
      ping: () => send(child, { run: token, type: "ping" }),
      onStuck(found) {
        // With others in progress it may be a node of theirs: then this run is lost as they are.
        if (isAlone()) stuck = found;
        child.kill("SIGKILL");
      },
    });
  };
  return new Promise((resolve, reject) => {
    const pass = (event: RunEvent | Shown, lost?: string) => {
      if (!isShown(event)) {
        if (view.seq === 0) view = emptyRun(event.run);
        view = reduce(view, event);
        if (isRunEnd(event)) end = event;
      }
      listener(event, view, lost);
    };
    const onMessage = (message: FromWorker) => {
      // Node packs run in the worker's process, too: what they send is ignored.
      if (message?.run !== token) return;
      if (message.type === "limits") watch(message.limits);
      if (message.type === "pong") watchdog?.heard();
      if (message.type === "begun") onBegun?.();
      if (message.type === "outlook") onOutlook?.(message.ahead);
      if (message.type === "unforeseen") onUnforeseen?.(message.node, message.kind);
      if (message.type === "claim" || message.type === "release") void desk?.hear(message);
      if (message.type === "ending") onEnding?.();
      if (message.type === "events") for (const event of message.events) pass(event);
      if (message.type === "output") onOutput?.(message.output);
      if (message.type === "refused") settle(() => resolve({ problems: message.problems }));
      if (message.type === "fault")
        settle(() => reject(Object.assign(new Error(message.message), { code: message.code })));
      if (message.type === "ended") {
        settle(() =>
          end
            ? resolve({ end, provenance: message.provenance })
            : reject(new Error("the worker ended a run without its last event")),
        );
      }
    };
    const onExit = (code: number | null, killedBy: string | null) => {
      // What it sent before its end may still be on its way: the channel closes after it.
      if (child.connected) child.once("disconnect", () => onGone(code, killedBy));
      else onGone(code, killedBy);
    };
    const onGone = (code: number | null, killedBy: string | null) =>
      settle(() => {
        // Its own reason, if it had time to write one, is its last line.
        const reason = complaint.trim().split("\n").at(-1);
        const how = `${killedBy ? `signal ${killedBy}` : `exit code ${code}`}${reason ? `: ${reason}` : ""}`;
        const death = { how, stuck, cancelled: signal?.aborted === true };
        // A node that does not yield would not do so the next time either: the run is not lost, it has failed.
        for (const event of eventsAfterDeath(view, death, Date.now())) pass(event, stuck ? undefined : how);
        resolve({ end: end!, provenance: undefined });
      });
    const onError = (error: Error) => settle(() => reject(error));
    const onComplaint = (text: Buffer) => {
      complaint = (complaint + text).slice(-2000);
    };
    const cancel = () => send(child, { run: token, type: "cancel" });
    const settle = (outcome: () => void) => {
      watchdog?.close();
      desk?.close();
      child.off("message", onMessage).off("exit", onExit).off("error", onError);
      child.stderr?.off("data", onComplaint);
      signal?.removeEventListener("abort", cancel);
      outcome();
    };
    child.on("message", onMessage).on("exit", onExit).on("error", onError);
    child.stderr?.on("data", onComplaint);
    signal?.addEventListener("abort", cancel);
    send(child, { run: token, type: "start", order: desk ? { ...order, claims: true } : order });
    if (signal?.aborted) cancel();
  });
}

/** Sends to a process that may be gone: its exit is noticed separately. */
function send(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message, () => {});
}
