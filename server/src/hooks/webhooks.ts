import { isRunEnd } from "@clipwork/engine";
import type { RunQueue, RunRecord } from "../queue/port.ts";
import type { Webhook } from "../settings/webhooks.ts";
import { type Deliveries, type Delivery, delays, type Told } from "./deliveries.ts";
import { Errand } from "./errand.ts";
import { messageId, messageOf, signed } from "./message.ts";
import { post, type Resolve } from "./post.ts";

/** Messages that are under way to one address at once. */
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
  readonly #noting: Errand;
  /** One for each address: whoever answers slowly holds up no other. */
  readonly #sending: readonly Errand[];
  #opened = false;
  /** When the addresses were named last. */
  #named = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#noting = new Errand(() => this.#noteAll(), parts.onFault);
    this.#sending = parts.hooks.map((hook) => new Errand(() => this.#sendAll(hook), parts.onFault));
    this.#leave = parts.queue.watch({ event: (event) => isRunEnd(event) && this.#wake() });
  }

  /** Begins to send, first of the runs whose end nobody has noted yet. */
  async open(): Promise<void> {
    await this.#name();
    this.#opened = this.#parts.hooks.length > 0;
    this.#wake();
  }

  async counts(): Promise<WebhookCounts> {
    return { ...this.#counts, waiting: await this.#parts.deliveries.count() };
  }

  /** Sends no more. What waits is left to the next server. */
  async close(): Promise<void> {
    this.#leave();
    this.#closing.abort();
    await Promise.all([this.#noting, ...this.#sending].map((errand) => errand.close()));
  }

  #now(): number {
    return (this.#parts.now ?? Date.now)();
  }

  #wake(): void {
    if (this.#opened) this.#noting.wake();
  }

  async #name(): Promise<void> {
    const { deliveries, hooks } = this.#parts;
    this.#named = this.#now();
    await deliveries.open(hooks);
  }

  /** Notes the ends that there are, and has what is new sent. */
  async #noteAll(): Promise<number> {
    const { deliveries, queue } = this.#parts;
    // Named once more again and again: what nobody names any more is forgotten, and Redis may have come back without it.
    if (Math.abs(this.#now() - this.#named) >= lookMs) await this.#name();
    for (let more = true; more && !this.#closing.signal.aborted; ) {
      const runs = await deliveries.ended(notedAtOnce);
      const told = runs.length > 0 ? await deliveries.told() : [];
      for (const id of runs) {
        const run = await queue.record(id);
        await deliveries.note(id, run ? messagesOf(run, told) : []);
      }
      more = runs.length === notedAtOnce;
    }
    for (const errand of this.#sending) errand.wake();
    return lookMs;
  }

  /** Sends what is due to that address. Resolves to when there is more, in milliseconds. */
  async #sendAll(hook: Webhook): Promise<number> {
    const { deliveries } = this.#parts;
    for (let some = true; some && !this.#closing.signal.aborted; ) {
      const batch = await deliveries.take(hook.url, atOnce);
      await Promise.all(batch.map((delivery) => this.#try(hook, delivery)));
      some = batch.length > 0;
    }
    return Math.min((await deliveries.next(hook.url)) ?? lookMs, lookMs);
  }

  async #try(hook: Webhook, { id, run, url, body, attempts }: Delivery): Promise<void> {
    const { deliveries, tell, resolve } = this.#parts;
    const { signal } = this.#closing;
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
