import type { RunContext } from "./node.ts";
import { NodeError } from "./node-error.ts";
import { checkParam } from "./param-check.ts";
import type { Entry } from "./state.ts";
import type { Value } from "./value.ts";

/**
 * Calls the node's `run` for one item, whose sources all have their values in memory. Throws what the node throws, and a
 * NodeError when a linked parameter gets a value that it does not allow.
 */
export function invoke<S>(entry: Entry<S>, context: RunContext & S): unknown {
  const { definition, links, params } = entry.node.plan;
  const inputs: { [port: string]: Value | readonly Value[] } = {};
  const settings: { [name: string]: unknown } = { ...params };
  links.forEach(({ port, list, param }, i) => {
    const values = entry.inputs[i]!.map(({ entry: source, port, index }) => source.values![port]![index]!);
    if (!param) {
      inputs[port] = list ? values : values[0]!;
      return;
    }
    const complaint = checkParam(param, values[0]);
    if (complaint) throw new NodeError(`"${entry.node.plan.id}.${port}" ${complaint.message}.`, complaint.remedy);
    settings[port] = values[0];
  });
  return definition.run!(inputs as never, settings as never, context as never);
}

/** Message and remedy of whatever a node threw. Never a stack. */
export function explainFailure(error: unknown): { readonly message: string; readonly remedy?: string } {
  const message = (error instanceof Error ? error.message : String(error)).trim() || "It failed without a message.";
  const remedy = error instanceof Error ? (error as { remedy?: unknown }).remedy : undefined;
  return typeof remedy === "string" ? { message, remedy } : { message };
}
