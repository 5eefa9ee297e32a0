import type { QueueWatcher } from "./port.ts";

/** The watchers of one queue. */
export class Watchers {
  readonly #watchers = new Set<QueueWatcher>();

  /** Adds a watcher; returns the function that removes it. */
  add(watcher: QueueWatcher): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  notify(call: (watcher: QueueWatcher) => void): void {
    for (const watcher of this.#watchers) call(watcher);
  }
}
