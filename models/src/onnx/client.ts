import type { Worker } from "node:worker_threads";
import { PackError } from "../fields/pack-error.ts";
import type { Loading } from "../runner/runner.ts";
import type { Tensors } from "../runner/tensor.ts";
import type { Cancel, Report, Request, Response } from "./protocol.ts";

type Options = {
  readonly signal?: AbortSignal | undefined;
  /** Called while the thread loads a stage for the request. */
  readonly onLoad?: ((loading: Loading) => void) | undefined;
};

type Pending = Options & {
  readonly request: Request;
  readonly resolve: (response: Response) => void;
  readonly reject: (reason: unknown) => void;
  /** Removes the aborted request from the waiting ones. */
  readonly leave: () => void;
  /** Ends the loading that the aborted request began. */
  readonly cancel: () => void;
};

/**
 * Sends requests to the thread one at a time, first come, first served, so that waiting requests can still be aborted.
 * Requests that wait when the thread dies reject, and so do later ones. The thread keeps the process alive only while a
 * request is in progress.
 */
export class ThreadClient {
  readonly #start: () => Worker;
  readonly #waiting: Pending[] = [];
  readonly #ended = Promise.withResolvers<void>();
  #thread: Worker | undefined;
  #current: Pending | undefined;
  #closing: Promise<void> | undefined;
  #death: PackError | undefined;
  #held = 0;
  /** Called when a request ends while the client is closing. */
  #idle: (() => void) | undefined;

  /** The first request starts the thread: a run that finds all its values kept needs none. */
  constructor(start: () => Worker) {
    this.#start = start;
  }

  #startThread(): Worker {
    const thread = this.#start();
    thread.on("message", (message: Response | Report) => {
      if (message.kind === "held") this.#held = message.bytes;
      else if (message.kind !== "loading") this.#settle(message);
      else if (!this.#current?.signal?.aborted) this.#current?.onLoad?.(message.loading);
    });
    thread.on("error", (error) => this.#die(`it threw: ${error.message}`));
    thread.once("exit", (code) => {
      this.#die(`it ended with code ${code}`);
      this.#ended.resolve();
    });
    return thread;
  }

  /**
   * The thread's answer. Rejects with PackError if the thread failed, or with the signal's reason if the request had not
   * begun or only loads a stage: the thread then reads no further, or goes on until the runtime has made the session, and keeps it.
   */
  async send(request: Request, { signal, onLoad }: Options = {}): Promise<Response> {
    signal?.throwIfAborted();
    if (this.#closing) throw closedError();
    if (this.#death) throw this.#death;
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(pending), 1);
        reject(signal?.reason);
      };
      const cancel = () => {
        this.#thread?.postMessage({ kind: "cancel" } satisfies Cancel);
        if (request.kind === "warm") reject(signal?.reason);
      };
      const pending: Pending = { request, signal, onLoad, resolve, reject, leave, cancel };
      signal?.addEventListener("abort", leave, { once: true });
      this.#waiting.push(pending);
      this.#next();
    });
  }

  /** Bytes of the sessions that the thread has loaded, weights that stay mapped included, as of its last answer. */
  get held(): number {
    return this.#held;
  }

  /** Empties the queue; the requests that waited reject. */
  #refuseWaiting(reason: Error): void {
    for (const { signal, leave, reject } of this.#waiting.splice(0)) {
      signal?.removeEventListener("abort", leave);
      reject(reason);
    }
  }

  #next(): void {
    if (this.#current) return;
    const next = this.#waiting.shift();
    if (!next) return;
    this.#current = next;
    next.signal?.removeEventListener("abort", next.leave);
    next.signal?.addEventListener("abort", next.cancel, { once: true });
    const request = copyFeeds(next.request);
    this.#thread ??= this.#startThread();
    this.#thread.ref();
    this.#thread.postMessage(request, buffersOf(request));
  }

  #settle(response: Response): void {
    const { resolve, reject, signal, cancel } = this.#current!;
    signal?.removeEventListener("abort", cancel);
    this.#current = undefined;
    this.#thread!.unref();
    if (response.kind === "failed") reject(new PackError(response.message, response.remedy));
    else if (response.kind === "cancelled") reject(signal?.reason);
    else resolve(response);
    this.#idle?.();
    this.#next();
  }

  #die(cause: string): void {
    if (this.#death || (this.#closing && !this.#current)) return;
    const remedy = "Start the program again; if it happens again, give the models more memory.";
    this.#death = new PackError(`The thread that runs the models is gone: ${cause}.`, remedy);
    this.#current?.reject(this.#death);
    this.#current = undefined;
    this.#idle?.();
    this.#refuseWaiting(this.#death);
  }

  /** Waits for the request in progress, never interrupts it, and ends the thread. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      this.#refuseWaiting(closedError());
      if (this.#current) await new Promise<void>((resolve) => (this.#idle = resolve));
      if (!this.#thread) return;
      this.#thread.ref();
      this.#thread.postMessage({ kind: "close" } satisfies Request);
      await this.#ended.promise;
    })();
    return this.#closing;
  }
}

const closedError = () => new Error("The ONNX runner is closed; it takes no more calls.");

/** The caller keeps its arrays: copies are handed over. */
function copyFeeds(request: Request): Request {
  if (request.kind !== "run") return request;
  const feeds = Object.entries(request.feeds).map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]);
  return { ...request, feeds: Object.fromEntries(feeds) as Tensors };
}

function buffersOf(request: Request): ArrayBuffer[] {
  return request.kind === "run" ? Object.values(request.feeds).map(({ data }) => data.buffer as ArrayBuffer) : [];
}
