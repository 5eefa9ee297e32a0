import { type AnyCatalogue, type AnyNodeDefinition, paramOf, type WorkflowJson } from "@clipwork/engine";
import { endOf } from "./edit.ts";

/** The nodes that one is made from, itself included. */
export function upstreamOf({ nodes }: WorkflowJson, id: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next) || !Object.hasOwn(nodes, next)) continue;
    found.add(next);
    for (const link of Object.values(nodes[next]!.inputs ?? {})) {
      const end = endOf(link);
      if (end) open.push(end.node);
    }
  }
  return found;
}

/** The workflow with at most so many steps in each sampler that the node is made from. One whose steps a link decides keeps them. */
export function inFewSteps(workflow: WorkflowJson, id: string, steps: number, catalogue: AnyCatalogue): WorkflowJson {
  const nodes = { ...workflow.nodes };
  for (const one of upstreamOf(workflow, id)) {
    const node = nodes[one]!;
    if (!isSampler(catalogue.get(node.type)) || Object.hasOwn(node.inputs ?? {}, "steps")) continue;
    const own = node.params?.steps;
    if (typeof own !== "number" || own > steps) nodes[one] = { ...node, params: { ...node.params, steps } };
  }
  return { ...workflow, nodes };
}

/** The picture that is drawn while one edits: the selected one, else the first that a sampler paints; undefined if there is none. */
export function pictureToDraw(
  workflow: WorkflowJson,
  selection: ReadonlySet<string>,
  catalogue: AnyCatalogue,
): string | undefined {
  const { nodes } = workflow;
  const [only, ...more] = selection;
  const paints = (id: string) => {
    const definition = Object.hasOwn(nodes, id) ? catalogue.get(nodes[id]!.type) : undefined;
    return Object.values(definition?.outputs ?? {}).some(({ type }) => type.kind === "image");
  };
  if (only !== undefined && more.length === 0 && paints(only)) return only;
  const painted = Object.keys(nodes).filter(paints);
  const samplers = painted.filter((id) => isSampler(catalogue.get(nodes[id]!.type)));
  const depth = (id: string) => upstreamOf(workflow, id).size;
  const first = (ids: readonly string[]) => ids.toSorted((a, b) => depth(a) - depth(b))[0];
  return first(samplers) ?? first(painted);
}

function isSampler(definition: AnyNodeDefinition | undefined): boolean {
  return (
    definition !== undefined &&
    Object.hasOwn(definition.params, "steps") &&
    paramOf(definition, "steps").kind === "integer"
  );
}
