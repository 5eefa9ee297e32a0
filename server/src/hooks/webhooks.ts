import { isRunEnd } from "@clipwork/engine";
import type { RunQueue, RunRecord } from "../queue/port.ts";
import type { Webhook } from "../settings/webhooks.ts";
import { type Deliveries, type Delivery, delays, type Told } from "./deliveries.ts";
import { messageId, messageOf, signed } from "./message.ts";
import { post, type Resolve } from "./post.ts";

/** Messages that are under way at once. */
const atOnce = 4;
/** It is looked again at least so often, in milliseconds: another server may be gone that had taken something. */
const lookMs = 30_000;
/** Ends that are noted at once. */
const notedAtOnce = 100;

/** What became of the attempts since the server started, and how many messages wait. */
export type WebhookCounts = {
  readonly delivered: number;
  readonly failed: number;
  readonly abandoned: number;
  readonly waiting: number;
};

type Parts = {
  readonly hooks: readonly Webhook[];
  readonly deliveries: Deliveries;
  readonly queue: Pick<RunQueue, "watch" | "record">;
  /** Hears of each attempt: how it failed and whether it was the last, or nothing if it arrived. */
  readonly tell: (run: string, host: string, failure?: { readonly why: string; readonly last: boolean }) => void;
  readonly onFault: (error: unknown) => void;
  readonly resolve?: Resolve;
  readonly now?: () => number;
};

/** Tells the addresses of the configuration when a run ends: at least once each, signed, and again until it is taken or given up. */
export class Webhooks {
  readonly #parts: Parts;
  readonly #closing = new AbortController();
  readonly #counts = { delivered: 0, failed: 0, abandoned: 0 };
  readonly #leave: () => void;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> | undefined;
  #opened = false;
  /** Something may have come since it was looked last. */
  #woken = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#leave = parts.queue.watch({ event: (event) => isRunEnd(event) && this.#wake() });
  }

  /** Begins to send, first of the runs whose end nobody has noted yet. */
  async open(): Promise<void> {
    const { deliveries, hooks } = this.#parts;
    await deliveries.open(hooks);
    this.#opened = hooks.length > 0;
    this.#wake();
  }

  async counts(): Promise<WebhookCounts> {
    return { ...this.#counts, waiting: await this.#parts.deliveries.count() };
  }

  /** Sends no more. What waits is left to the next server. */
  async close(): Promise<void> {
    this.#leave();
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.#work;
  }

  #now(): number {
    return (this.#parts.now ?? Date.now)();
  }

  /** Notes and sends what there is, and comes back when the next is due. */
  #wake(): void {
    this.#woken = true;
    if (!this.#opened || this.#work || this.#closing.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#work = this.#doAll()
      .catch(async (error) => {
        this.#parts.onFault(error);
        if (!this.#closing.signal.aborted) await this.#later();
        return 0;
      })
      .then((ms) => {
        this.#work = undefined;
        if (this.#closing.signal.aborted) return;
        if (this.#woken) this.#wake();
        else this.#timer = setTimeout(() => this.#wake(), ms).unref();
      });
  }

  /** Resolves to when there is more to do, in milliseconds. */
  async #doAll(): Promise<number> {
    const { deliveries } = this.#parts;
    while (!this.#closing.signal.aborted) {
      this.#woken = false;
      await this.#noteAll();
      const batch = await deliveries.take(atOnce);
      await Promise.all(batch.map((delivery) => this.#try(delivery)));
      if (batch.length === 0 && !this.#woken) break;
    }
    return Math.min((await deliveries.next()) ?? lookMs, lookMs);
  }

  async #noteAll(): Promise<void> {
    const { deliveries, queue } = this.#parts;
    for (let more = true; more && !this.#closing.signal.aborted; ) {
      const runs = await deliveries.ended(notedAtOnce);
      const told = runs.length > 0 ? await deliveries.told() : [];
      for (const id of runs) {
        const run = await queue.record(id);
        await deliveries.note(id, run ? messagesOf(run, told) : []);
      }
      more = runs.length === notedAtOnce;
    }
  }

  /** The database cannot be written just now: it is not asked again at once. */
  #later(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 5000).unref();
      this.#closing.signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #try({ id, run, url, body, attempts }: Delivery): Promise<void> {
    const { hooks, deliveries, tell, resolve } = this.#parts;
    const { signal } = this.#closing;
    const hook = hooks.find((one) => one.url === url)!;
    const { host } = new URL(url);
    const status = await post(hook, body, signed(id, body, hook.key, this.#now()), {
      signal,
      ...(resolve && { resolve }),
    }).catch((error: Error) => error);
    // The next server tries again, with the same id.
    if (signal.aborted) return;
    if (typeof status === "number" && status >= 200 && status < 300) {
      await deliveries.tried(id, undefined);
      this.#counts.delivered++;
      return tell(run, host);
    }
    const delay = status === 410 ? undefined : delays[attempts];
    await deliveries.tried(id, delay === undefined ? undefined : delay * 1000);
    this.#counts.failed++;
    if (delay === undefined) this.#counts.abandoned++;
    tell(run, host, {
      why: typeof status === "number" ? `answered ${status}` : status.message,
      last: delay === undefined,
    });
  }
}

/** The messages about a run, for all that are told of such an end. */
function messagesOf(run: RunRecord, told: readonly Told[]): Parameters<Deliveries["note"]>[1] {
  return told.flatMap(({ url, states, since }) => {
    const isWanted = (run.ended ?? 0) >= since && states?.some((state) => state === run.state) !== false;
    return isWanted ? [{ id: messageId(run.id, url), url, body: messageOf(run) }] : [];
  });
}
