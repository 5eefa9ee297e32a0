/**
 * Lets callers share what costs the same for one as for many: each has a `sync` that began after he asked, and all who ask while one
 * is under way have the next one together.
 */
export function sharedSync(sync: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running
      .catch(() => {})
      .then(() => {
        next = undefined;
        running = sync();
        return running;
      });
    return next;
  };
}
