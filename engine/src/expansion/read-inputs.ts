import { inputOf } from "../catalogue/declared.ts";
import { NodeError } from "../catalogue/node-error.ts";
import { checkParam } from "../catalogue/param-check.ts";
import { itemAt } from "../document/lookup.ts";
import { show } from "../document/wording.ts";
import type { AnyPlanNode } from "../plan/plan.ts";

/**
 * What `run` receives for one item, if `read` returns everything that a link brings. Throws a NodeError if a linked
 * parameter gets a value it does not allow, or chooses an input to which nothing is linked.
 */
export function readInputs(
  { id, definition, links, params }: AnyPlanNode,
  read: (link: number) => readonly unknown[],
): { readonly inputs: { readonly [port: string]: unknown }; readonly params: { readonly [name: string]: unknown } } {
  const inputs: { [port: string]: unknown } = {};
  const settings: { [name: string]: unknown } = { ...params };
  for (let i = 0; i < links.length; i++) {
    const { port, list, param } = itemAt(links, i);
    const values = read(i);
    if (!param) {
      if (values.length > 0) inputs[port] = list ? values : values[0];
      continue;
    }
    const complaint = checkParam(param, values[0]);
    if (complaint) throw new NodeError(`"${id}.${port}" ${complaint.message}.`, complaint.remedy);
    settings[port] = values[0];
  }
  for (const port in definition.inputs) {
    const { when, optional } = inputOf(definition, port);
    if (!when || optional || settings[when.param] !== when.is || Object.hasOwn(inputs, port)) continue;
    throw new NodeError(
      `"${id}.${port}" is needed when "${when.param}" is ${show(when.is)}, but nothing is linked to it.`,
      `Link an output to "${id}.${port}", or give "${when.param}" another value.`,
    );
  }
  return { inputs, params: settings };
}
