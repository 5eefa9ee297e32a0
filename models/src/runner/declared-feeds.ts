import { named } from "../fields/named.ts";
import { PackError } from "../fields/pack-error.ts";
import type { StageCall } from "./runner.ts";
import type { Tensors } from "./tensor.ts";

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");

/**
 * The feeds that the stage's graph declares, picked from those the call offers. Throws PackError if the graph declares an
 * input that the call does not offer.
 */
export function declaredFeeds({ pack, stage, feeds }: StageCall, inputs: readonly string[]): Tensors {
  const missing = inputs.filter((name) => !Object.hasOwn(feeds, name));
  if (missing.length > 0) {
    const message = `The graph of stage "${stage}" of pack "${pack}" takes ${quoted(missing)}, which the call does not offer; it offers ${quoted(Object.keys(feeds))}.`;
    throw new PackError(
      message,
      "Use a node that offers it, or correct the stage's inputs as docs/pack-format.md says.",
    );
  }
  return Object.fromEntries(inputs.map((name) => [name, named(feeds, name)]));
}
