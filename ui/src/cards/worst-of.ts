import type { Problem } from "@clipwork/engine";

/** The problem to show if there is room for only one: an error before a warning. */
export function worstOf(faults: readonly Problem[] | undefined): Problem | undefined {
  return faults?.find(({ severity }) => severity === "error") ?? faults?.[0];
}
