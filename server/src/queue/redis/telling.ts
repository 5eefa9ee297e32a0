import { Recent } from "@clipwork/engine";
import type { Logged, QueueWatcher } from "../port.ts";
import { Watchers } from "../watchers.ts";
import { bodyOf, sizeOf, writtenEvent } from "./redis-log.ts";
import type { RemoteFeed } from "./remote-feed.ts";
import { listOf, type News } from "./scripts.ts";

/** Of so many runs it is remembered that they were told to stop. */
const rememberedStops = 1000;

/** Tells all who listen in this process what has happened in the queue, whoever did it. */
export class Telling {
  readonly #feed: RemoteFeed;
  readonly #watchers = new Watchers();
  /** Runs that were told to stop. */
  readonly #stopping = new Recent<true>(rememberedStops, rememberedStops);

  constructor(feed: RemoteFeed) {
    this.#feed = feed;
  }

  /** As `RunQueue.watch`. */
  watch(watcher: QueueWatcher): () => void {
    return this.#watchers.add(watcher);
  }

  /** There may be something to lease. */
  wake(): void {
    this.#watchers.notify((watcher) => watcher.waiting?.());
  }

  /** Whether those here were told that the run is to stop: told again it would mean at once. */
  hasToldToStop(run: string): boolean {
    return this.#stopping.get(run) === true;
  }

  /** An event was logged that this process reported. Throws what a watcher throws. */
  logged(event: Logged): void {
    const { run, seq, time, ...entry } = event;
    const json = writtenEvent({ run, seq, time }, bodyOf(entry));
    this.#feed.add({ run, seq, size: sizeOf(entry), json });
    this.#watchers.notify((watcher) => watcher.event?.(event));
  }

  tell(news: News): void {
    for (const [run, seq, size, json] of listOf(news.events)) {
      if (json === undefined) continue;
      this.#feed.add({ run, seq, size, json });
      this.#watchers.notify((watcher) => watcher.event?.(JSON.parse(json)));
    }
    const changed = new Set([...listOf(news.changed), ...listOf(news.places)]);
    this.#watchers.notify((watcher) => {
      for (const run of changed) watcher.changed?.(run);
      for (const run of listOf(news.stopping)) watcher.stopping?.(run);
    });
    for (const run of listOf(news.stopping)) this.#stopping.set(run, true, 1);
    for (const run of listOf(news.gone)) {
      this.#feed.remove(run);
      this.#watchers.notify((watcher) => watcher.gone?.(run));
    }
    if (news.paused !== undefined) this.#watchers.notify((watcher) => watcher.paused?.(news.paused!));
    if (news.waiting) this.wake();
  }
}
