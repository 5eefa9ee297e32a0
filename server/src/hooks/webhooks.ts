import { isRunEnd } from "@clipwork/engine";
import type { RunQueue, RunRecord } from "../queue/port.ts";
import type { Webhook } from "../settings/webhooks.ts";
import type { Deliveries, Delivery } from "./deliveries.ts";
import { messageId, messageOf, signed } from "./message.ts";
import { post, type Resolve } from "./post.ts";

/** Seconds between the attempts of a message; after the last of them it is given up, about two days after the run ended. */
const delays = [1, 2, 10, 60, 300, 1800, 7200, 21_600, 43_200, 86_400] as const;
/** Messages that are under way at once. */
const atOnce = 4;
/** The longest time of a timer. */
const longestMs = 2 ** 31 - 1;

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
  readonly queue: Pick<RunQueue, "watch" | "record" | "list">;
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

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#leave = parts.queue.watch({
      event: (event) => {
        if (isRunEnd(event)) void this.#ended(event.run).catch(parts.onFault);
      },
    });
  }

  /** Finds the runs whose end the last server stored and could not note any more, and begins to send. */
  async open(): Promise<void> {
    const { deliveries, hooks, queue } = this.#parts;
    const now = this.#now();
    const since = deliveries.open(
      hooks.map(({ url }) => url),
      now,
    );
    for (let before: number | undefined, more = hooks.length > 0; more; more = before !== undefined) {
      const page = await queue.list({ state: "ended", limit: 100, before });
      for (const run of page.runs) this.#note(run, (url) => (run.ended ?? 0) >= since.get(url)!);
      before = page.next;
    }
    deliveries.caughtUp(now);
    this.#opened = true;
    this.#wake();
  }

  counts(): WebhookCounts {
    return { ...this.#counts, waiting: this.#parts.deliveries.count() };
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

  async #ended(id: string): Promise<void> {
    const run = await this.#parts.queue.record(id);
    if (!run || this.#closing.signal.aborted) return;
    this.#note(run, () => true);
    this.#wake();
  }

  /** Keeps a message for each webhook that is to be told of the run. */
  #note(run: RunRecord, wanted: (url: string) => boolean): void {
    if (run.passing !== undefined) return;
    for (const { url, states } of this.#parts.hooks) {
      if (!wanted(url) || states?.some((state) => state === run.state) === false) continue;
      const message = { id: messageId(run.id, url), run: run.id, url, body: messageOf(run) };
      this.#parts.deliveries.add(message, run.ended ?? this.#now(), this.#now());
    }
  }

  /** Sends what is due, and comes back when the next is. */
  #wake(): void {
    if (!this.#opened || this.#work || this.#closing.signal.aborted) return;
    clearTimeout(this.#timer);
    const { deliveries, onFault } = this.#parts;
    const due = deliveries.next();
    if (due === undefined) return;
    const left = due - this.#now();
    if (left > 0) {
      this.#timer = setTimeout(() => this.#wake(), Math.min(left, longestMs)).unref();
      return;
    }
    this.#work = this.#send()
      .catch((error) => {
        onFault(error);
        return this.#later();
      })
      .finally(() => {
        this.#work = undefined;
        this.#wake();
      });
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

  async #send(): Promise<void> {
    const batch = this.#parts.deliveries.due(this.#now(), atOnce);
    await Promise.all(batch.map((delivery) => this.#try(delivery)));
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
      deliveries.tried(id, undefined);
      this.#counts.delivered++;
      return tell(run, host);
    }
    const delay = status === 410 ? undefined : delays[attempts];
    deliveries.tried(id, delay === undefined ? undefined : this.#now() + delay * 1000);
    this.#counts.failed++;
    if (delay === undefined) this.#counts.abandoned++;
    tell(run, host, {
      why: typeof status === "number" ? `answered ${status}` : status.message,
      last: delay === undefined,
    });
  }
}
