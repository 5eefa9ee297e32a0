const code = "STORE_AWAY";

/** A store that other machines share did not answer for as long as one waits. That is no fault of what was asked of it. */
export class StoreAway extends Error {
  readonly code = code;

  constructor(cause: Error) {
    super(`The store that machines share does not answer: ${cause.message || cause.name}.`, { cause });
  }
}

/** Whether something failed because such a store did not answer, in this process or in another one. */
export function isStoreAway(error: unknown): boolean {
  return ((error ?? {}) as { readonly code?: unknown }).code === code;
}
