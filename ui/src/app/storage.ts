import type { DraftPort, StoragePort } from "../editor/ports.ts";
import { takeOver } from "./older-drafts.ts";

/** What this browser keeps: localStorage, IndexedDB for drafts, sessionStorage for the tab, and Web Locks for what one page holds. */
export function browserStorage(): StoragePort {
  return {
    read: (key) => localStorage.getItem(key) ?? undefined,
    write: (key, text) => localStorage.setItem(key, text),
    drafts: indexedDrafts(),
    readTab: (key) => sessionStorage.getItem(key) ?? undefined,
    writeTab: (key, text) => sessionStorage.setItem(key, text),
    hold,
  };
}

const database = "clipwork";
const store = "drafts";

function indexedDrafts(): DraftPort {
  let opened: Promise<IDBDatabase> | undefined;

  /** One request in a transaction of its own. Transactions that write take effect in the order in which they were begun. */
  async function ask<T>(mode: IDBTransactionMode, request: (drafts: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    opened ??= open();
    const transaction = (await opened).transaction(store, mode);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const asked = request(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onabort = () => reject(transaction.error);
    // A page that is about to close does not wait for the answer.
    transaction.commit();
    return promise;
  }

  return {
    keys: async () => (await ask("readonly", (drafts) => drafts.getAllKeys())).map(String),
    read: (key) => ask("readonly", (drafts) => drafts.get(key)),
    write: async (key, record) => void (await ask("readwrite", (drafts) => drafts.put(record, key))),
    remove: async (key) => void (await ask("readwrite", (drafts) => drafts.delete(key))),
  };
}

function open(): Promise<IDBDatabase> {
  const { promise, resolve, reject } = Promise.withResolvers<IDBDatabase>();
  const asked = indexedDB.open(database, 1);
  asked.onupgradeneeded = () => {
    const drafts = asked.result.createObjectStore(store);
    takeOver(localStorage, (key, record) => drafts.put(record, key));
  };
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
  return promise;
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
