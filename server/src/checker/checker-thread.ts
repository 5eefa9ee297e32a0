import { type Transferable, Worker } from "node:worker_threads";
import type { CallKind, Calls, CheckerSetup, FromChecker, Ready, ToChecker } from "./checker-protocol.ts";

type Pending = { readonly resolve: (answer: never) => void; readonly reject: (error: Error) => void };

/** One thread that checks documents, seen from its server. It may end at any moment; the next call starts another. */
export class CheckerThread {
  readonly #setup: CheckerSetup;
  readonly #idleMs: number | undefined;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #calls = 0;

  /** It ends after `idleMs` milliseconds without a call, if they are given: its memory is free only then. */
  constructor(setup: CheckerSetup, idleMs?: number) {
    this.#setup = setup;
    this.#idleMs = idleMs;
  }

  get running(): boolean {
    return this.#worker !== undefined;
  }

  /** Starts the thread. Rejects if it ends before it is ready. */
  start(): Promise<Ready> {
    const worker = new Worker(new URL("./main.ts", import.meta.url), { workerData: this.#setup });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      worker.once("message", (ready: Ready) => {
        worker.on("message", (message: FromChecker) => this.#settle(message));
        resolve(ready);
      });
      let reason = "it ended by itself";
      worker.on("error", (error: Error) => {
        reason = error.message;
      });
      worker.once("exit", () => {
        const error = new Error(`The thread that checks documents was lost: ${reason}.`);
        reject(error);
        // One that ended because it was idle has no calls; those there are may be of the next.
        if (this.#worker !== worker) return;
        this.#worker = undefined;
        for (const pending of this.#pending.values()) pending.reject(error);
        this.#pending.clear();
      });
    });
  }

  /** Asks the thread, which takes over the memory of `given`. Rejects if it ends before it answers, or has a fault itself. */
  async call<K extends CallKind>(
    kind: K,
    ask: Calls[K]["ask"],
    given: readonly Transferable[] = [],
  ): Promise<Calls[K]["answer"]> {
    clearTimeout(this.#idle);
    if (!this.#worker) void this.start().catch(() => {});
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker!.postMessage({ id, kind, ask } as ToChecker, given);
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#worker?.terminate();
  }

  #settle(message: FromChecker): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if ("error" in message) pending?.reject(new Error(message.error));
    else pending?.resolve(message.answer as never);
    if (this.#idleMs !== undefined && this.#pending.size === 0)
      this.#idle = setTimeout(() => this.#end(), this.#idleMs).unref();
  }

  /** Ends the thread when nothing waits for it; the next call does not wait for its end. */
  #end(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
  }
}
