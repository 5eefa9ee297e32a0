import { NodeError } from "@clipwork/engine";

/** Names that were given for items, one for each. Throws NodeError if there are fewer or more; `port` is where they were linked. */
export function namesOf(names: readonly string[], count: number, port: string): readonly string[] {
  if (names.length === count) return names;
  throw new NodeError(
    `There are ${names.length} texts in "${port}" for ${count} embeddings.`,
    "Link one for each embedding, in their order.",
  );
}
