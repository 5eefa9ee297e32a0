import { type FSWatcher, watch as watchFolder } from "node:fs";
import { basename, dirname, resolve, sep } from "node:path";

/** Milliseconds without a further change: programs save a file in several steps. */
const restMs = 200;

/**
 * Runs, and runs again each time that one of the files changes, `first` ones that `run` names anew each time, until it is aborted. What changes while it runs
 * counts. Folders are watched rather than files, since editors put a new file in place of the old; a file that is not there yet counts when it comes.
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
    for (const folder of new Set(files.map((file) => dirname(file)))) this.#watchNearest(folder);
  }

  /** Watches a folder; one that is not there by the nearest one above it, in which it or what leads to it will come. */
  #watchNearest(folder: string): void {
    if (this.#watchers.has(folder)) return;
    try {
      const watcher = watchFolder(folder, (kind, name) => {
        if (name !== null && !this.#concerns(kind, resolve(folder, basename(name)))) return;
        this.#changed = true;
        this.#wake();
      });
      // A folder that goes away brings no more changes.
      watcher.on("error", () => watcher.close());
      this.#watchers.set(folder, watcher);
    } catch (error) {
      if (!["ENOENT", "ENOTDIR"].includes(String((error as NodeJS.ErrnoException).code))) throw error;
      this.#watchNearest(dirname(folder));
    }
  }

  /** Whether it is one of the files, or a folder above one that came or went. */
  #concerns(kind: string, path: string): boolean {
    if (this.#files.has(path)) return true;
    return kind === "rename" && [...this.#files].some((file) => file.startsWith(path + sep));
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
