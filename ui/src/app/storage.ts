import type { StoragePort } from "../editor/ports.ts";

/** What this browser keeps: localStorage, sessionStorage for the tab, and Web Locks for what one page holds. */
export function browserStorage(): StoragePort {
  return {
    read: (key) => localStorage.getItem(key) ?? undefined,
    write: (key, text) => localStorage.setItem(key, text),
    remove: (key) => localStorage.removeItem(key),
    keys: () => Object.keys(localStorage),
    readTab: (key) => sessionStorage.getItem(key) ?? undefined,
    writeTab: (key, text) => sessionStorage.setItem(key, text),
    hold,
  };
}

async function hold(name: string, ms: number): Promise<boolean | undefined> {
  // Browsers offer locks only on localhost and over HTTPS.
  if (!navigator.locks) return undefined;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const forever = new Promise<void>(() => {});
  const taken = (lock: Lock | null) => {
    resolve(lock !== null);
    return lock ? forever : undefined;
  };
  const asked =
    ms > 0
      ? navigator.locks.request(name, { signal: AbortSignal.timeout(ms) }, taken)
      : navigator.locks.request(name, { ifAvailable: true }, taken);
  asked.catch(() => resolve(false));
  return promise;
}
