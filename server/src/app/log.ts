import { endOf, isRunEnd } from "@clipwork/engine";
import pino, { type Logger } from "pino";
import type { Webhooks } from "../hooks/webhooks.ts";
import type { RunQueue } from "../queue/port.ts";
import type { LogLevel } from "../settings/log-level.ts";

/** What parts of a server write down: lines of JSON, each with the id of its run in `run` if it concerns one. */
export type Log = Pick<Logger, "error" | "warn" | "info" | "debug">;

/** The log of a server, on its standard error. */
export function openLog(level: LogLevel): Logger {
  return pino({ level }, pino.destination(2));
}

/** Writes down what becomes of each run: at `info` its beginning and its end, at `debug` every item of its nodes. */
export function logRuns(log: Log, queue: Pick<RunQueue, "watch">): void {
  queue.watch({
    event(event) {
      const { run } = event;
      if (isRunEnd(event)) {
        const { executed, cached, ms } = event;
        log.info({ run, state: endOf(event), executed, cached, ms: Math.round(ms) }, "run ended");
      } else if (event.event === "run.queued") log.info({ run }, "run queued");
      else if (event.event === "run.started") log.info({ run, nodes: event.nodes }, "run started");
      else if (event.event === "notice") log.info({ run, ...placeOf(event) }, event.message);
      else if (event.event === "node.failed") log.info({ run, ...placeOf(event) }, event.message);
      else if (/^node\.(started|finished|cached|skipped)$/.test(event.event))
        log.debug({ run, ...placeOf(event) }, event.event);
    },
    gone: (run) => log.debug({ run }, "run deleted"),
  });
}

/** Writes down what becomes of the messages of webhooks: by host, since an address may be a secret. */
export function logWebhooks(log: Log): ConstructorParameters<typeof Webhooks>[0]["tell"] {
  return (run, host, failure) => {
    if (!failure) log.info({ run, host }, "webhook delivered");
    else if (failure.last) log.error({ run, host }, `webhook given up: the receiver ${failure.why}`);
    else log.warn({ run, host }, `webhook to be tried again: the receiver ${failure.why}`);
  };
}

function placeOf(event: object): { readonly node?: string; readonly item?: number } {
  const { node, item } = event as { readonly node?: string; readonly item?: number };
  return { ...(node !== undefined && { node }), ...(item !== undefined && { item }) };
}
