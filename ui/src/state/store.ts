import { useSyncExternalStore } from "react";

/** A value that components look at. It is replaced, never changed. */
export type Store<S> = {
  get(): S;
  set(next: S | ((now: S) => S)): void;
  /** Calls `listener` after every change until the returned function is called. */
  listen(listener: () => void): () => void;
};

/** A store that begins with `initial`. */
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

/** What `select` gives of the store; the component is drawn again when that changes. `select` makes no new objects. */
export function useStore<S, T>(store: Store<S>, select: (state: S) => T): T {
  return useSyncExternalStore(store.listen, () => select(store.get()));
}
