/** A value that others observe. It is replaced, never changed. */
export type Readable<S> = {
  get(): S;
  /** Calls `listener` after every change until the returned function is called. */
  listen(listener: () => void): () => void;
};

/** A value together with the way to replace it, which its owner keeps to itself. */
export type Store<S> = Readable<S> & {
  set(next: S | ((now: S) => S)): void;
};

/** A store that begins with `initial`. Setting the value it already has notifies nobody. */
export function createStore<S>(initial: S): Store<S> {
  let now = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => now,
    set(next) {
      const value = typeof next === "function" ? (next as (now: S) => S)(now) : next;
      if (Object.is(value, now)) return;
      now = value;
      for (const listener of [...listeners]) listener();
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
