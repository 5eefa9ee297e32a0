import { type Transferable, Worker } from "node:worker_threads";
import type { CallKind, Calls, CheckerSetup, FromChecker, Ready, ToChecker } from "./checker-protocol.ts";

type Pending = { readonly resolve: (answer: never) => void; readonly reject: (error: Error) => void };

/** One thread that checks documents, seen from its server. It may end at any moment; the next call starts another. */
export class CheckerThread {
  readonly #setup: CheckerSetup;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #calls = 0;

  constructor(setup: CheckerSetup) {
    this.#setup = setup;
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
        if (this.#worker === worker) this.#worker = undefined;
        const error = new Error(`The thread that checks documents was lost: ${reason}.`);
        for (const pending of this.#pending.values()) pending.reject(error);
        this.#pending.clear();
        reject(error);
      });
    });
  }

  /** Asks the thread, which takes over the memory of `given`. Rejects if it ends before it answers, or has a fault itself. */
  async call<K extends CallKind>(
    kind: K,
    ask: Calls[K]["ask"],
    given: readonly Transferable[] = [],
  ): Promise<Calls[K]["answer"]> {
    if (!this.#worker) void this.start().catch(() => {});
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker!.postMessage({ id, kind, ask } as ToChecker, given);
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #settle(message: FromChecker): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if ("error" in message) pending?.reject(new Error(message.error));
    else pending?.resolve(message.answer as never);
  }
}
