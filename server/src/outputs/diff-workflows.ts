import type { Document, DocumentNode } from "@clipwork/engine";
import { catalogue } from "@clipwork/nodes";
import type { RunRecord } from "./run-record.ts";

/** One difference between two workflows; undefined stands for what one of them lacks. */
export type WorkflowChange =
  | { readonly change: "added" | "removed"; readonly node: string; readonly type: string }
  | NodeChange;

export type NodeChange = {
  /** type: another type or version. wiring: `name` is an input or parameter, the values are "node.port". */
  readonly change: "type" | "mode" | "parameter" | "wiring";
  readonly node: string;
  readonly name?: string;
  readonly before: unknown;
  readonly now: unknown;
};

/** A workflow with the parameters that an output records beside it. */
export type Described = { readonly document: Document; readonly parameters?: RunRecord["parameters"] | undefined };

/**
 * The differences in what two workflows compute, node by node in the order of the first: titles, layout and exposed names do
 * not count. Nodes are matched by id.
 */
export function diffWorkflows(before: Described, now: Described): readonly WorkflowChange[] {
  const changes: WorkflowChange[] = [];
  for (const node of before.document.nodes.values()) {
    const other = now.document.nodes.get(node.id);
    if (other) changes.push(...diffNodes(node, other, before, now));
    else changes.push({ change: "removed", node: node.id, type: node.type });
  }
  for (const { id, type } of now.document.nodes.values())
    if (!before.document.nodes.has(id)) changes.push({ change: "added", node: id, type });
  return changes;
}

function diffNodes(a: DocumentNode, b: DocumentNode, before: Described, now: Described): NodeChange[] {
  const changes: NodeChange[] = [];
  const compare = (change: NodeChange["change"], old: unknown, current: unknown, name?: string) => {
    if (old === current) return;
    changes.push({ change, node: a.id, ...(name === undefined ? {} : { name }), before: old, now: current });
  };
  const typeOf = ({ type, version }: DocumentNode) => `${type} version ${version}`;
  compare("type", typeOf(a), typeOf(b));
  compare("mode", a.mode, b.mode);
  const [oldLinks, links] = [linksOf(a), linksOf(b)];
  for (const name of new Set([...oldLinks.keys(), ...links.keys()]))
    compare("wiring", oldLinks.get(name), links.get(name), name);
  // Another type has other parameters: listing them all would hide what matters.
  if (a.type !== b.type) return changes;
  const [oldParams, params] = [paramsOf(a, before), paramsOf(b, now)];
  for (const name of new Set([...oldParams.keys(), ...params.keys()])) {
    // A parameter that a link feeds on either side is reported as wiring.
    if (oldLinks.has(name) || links.has(name)) continue;
    compare("parameter", oldParams.get(name), params.get(name), name);
  }
  return changes;
}

/** What feeds each of its linked inputs and parameters, as "node.port". */
function linksOf({ inputs }: DocumentNode): ReadonlyMap<string, string> {
  return new Map(inputs.map(({ port, source }) => [port, `${source.node}.${source.port}`]));
}

/**
 * The parameters as the output records them, or else as the workflow has them, with the defaults of the node's type. One that was
 * added later has its default in an older record.
 */
function paramsOf({ id, type, params }: DocumentNode, { parameters }: Described): ReadonlyMap<string, unknown> {
  const recorded = parameters && Object.hasOwn(parameters, id) ? parameters[id] : undefined;
  const declared = Object.entries(catalogue.get(type)?.params ?? {}).filter(
    ([, param]) => !recorded || param.addedLater,
  );
  const defaults = declared.map(([name, param]) => [name, param.default] as const);
  return new Map<string, unknown>([...defaults, ...Object.entries(recorded ?? params)]);
}
