import type { AnyNodeDefinition, NodeJson, Param } from "@clipwork/engine";

/** Whether a card shows the parameter though it is not open: what only keeps to its default is left out. */
export function isShown({ params = {}, inputs = {} }: NodeJson, name: string, param: Param): boolean {
  if (Object.hasOwn(inputs, name) || param.kind === "seed" || param.kind === "file") return true;
  if (param.kind === "text" && param.multiline) return true;
  return param.kind !== "pack" && Object.hasOwn(params, name) && !Object.is(params[name], param.default);
}

/** The names of the parameters that the node's card shows though it is not open, in the order of their declaration. */
export function shownParams(node: NodeJson, { params }: Pick<AnyNodeDefinition, "params">): string[] {
  return Object.entries(params).flatMap(([name, param]) => (isShown(node, name, param) ? [name] : []));
}
