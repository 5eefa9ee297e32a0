import { type FSWatcher, watch as watchFolder } from "node:fs";
import { basename, dirname, resolve } from "node:path";

/** Milliseconds without a further change: programs save a file in several steps. */
const restMs = 200;

/**
 * Runs, and runs again each time that one of the files changes, `first` ones that `run` names anew each time, until it is aborted. What changes while it runs
 * counts. Folders are watched rather than files, since editors put a new file in place of the old.
 */
export async function runAgain(
  run: () => Promise<{ readonly files: readonly string[] }>,
  first: readonly string[],
  signal: AbortSignal,
  say: (files: readonly string[]) => void,
): Promise<void> {
  let watched = first.map((file) => resolve(file));
  while (!signal.aborted) {
    const changes = new Changes(watched);
    try {
      const { files } = await run();
      const all = files.map((file) => resolve(file));
      changes.watch(all);
      watched = all;
      if (signal.aborted) return;
      say(files);
      await changes.next(signal);
    } finally {
      changes.close();
    }
  }
}

/** Notices changes of files from its making on. */
class Changes {
  readonly #watchers = new Map<string, FSWatcher>();
  #files: ReadonlySet<string> = new Set();
  #changed = false;
  #wake: () => void = () => {};

  constructor(files: readonly string[]) {
    this.watch(files);
  }

  watch(files: readonly string[]): void {
    this.#files = new Set(files);
    for (const folder of new Set(files.map((file) => dirname(file)))) {
      if (this.#watchers.has(folder)) continue;
      const watcher = watchFolder(folder, (_, name) => {
        if (name !== null && !this.#files.has(resolve(folder, basename(name)))) return;
        this.#changed = true;
        this.#wake();
      });
      // A folder that goes away brings no more changes.
      watcher.on("error", () => watcher.close());
      this.#watchers.set(folder, watcher);
    }
  }

  /** Resolves when a file has changed and then rested, or at the abort. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const rest = () => {
        clearTimeout(timer);
        timer = setTimeout(resolve, restMs);
      };
      this.#wake = rest;
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (this.#changed) rest();
    });
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
  }
}
