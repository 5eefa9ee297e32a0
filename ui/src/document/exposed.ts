import { type Catalogue, type Param, paramOf, type WorkflowJson } from "@clipwork/engine";
import { type End, endOf } from "./edit.ts";

/** A parameter that an exposed name stands for, with its value. */
export type ExposedParam = { readonly end: End; readonly param: Param; readonly value: unknown };

/** The parameters that `addresses` ("node.param") stand for; addresses that lead nowhere are left out. */
export function exposedParams(
  workflow: WorkflowJson,
  addresses: readonly string[],
  catalogue: Catalogue,
): readonly ExposedParam[] {
  return addresses.flatMap((address): ExposedParam[] => {
    const end = endOf(address);
    const node = end && Object.hasOwn(workflow.nodes, end.node) ? workflow.nodes[end.node] : undefined;
    const definition = node && catalogue.get(node.type);
    if (!end || !definition || !Object.hasOwn(definition.params, end.port)) return [];
    const { params = {} } = node;
    const param = paramOf(definition, end.port);
    return [{ end, param, value: Object.hasOwn(params, end.port) ? params[end.port] : param.default }];
  });
}

/** All parameters of the workflow that a name for this one could set as well: of the same kind, and fed by no link. */
export function alikeParams(workflow: WorkflowJson, like: Param, catalogue: Catalogue): readonly End[] {
  return Object.entries(workflow.nodes).flatMap(([node, { type, inputs = {} }]): End[] =>
    Object.entries(catalogue.get(type)?.params ?? {})
      .filter(([port, { kind }]) => kind === like.kind && !Object.hasOwn(inputs, port))
      .map(([port]) => ({ node, port })),
  );
}
