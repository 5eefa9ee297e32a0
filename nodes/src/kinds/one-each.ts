import { NodeError } from "@clipwork/engine";

/**
 * Throws NodeError unless a list that may be linked to `port` has one item for each of `count` others; `what` is what these are, as
 * "embeddings". Nothing is asked of a port to which nothing is linked.
 */
export function requireOneEach(port: string, given: readonly unknown[] | undefined, count: number, what: string): void {
  if (!given || given.length === count) return;
  throw new NodeError(
    `There are ${count} ${what}, but ${given.length === 1 ? "1 item" : `${given.length} items`} in "${port}".`,
    `Link a list with one for each of the ${what}, in their order, or nothing.`,
  );
}
