import type { Claim, Claims, ClaimWait } from "./claims.ts";

/** The claims of runs in one process. */
export function memoryClaims(): Claims {
  const held = new Map<string, PromiseWithResolvers<void>>();
  return {
    async claim(key, wait): Promise<Claim> {
      const other = held.get(key);
      if (other) return { mine: false, over: overWithin(other.promise, wait) };
      const own = Promise.withResolvers<void>();
      held.set(key, own);
      return {
        mine: true,
        release() {
          if (held.get(key) === own) held.delete(key);
          own.resolve();
        },
      };
    },
  };
}

/** Resolves with `over`, but no later than the wait allows. */
export async function overWithin(over: Promise<void>, { ms, signal }: ClaimWait): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = () => resolve();
  const timer = setTimeout(end, ms);
  signal.addEventListener("abort", end);
  await Promise.race([over, promise]);
  clearTimeout(timer);
  signal.removeEventListener("abort", end);
}
