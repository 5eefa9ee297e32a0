import type { RunContext } from "../catalogue/node.ts";
import { readInputs } from "../expansion/read-inputs.ts";
import { copyValue } from "../values/value.ts";
import type { RunEntry } from "./run-entry.ts";

/**
 * Calls the node's `run` for one item whose sources all have their values in memory. The node receives copies, so that
 * nothing it does to them affects others. Throws whatever the node throws, and a NodeError if a linked parameter gets a
 * value it does not allow.
 */
export function invoke(entry: RunEntry, context: RunContext): unknown {
  const { plan } = entry.node;
  const { inputs, params } = readInputs(plan, (link) =>
    entry.inputs[link]!.map(({ entry: source, port, index }) => copyValue(source.values![port]![index]!)),
  );
  return plan.definition.run!(inputs as never, params as never, context as never);
}
